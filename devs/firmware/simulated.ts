import * as ds from "@devicescript/core"
import { Actor, Sensor } from "./devices"

const periodMs = 4000
const coldest = 200
const warmest = 380

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
        return Math.round(coldest + ((warmest - coldest) * phaseMs) / halfMs)
    }
}

/** An output that is nowhere but in memory. */
export class RecordedActor implements Actor {
    on = false

    async drive(on: boolean) {
        this.on = on
    }
}
