/**
 * Who waits, in what order, until when. Knows nothing of messages.
 *
 * A waiting task is a record in a list. Whoever has something for it takes the record out of the list,
 * writes the outcome into it and resumes the task: the outcome is the task's from that moment, whatever
 * else happens before it runs. The VM runs resumed tasks in the order of their creation, and anyone may
 * resume a parked task; so neither the order of running nor a resume means anything here. The record does.
 */

import * as ds from "@devicescript/core"
import { hasPassed, parkUntil } from "./clock"
import { KernelError } from "./errors"

enum Outcome {
    /** Of a record whose task still waits: no result of a call. */
    None = -0x10000,
}

/** A waiting task: pooled, so that one is allocated only when more tasks wait at once than ever before. */
export class Waiter {
    fiber: ds.Fiber
    /** Where it waits; undefined once it has its outcome. */
    place: WaitPlace
    next: Waiter
    /** Higher is served first; within a rank, the one that has waited longest. */
    rank = 0
    /** What the task brought: its meaning is the queue's. */
    buffer: Buffer
    /** What else it brought. */
    detail: any
    /** What the task's call will return. */
    outcome: number = Outcome.None
    /** The next of all records, used or not. */
    readonly older: Waiter

    constructor(older: Waiter) {
        this.older = older
    }
}

// All records that were ever made, and those of them that nobody uses.
let newestRecord: Waiter
let freeRecords: Waiter

/** Where tasks wait. */
export interface WaitPlace {
    /** The first of them: by rank, then in the order in which they came. Undefined if none waits. */
    waiting: Waiter
}

/**
 * Enters the calling task. It must `wait` before it does anything else.
 * @param rank see `Waiter`, as `buffer` and `detail`
 */
export function enter(
    place: WaitPlace,
    rank: number,
    buffer: Buffer,
    detail: any
): Waiter {
    const waiter = takeRecord()
    waiter.fiber = ds.Fiber.self()
    waiter.place = place
    waiter.rank = rank
    waiter.buffer = buffer
    waiter.detail = detail
    waiter.outcome = Outcome.None
    let before = lastOfRank(place, rank)
    while (before !== undefined && !isAlive(before.fiber)) {
        // Else a queue whose receivers die before a message comes would keep all their buffers.
        bury(before)
        before = lastOfRank(place, rank)
    }
    if (before === undefined) {
        waiter.next = place.waiting
        place.waiting = waiter
    } else {
        waiter.next = before.next
        before.next = waiter
    }
    return waiter
}

/** The last waiter of this rank or above. */
function lastOfRank(place: WaitPlace, rank: number): Waiter {
    let last: Waiter = undefined
    let waiter = place.waiting
    while (waiter !== undefined && waiter.rank >= rank) {
        last = waiter
        waiter = waiter.next
    }
    return last
}

/** Takes a dead task's record out of its place. */
function bury(dead: Waiter) {
    if (dead.place !== undefined) leave(dead)
    freeRecord(dead)
}

/**
 * The next to be served: the first living task of the ranks `lowest` to `highest`. Takes dead ones out.
 * @returns undefined if there is none
 */
export function firstWaiting(
    place: WaitPlace,
    lowest: number,
    highest: number
): Waiter {
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
 * Ends a wait.
 * @param waiter a living task that waits
 * @param outcome what its call will return
 */
export function serve(waiter: Waiter, outcome: number) {
    leave(waiter)
    waiter.outcome = outcome
    // what it brought is used: should the task be terminated before it runs, nothing of it is kept
    waiter.buffer = undefined
    waiter.detail = undefined
    waiter.fiber.resume(undefined)
}

function leave(waiter: Waiter) {
    const place = waiter.place
    if (place.waiting === waiter) place.waiting = waiter.next
    else {
        let before = place.waiting
        while (before.next !== waiter) before = before.next
        before.next = waiter.next
    }
    waiter.place = undefined
}

/**
 * Parks the calling task until it is served or the deadline has come. An outcome that is there when the
 * task runs beats a deadline that has passed; being resumed by anyone else changes nothing.
 * @param waiter the calling task's own record; free afterwards
 * @param deadline in the future
 * @returns its outcome, or -Timeout
 */
export async function wait(waiter: Waiter, deadline: number): Promise<number> {
    while (waiter.outcome === Outcome.None) {
        await parkUntil(deadline)
        if (waiter.outcome === Outcome.None && hasPassed(deadline)) {
            leave(waiter)
            waiter.outcome = -KernelError.Timeout
        }
    }
    const outcome = waiter.outcome
    freeRecord(waiter)
    return outcome
}

function takeRecord(): Waiter {
    if (freeRecords === undefined) reclaimDead()
    const record = freeRecords
    if (record === undefined) return makeRecord()
    freeRecords = record.next
    return record
}

function makeRecord(): Waiter {
    newestRecord = new Waiter(newestRecord)
    return newestRecord
}

/** Keeps nothing of the user's memory alive. */
function freeRecord(record: Waiter) {
    record.fiber = undefined
    record.buffer = undefined
    record.detail = undefined
    record.next = freeRecords
    freeRecords = record
}

/** A terminated task cannot give its record back, so the pool looks for such before it grows. */
function reclaimDead() {
    for (let r = newestRecord; r !== undefined; r = r.older)
        if (r.fiber !== undefined && !isAlive(r.fiber)) bury(r)
}

/** There is no asking: but a property of a task that is gone throws. */
function isAlive(fiber: ds.Fiber): boolean {
    try {
        return fiber.id >= 0
    } catch {
        return false
    }
}
