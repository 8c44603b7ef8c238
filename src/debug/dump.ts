/**
 * A dump of a queue to the log, for debugging.
 *
 *     import { dump } from "devicescript-kernel-queue/src/debug/dump"
 *     dump(readings)
 */

import { errorName } from "../base/errors"
import { Rank } from "../handoff"
import { KernelQueue } from "../queue"
import { Slot } from "../ring/backing"
import { RingEntry } from "../ring/entry"
import { Signal, state, Step } from "../ring/state"
import { isAlive, Task } from "../waiting/tasks"
import { flawOf } from "./flaws"
import { insideOf } from "./inside"

/** Logs a queue's counts, messages and waiting tasks, and the first invariant that does not hold, if there is one. */
export function dump(queue: KernelQueue) {
    const { reserved, fronted, signal, step } = insideOf(queue)
    const free = step(Step.Save)
    const { size, highWater, accepted, dropped, purged, emptyError } = state
    console.log("queue", queue.name(), size, "queued,", free, "free of", queue.capacity())
    console.log("  accepted", accepted, "dropped", dropped, "purged", purged, "high", highWater)
    console.log("  an empty receive says", errorName(emptyError), "; signal", nameOf(signal))
    if (reserved !== Slot.None) console.log("  reserved at", reserved)
    if (fronted !== Slot.None) console.log("  fronted at", fronted)
    const entry = new RingEntry()
    for (let i = 0; queue.peekAt(i, entry) === 0; ++i)
        console.log(
            "  ",
            i,
            "priority",
            entry.priority,
            "seq",
            entry.sequence,
            entry.length,
            "bytes",
            kindOf(entry)
        )
    for (let task = insideOf(queue).waiting; task !== undefined; task = task.next)
        console.log("  waits:", describe(task))
    const flaw = flawOf(queue)
    if (flaw !== "") console.log("  FLAW:", flaw)
}

function nameOf(signal: Signal): string {
    if (signal === Signal.None) return "None"
    return signal === Signal.Room ? "Room" : "Message"
}

function kindOf(entry: RingEntry): string {
    return entry.isDescriptor() ? "descriptor" : ""
}

function describe(task: Task): string {
    const what = task.rank === Rank.Receiver ? "a receiver" : "a sender of priority " + task.rank
    if (!isAlive(task.fiber)) return what + ", dead"
    return (
        what +
        ", until tick " +
        task.deadline +
        (task.nextAtGate !== undefined ? ", at the gate" : "")
    )
}
