/**
 * The list of tasks at the gate. The task that was let in longest ago comes first; among equals, first come.
 *
 * Invariant: a task in this list stays parked until `admitBatch` takes it out. One that is resumed earlier parks again.
 */

import * as ds from "@devicescript/core"
import { bury, isAlive, Task } from "./tasks"

enum Limit {
    /** Tasks let in before timers have their next turn. Each may hold the processor for more than a tick. */
    Batch = 4,
    /** Calls that return at once after a task was let in, so that a late task can catch up. */
    Calls = 2,
}

/** The first task at the gate; `nextAtGate` leads to the others. Undefined if none is there. */
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

/** The next at the gate. Undefined for the last one, which names itself. */
function behind(task: Task): Task {
    if (task.nextAtGate === task) return undefined
    return task.nextAtGate
}

/** Lets the first few tasks in. Dead ones are buried and not counted. */
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
