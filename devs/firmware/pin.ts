import "@devicescript/gpio"
import { GPIOMode, OutputPin } from "@devicescript/core"
import { Actor } from "./devices"

/** An LED (or a transistor with a fan) on a pin: high is on. */
export class PinActor implements Actor {
    private pin: OutputPin

    constructor(pin: OutputPin) {
        this.pin = pin
        pin.setMode(GPIOMode.OutputLow)
    }

    async drive(on: boolean) {
        this.pin.write(on)
    }
}
