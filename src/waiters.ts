/**
 * Who waits, in what order, until when. Knows nothing of messages.
 *
 * A waiting task is a record in a list. Whoever has something for it takes the record out of the list,
 * writes the outcome into it and resumes the task: the outcome is the task's from that moment, whatever
 * else happens before it runs. The VM runs resumed tasks in the order of their creation, and anyone may
 * resume a parked task; so neither the order of running nor a resume means anything here. The record does.
 */

import * as ds from "@devicescript/core"
import { KernelError } from "./errors"
import { credit, mayEnd, park, passGate } from "./gate"
import { letRun as letRunAtGate } from "./gate"
import { bury, isAlive, leave, Outcome, Task, WaitPlace } from "./tasks"

/** Set when the first task waits: the image of a program in which none does has no gate. */
let letRun: (task: Task, isUrgent: boolean) => void

/** From now on tasks may wait. */
export function expectGate() {
    letRun = letRunAtGate
}

/**
 * The next to be served: the first living task of the ranks `lowest` to `highest`. Takes dead ones out.
 * @returns undefined if there is none
 */
export function firstWaiting(
    place: WaitPlace,
    lowest: number,
    highest: number
): Task {
    let waiter = place.waiting
    while (waiter !== undefined && waiter.rank >= lowest) {
        const after = waiter.next
        if (!isAlive(waiter.fiber)) bury(waiter)
        else if (waiter.rank <= highest) return waiter
        waiter = after
    }
    return undefined
}

/** The number of living tasks of the ranks `lowest` to `highest`. */
export function countWaiting(
    place: WaitPlace,
    lowest: number,
    highest: number
): number {
    let count = 0
    for (let w = place.waiting; w !== undefined; w = w.next)
        if (w.rank >= lowest && w.rank <= highest && isAlive(w.fiber)) count++
    return count
}

/**
 * Ends a wait, in all its places.
 * @param waiter a living task that waits
 * @param outcome what its call will return
 * @param isUrgent whether by an Urgent message
 */
export function serve(waiter: Task, outcome: number, isUrgent: boolean) {
    const place = waiter.place
    // the usual case: it waits in one place, and is the first there
    if (place.waiting === waiter && waiter.sibling === undefined) {
        place.waiting = waiter.next
        waiter.place = undefined
        waiter.buffer = undefined
        waiter.detail = undefined
        waiter.outcome = outcome
    } else end(waiter, outcome)
    if (--credit.left >= 0) waiter.fiber.resume(undefined)
    else letRun(waiter, isUrgent)
}

/** Ends a wait in one of its places: the wait itself only if that was the last. */
export function dismiss(waiter: Task, outcome: number) {
    leave(waiter)
    let other = waiter.sibling
    while (other !== undefined && other !== waiter) {
        if (other.place !== undefined) return
        other = other.sibling
    }
    end(waiter, outcome)
    letRun(waiter, false)
}

/** What the task brought is used: should it be terminated before it runs, nothing of that is kept. */
function end(waiter: Task, outcome: number) {
    let each = waiter
    while (each !== undefined) {
        if (each.place !== undefined) leave(each)
        each.outcome = Outcome.Elsewhere
        each.buffer = undefined
        each.detail = undefined
        each = each.sibling === waiter ? undefined : each.sibling
    }
    waiter.outcome = outcome
}

/**
 * Parks the calling task until it is served or its deadline has come: then the outcome is Timeout. An
 * outcome that is there when the task runs beats a deadline that has passed; being resumed by anyone else
 * changes nothing.
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
        if (waiter.outcome === Outcome.None) end(waiter, -KernelError.Timeout)
    }
    while (waiter.outcome === Outcome.Elsewhere) waiter = waiter.sibling
    if (waiter.atGate) await passGate(waiter)
    return waiter
}
