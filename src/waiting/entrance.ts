/** The tasks at the gate: who was let in longest ago comes first. A parked task stays parked until it is let in. */

import * as ds from "@devicescript/core"
import { bury, isAlive, Task } from "./tasks"

enum Limit {
    /** Tasks let in at once. Each may hold the processor for more than a tick before timers have their next turn. */
    Batch = 4,
    /** Calls of a task that was let in that return at once: who is late can catch up. */
    Calls = 2,
}

/** The others by way of `nextAtGate`. Undefined if none is there. */
export let firstAtGate: Task

export function putAtGate(task: Task) {
    let before: Task = undefined
    let next = firstAtGate
    while (next !== undefined) {
        if (next.letInAt > task.letInAt) break
        before = next
        next = behind(next)
    }
    task.nextAtGate = next === undefined ? task : next
    if (before === undefined) firstAtGate = task
    else before.nextAtGate = task
}

function behind(task: Task): Task {
    if (task.nextAtGate === task) return undefined
    return task.nextAtGate
}

/** Lets the first few in, and buries the dead among them. */
export function admitBatch() {
    const now = ds.millis()
    let admitted = 0
    while (firstAtGate !== undefined && admitted < Limit.Batch) {
        const task = firstAtGate
        firstAtGate = behind(task)
        task.nextAtGate = undefined
        task.letInAt = now
        task.callsLeft = Limit.Calls
        if (isAlive(task.fiber)) {
            task.fiber.resume(undefined)
            admitted++
        } else bury(task)
    }
}
