/** The internal fields of a queue, for flaws.ts and dump.ts. A program that imports neither has none of this. */

import { QueueConfig } from "../base/config"
import { KernelQueue } from "../queue"
import { Link, SlotLayout } from "../ring/backing"
import { RingStep, Signal, state, Step } from "../ring/state"
import { Task } from "../waiting/tasks"

/** The internal fields of a queue. */
export interface Inside {
    readonly step: RingStep
    readonly memory: Buffer
    readonly settings: QueueConfig
    readonly signal: Signal
    /** The slots of the reservation and the front, or None. */
    readonly reserved: number
    readonly fronted: number
    readonly waiting: Task
}

export function insideOf(queue: KernelQueue): Inside {
    return queue as any as Inside
}

/** The slots on the circle: the queued ones in the order of delivery, then the free ones. Fewer if a link is wrong. */
export function circleOf(queue: KernelQueue): number[] {
    const { step, memory, settings } = insideOf(queue)
    const stride = SlotLayout.Overhead + settings.maxMsgSize
    const first = SlotLayout.FirstHeader as number
    const slots: number[] = []
    let left = step(Step.Save) + state.size
    for (let slot = state.head; left > 0; --left) {
        const index = (slot - first) / stride
        if (index < 0 || index >= settings.ringSize || index !== Math.floor(index)) break
        slots.push(slot)
        slot = memory.getAt(slot + Link.Next, "u16")
    }
    return slots
}
