/**
 * The records of parked tasks: one for each task that waits, pauses or gives way.
 *
 * Invariants:
 * - A task owns its record from `takeTask` or `joinLine` to `freeTask`.
 * - A record is in one line at most. It leaves the line no later than it gets its outcome.
 * - A free record has no task, no line, no sibling, and holds nothing that a task brought.
 *
 * Records are pooled. One is allocated only when more are in use at once than ever before.
 *
 * A terminated task runs nothing any more, not even a `finally`, so it cannot free its record. The code that finds
 * such a dead task in a line or at the gate frees the record (`bury`). The pool looks for dead tasks before it grows.
 */

import * as ds from "@devicescript/core"

export enum Outcome {
    // Far below all error codes: no call returns these.
    /** The task still waits. */
    None = -0x10000,
    /** The wait in several lines has ended. Another of the task's records has the outcome. */
    Elsewhere,
}

/** A list of waiting tasks, see line.ts. A queue is one. */
export interface Line {
    /** The first waiting task. Undefined if none waits. */
    waiting: Task
}

// Each field has a value from the start. One that is added later makes the object grow on the heap.
/** The record of a parked task. A task that waits in several lines has one record for each. */
export class Task {
    /** The task. Undefined while the record is free. */
    fiber: ds.Fiber = undefined
    /** The tick at which the wait or pause ends at the latest. Infinity if there is no limit. */
    deadline = 0
    /** What the task's call will return. */
    outcome: number = Outcome.None
    /** The next record in the same line, or in the list of free records. */
    next: Task = undefined
    /**
     * The next record at the gate; the last one names itself. Undefined if the task is not at the gate. A task at
     * the gate goes on only when it is let in: see gate.ts.
     */
    nextAtGate: Task = undefined
    /** The tick at which the task was last let in, or a `LetIn`. And how many of its calls may return at once since. */
    letInAt = 1
    callsLeft = 0
    /** The task's next record; the last one names the first. Undefined if the task has only this one. */
    sibling: Task = undefined
    /** The index of the queue in the list of `recvAny` for which this record waits. */
    index = 0
    /** The line that the record is in. Undefined once it has its outcome. */
    line: Line = undefined
    /** Higher is served first. Within a rank, first come is first served. */
    rank = 0
    // What the task brought to the wait. Only the owner of the line knows what it means: see handoff.ts.
    buffer: Buffer = undefined
    detail: any = undefined
    move: any = undefined
    /** The next in the list of all records, free or not. */
    readonly older: Task

    constructor(older: Task) {
        this.older = older
    }
}

/** The list of all records ever made, linked by `older`. */
export let newestTask: Task

/** The list of free records, linked by `next`. */
export const pool = { first: undefined as Task }

/** Takes a record for the calling task. It has no outcome yet and is in no line. */
export function takeTask(deadline: number): Task {
    let task = pool.first
    if (task === undefined) task = findFree()
    pool.first = task.next
    task.fiber = ds.Fiber.self()
    task.deadline = deadline
    task.outcome = Outcome.None
    return task
}

/** Finds a free record when the pool has none. Buries dead tasks first, and allocates only if there are none. */
export function findFree(): Task {
    for (let task = newestTask; task !== undefined; task = task.older)
        if (task.fiber !== undefined) if (!isAlive(task.fiber)) bury(task)
    if (pool.first !== undefined) return pool.first
    newestTask = new Task(newestTask)
    return newestTask
}

/** Gives a record back. It must be in no line, have no sibling, and hold nothing that the task brought. */
export function freeTask(task: Task) {
    task.fiber = undefined
    task.next = pool.first
    pool.first = task
}

/** Takes a record out of its line. */
export function leave(task: Task) {
    const line = task.line
    if (line.waiting === task) line.waiting = task.next
    else {
        let before = line.waiting
        while (before.next !== task) before = before.next
        before.next = task.next
    }
    task.line = undefined
}

/** Frees all records of a dead task, except one at the gate. The gate frees that one when its turn comes. */
export function bury(dead: Task) {
    let task = dead
    while (task !== undefined) {
        const sibling = task.sibling
        task.sibling = undefined
        if (task.line !== undefined) leave(task)
        task.buffer = undefined
        task.detail = undefined
        task.move = undefined
        if (task.nextAtGate === undefined) freeTask(task)
        task = sibling === dead ? undefined : sibling
    }
}

/** Whether a task still exists. The VM has no call for that, but reading a property of a dead task throws. */
export function isAlive(fiber: ds.Fiber): boolean {
    try {
        return fiber.id >= 0
    } catch {
        return false
    }
}
