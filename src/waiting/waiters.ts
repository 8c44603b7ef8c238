/**
 * How a wait begins, and how it ends. Knows nothing of messages.
 *
 * Whoever has something for a waiting task takes its record out of the line, writes the outcome into it, and resumes
 * the task: the outcome is the task's from that moment, whatever else happens before it runs. The VM runs resumed tasks
 * in the order of their creation, and anyone may resume a parked task. So neither the order of running nor a resume
 * means anything here: the record does.
 */

import * as ds from "@devicescript/core"
import { KernelError } from "../base/errors"
import { credit } from "./credit"
import { letRun, mayEnd, park, passGate } from "./gate"
import { leave, Outcome, Task } from "./tasks"

/**
 * Ends a wait, in all its lines, and lets the task run.
 * @param waiter a living task that waits
 * @param outcome what its call will return
 * @param isUrgent whether by an Urgent message
 */
export function complete(waiter: Task, outcome: number, isUrgent: boolean) {
    const line = waiter.line
    // the usual case: it waits in one line, and is the first there
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

/** Ends a wait in one of its lines: the wait itself only if that was the last. */
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

/** Writes the outcome into a record of a task, and takes all of its records out of their lines. */
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
 * Parks the calling task until it has an outcome, or until its deadline has come: then that is Timeout. An outcome that is
 * there when the task runs beats a deadline that has passed. Being resumed by anyone else changes nothing.
 * @param waiter the calling task's record, or any of its records
 * @param timeout for how long it waits at most, in ticks of a millisecond
 * @returns the one that has the outcome
 */
export async function wait(waiter: Task, timeout: number): Promise<Task> {
    while (waiter.outcome === Outcome.None) {
        if (ds.millis() < waiter.deadline) {
            await park(waiter.deadline)
            continue
        }
        // at the gate it still waits, and may be served
        if (!mayEnd(waiter, timeout)) await passGate(waiter)
        if (waiter.outcome === Outcome.None) decide(waiter, -KernelError.Timeout)
    }
    while (waiter.outcome === Outcome.Elsewhere) waiter = waiter.sibling
    if (waiter.nextAtGate !== undefined) await passGate(waiter)
    return waiter
}
