import * as ds from "@devicescript/core"
import { Actor, Sensor } from "./devices"

const periodMs = 4000
const coldest = 200
const warmest = 380

/** What the simulated sensor reads too little, in tenths of a degree. */
const errorTenths = 12

/** The temperatures where it reads 0, 5, 10, ... 50 degrees: 1.2 more. */
export const simulatedTable = hex`0c00 3e00 7000 a200 d400 0601 3801 6a01 9c01 ce01 0002`

/** A temperature that rises and falls between 20 and 38 degrees, over the alarm limit every four seconds. */
export class TemperatureCurve implements Sensor {
    private startedMs = ds.millis()

    read(): number {
        let elapsedMs = ds.millis() - this.startedMs
        while (elapsedMs >= periodMs) {
            elapsedMs -= periodMs // not "%", which is wrong beyond 2^31
            this.startedMs += periodMs
        }
        const halfMs = periodMs / 2
        const phaseMs = elapsedMs < halfMs ? elapsedMs : periodMs - elapsedMs
        const value = coldest + ((warmest - coldest) * phaseMs) / halfMs
        return Math.round(value) - errorTenths
    }
}

/** An output that is nowhere but in memory. */
export class RecordedActor implements Actor {
    on = false

    async drive(on: boolean) {
        this.on = on
    }
}
