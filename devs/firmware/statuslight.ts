import * as ds from "@devicescript/core"
import { Actor } from "./devices"

const bright = 0xff

/** The runtime takes its light back two seconds after it was set. */
const refreshEveryMs = 1000

/**
 * The LED of a board whose only LED is the runtime's status light. It costs a packet to set, so it is set
 * when it changes, and now and then to keep it. The runtime's own blinks still show in between.
 */
export class StatusLightActor implements Actor {
    // what `setStatusLight` of @devicescript/runtime does, without the rest of that package
    private control = new ds.Control("control[int:0]")
    private on = false
    private setAtMs = -Infinity

    async drive(on: boolean) {
        const nowMs = ds.millis()
        if (on === this.on && nowMs - this.setAtMs < refreshEveryMs) return
        this.on = on
        this.setAtMs = nowMs
        const level = on ? bright : 0
        await this.control.setStatusLight(level, level, level, 0)
    }
}
