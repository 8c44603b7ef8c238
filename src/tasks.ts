/**
 * The records of parked tasks: one for each task that waits, pauses or gives way. They are pooled: one is
 * allocated only when more are in use at once than ever before.
 *
 * A task that is terminated runs nothing any more, not even a `finally`, and cannot give its record back:
 * whoever comes across it does, and the pool looks for such before it grows.
 */

import * as ds from "@devicescript/core"

export enum Outcome {
    // no results of calls
    /** Of a task that still waits. */
    None = -0x10000,
    /** Of a task that waited in several places: the outcome is in another of its records. */
    Elsewhere,
}

/** Where tasks wait. */
export interface WaitPlace {
    /** The first of them: by rank, then in the order in which they came. Undefined if none waits. */
    waiting: Task
}

// Each field has a value from the start: one that got it later would make the record grow then.
/** The record of a parked task. One that waits in several places has a record for each. */
export class Task {
    /** Undefined while nobody uses the record. */
    fiber: ds.Fiber = undefined
    /** What the task waits for ends at this tick at the latest. */
    deadline = 0
    /** What the task's call will return. */
    outcome: number = Outcome.None
    /** The next where it waits, or of the free records. */
    next: Task = undefined
    /** Whether the task must be let in at the gate before it goes on. */
    atGate = false
    nextAtGate: Task = undefined
    /** When it last was, and how many calls may return since. */
    letInAt = 1
    callsLeft = 0
    /** The next of the task's records, in a circle; undefined if this is all. */
    sibling: Task = undefined
    /** Its number among them. */
    index = 0
    /** Where it waits; undefined once it has its outcome. */
    place: WaitPlace = undefined
    /** Higher is served first; within a rank, the one that has waited longest. */
    rank = 0
    /** What the task brought: its meaning is the queue's. */
    buffer: Buffer = undefined
    /** What else it brought. */
    detail: any = undefined
    /** The next of all records, used or not. */
    readonly older: Task

    constructor(older: Task) {
        this.older = older
    }
}

/** All records that were ever made, by way of `older`. */
export let newestTask: Task

/** The records that nobody uses, by way of `next`. */
export const pool = { first: undefined as Task }

/** A record for the calling task, which has no outcome yet, and waits nowhere. */
export function takeTask(deadline: number): Task {
    let task = pool.first
    if (task === undefined) task = makeFree()
    pool.first = task.next
    task.fiber = ds.Fiber.self()
    task.deadline = deadline
    task.outcome = Outcome.None
    return task
}

/**
 * Enters the calling task where it is going to wait, with a record as `takeTask` would give it: most waits begin
 * here, and its call would cost them 4 %.
 * @param rank see `Task`, as `buffer` and `detail`
 * @param deadline in the future
 */
export function enter(
    place: WaitPlace,
    rank: number,
    buffer: Buffer,
    detail: any,
    deadline: number
): Task {
    let task = pool.first
    if (task === undefined) task = makeFree()
    pool.first = task.next
    task.fiber = ds.Fiber.self()
    task.deadline = deadline
    task.outcome = Outcome.None
    task.place = place
    task.rank = rank
    task.buffer = buffer
    task.detail = detail
    if (place.waiting === undefined) {
        task.next = undefined
        place.waiting = task
    } else lineUp(task)
    return task
}

/** Behind the last waiter of its rank or above. */
function lineUp(task: Task) {
    const { place, rank } = task
    let before = lastOfRank(place, rank)
    while (before !== undefined && !isAlive(before.fiber)) {
        // Else a queue whose receivers die before a message comes would keep all their buffers.
        bury(before)
        before = lastOfRank(place, rank)
    }
    if (before === undefined) {
        task.next = place.waiting
        place.waiting = task
    } else {
        task.next = before.next
        before.next = task
    }
}

function lastOfRank(place: WaitPlace, rank: number): Task {
    let last: Task = undefined
    let task = place.waiting
    while (task !== undefined && task.rank >= rank) {
        last = task
        task = task.next
    }
    return last
}

function makeFree(): Task {
    for (let task = newestTask; task !== undefined; task = task.older)
        if (task.fiber !== undefined && !isAlive(task.fiber)) bury(task)
    if (pool.first !== undefined) return pool.first
    newestTask = new Task(newestTask)
    return newestTask
}

/** Gives a record back that is nowhere any more, and has no sibling. What the task brought was taken out of it. */
export function freeTask(task: Task) {
    task.fiber = undefined
    task.next = pool.first
    pool.first = task
}

/** Takes a task out of where it waits. */
export function leave(task: Task) {
    const place = task.place
    if (place.waiting === task) place.waiting = task.next
    else {
        let before = place.waiting
        while (before.next !== task) before = before.next
        before.next = task.next
    }
    task.place = undefined
}

/** Frees the records of a dead task. One that is at the gate is freed there. */
export function bury(dead: Task) {
    let task = dead
    while (task !== undefined) {
        const sibling = task.sibling
        task.sibling = undefined
        if (task.place !== undefined) leave(task)
        task.buffer = undefined
        task.detail = undefined
        if (!task.atGate) freeTask(task)
        task = sibling === dead ? undefined : sibling
    }
}

/** There is no asking: but a property of a task that is gone throws. */
export function isAlive(fiber: ds.Fiber): boolean {
    try {
        return fiber.id >= 0
    } catch {
        return false
    }
}
