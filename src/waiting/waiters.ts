/**
 * How a wait is parked, and how it ends. Knows nothing of messages.
 *
 * Invariant: a wait ends when an outcome is written into its record. From then on nothing changes the outcome, whatever
 * happens before the task runs.
 *
 * The task that serves a waiter takes its record out of the line, writes the outcome, and resumes it, all in one step.
 * A resume alone means nothing: any task may resume a parked one, and the VM runs resumed tasks in the order of their
 * creation. Only the record counts.
 */

import * as ds from "@devicescript/core"
import { KernelError } from "../base/errors"
import { credit } from "./credit"
import { letRun, mayEnd, park, passGate } from "./gate"
import { leave, Outcome, Task } from "./tasks"

/**
 * Ends a wait in all its lines, and lets the task run.
 * @param waiter a record of a living task that waits
 * @param outcome 0 or more, or a negative error: what its call will return
 * @param isUrgent whether an Urgent message ends it
 */
export function complete(waiter: Task, outcome: number, isUrgent: boolean) {
    const line = waiter.line
    // usual: it waits in one line only, and is the first there
    if (line.waiting === waiter && waiter.sibling === undefined) {
        line.waiting = waiter.next
        waiter.line = undefined
        waiter.buffer = undefined
        waiter.detail = undefined
        waiter.move = undefined
        waiter.outcome = outcome
    } else decide(waiter, outcome)
    if (--credit.left >= 0) waiter.fiber.resume(undefined)
    else letRun(waiter, isUrgent)
}

/** Takes a wait out of one line. If that was its last line, the wait ends with `outcome`. */
export function dismiss(waiter: Task, outcome: number) {
    leave(waiter)
    let other = waiter.sibling
    while (other !== undefined && other !== waiter) {
        if (other.line !== undefined) return
        other = other.sibling
    }
    decide(waiter, outcome)
    letRun(waiter, false)
}

/** Takes all records of a task out of their lines, and writes the outcome into `waiter`. */
function decide(waiter: Task, outcome: number) {
    let each = waiter
    while (each !== undefined) {
        if (each.line !== undefined) leave(each)
        each.outcome = Outcome.Elsewhere
        each.buffer = undefined
        each.detail = undefined
        each.move = undefined
        each = each.sibling === waiter ? undefined : each.sibling
    }
    waiter.outcome = outcome
}

/**
 * Parks the calling task until it has an outcome. Once the deadline has come the outcome is Timeout, unless another one
 * is there when the task runs. A resume from elsewhere changes nothing.
 * @param waiter the calling task's record, or any of its records
 * @param timeout how long it waits at most, in ticks of a millisecond; the record has the deadline
 * @returns the record that has the outcome
 */
export async function wait(waiter: Task, timeout: number): Promise<Task> {
    while (waiter.outcome === Outcome.None) {
        if (ds.millis() < waiter.deadline) {
            await park(waiter.deadline)
            continue
        }
        // a task at the gate still waits, and may still be served
        if (!mayEnd(waiter, timeout)) await passGate(waiter)
        if (waiter.outcome === Outcome.None) decide(waiter, -KernelError.Timeout)
    }
    while (waiter.outcome === Outcome.Elsewhere) waiter = waiter.sibling
    if (waiter.nextAtGate !== undefined) await passGate(waiter)
    return waiter
}
