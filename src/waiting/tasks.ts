/**
 * The records of parked tasks: one for each task that waits, pauses or gives way.
 *
 * They are pooled: one is allocated only when more are in use at once than ever before. A task owns its record from
 * `takeTask` to `freeTask`. A task that is terminated runs nothing any more, not even a `finally`, and cannot give its
 * record back: whoever comes across a dead task buries it, and the pool looks for such before it grows.
 */

import * as ds from "@devicescript/core"

export enum Outcome {
    // no results of calls
    /** Of a task that still waits. */
    None = -0x10000,
    /** Of a task that waited in several lines: the outcome is in another of its records. */
    Elsewhere,
}

/** Where tasks wait: see line.ts. */
export interface Line {
    /** The first of them. Undefined if none waits. */
    waiting: Task
}

// Each field has a value from the start: one that got it later would make the record grow then.
/** The record of a parked task. One that waits in several lines has a record for each. */
export class Task {
    /** Undefined while nobody uses the record. */
    fiber: ds.Fiber = undefined
    /** What the task waits for ends at this tick at the latest. */
    deadline = 0
    /** What the task's call will return. */
    outcome: number = Outcome.None
    /** The next in its line, or of the free records. */
    next: Task = undefined
    /**
     * The next at the gate, or itself if it is the last. Undefined if it is not there; else it must be let in before it
     * goes on: see gate.ts.
     */
    nextAtGate: Task = undefined
    /** When it last was let in, and how many of its calls may return at once since. */
    letInAt = 1
    callsLeft = 0
    /** The next of the task's records, in a circle; undefined if this is all. */
    sibling: Task = undefined
    /** Its number among them. */
    index = 0
    /** The line that it waits in; undefined once it has its outcome. */
    line: Line = undefined
    /** Higher is served first; within a rank, the one that has waited longest. */
    rank = 0
    // What it waits with. Their meaning is that of whoever has the line.
    buffer: Buffer = undefined
    detail: any = undefined
    move: any = undefined
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

/** A record for the calling task, which has no outcome yet, and is in no line. */
export function takeTask(deadline: number): Task {
    let task = pool.first
    if (task === undefined) task = findFree()
    pool.first = task.next
    task.fiber = ds.Fiber.self()
    task.deadline = deadline
    task.outcome = Outcome.None
    return task
}

/** A free record where the pool has none: those of dead tasks first. */
export function findFree(): Task {
    for (let task = newestTask; task !== undefined; task = task.older)
        if (task.fiber !== undefined) if (!isAlive(task.fiber)) bury(task)
    if (pool.first !== undefined) return pool.first
    newestTask = new Task(newestTask)
    return newestTask
}

/** Gives a record back that is in no line, has no sibling, and holds nothing any more. */
export function freeTask(task: Task) {
    task.fiber = undefined
    task.next = pool.first
    pool.first = task
}

/** Takes a task out of its line. */
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

/** Frees the records of a dead task. One that is at the gate is freed there. */
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

/** There is no asking: but a property of a task that is gone throws. */
export function isAlive(fiber: ds.Fiber): boolean {
    try {
        return fiber.id >= 0
    } catch {
        return false
    }
}
