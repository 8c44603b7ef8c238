/**
 * A line of waiting tasks. The highest rank comes first; within a rank, first come is first served.
 *
 * A task that is terminated while it waits stays in the line. A walk that must decide about it buries it.
 */

import * as ds from "@devicescript/core"
import { bury, findFree, isAlive, Line, Outcome, pool, Task } from "./tasks"

/**
 * Puts the calling task into a line. Repeats `takeTask`: most waits begin here, and the call would cost them 4 %.
 * @param rank see `Task`
 * @param buffer see `Task`. A caller with a `detail` or a `move` sets it in the returned record
 * @param deadline a tick in the future, or Infinity
 */
export function joinLine(line: Line, rank: number, buffer: Buffer, deadline: number): Task {
    let task = pool.first
    if (task === undefined) task = findFree()
    pool.first = task.next
    task.fiber = ds.Fiber.self()
    task.deadline = deadline
    task.outcome = Outcome.None
    task.line = line
    task.rank = rank
    task.buffer = buffer
    if (line.waiting === undefined) {
        task.next = undefined
        line.waiting = task
    } else lineUp(task)
    return task
}

/** Puts a record behind the last one of its rank or above. */
function lineUp(task: Task) {
    const { line, rank } = task
    let before = lastOfRank(line, rank)
    while (before !== undefined && !isAlive(before.fiber)) {
        // Otherwise a queue whose receivers die before a message comes would keep all their buffers.
        bury(before)
        before = lastOfRank(line, rank)
    }
    if (before === undefined) {
        task.next = line.waiting
        line.waiting = task
    } else {
        task.next = before.next
        before.next = task
    }
}

/** The last record of this rank or above. Undefined if there is none. */
function lastOfRank(line: Line, rank: number): Task {
    let last: Task = undefined
    let task = line.waiting
    while (task !== undefined && task.rank >= rank) {
        last = task
        task = task.next
    }
    return last
}

/**
 * The next task to serve: the first living one of the ranks `lowest` to `highest`. Buries the dead in front of it.
 * @returns its record; undefined if there is none
 */
export function firstWaiting(line: Line, lowest: number, highest: number): Task {
    let task = line.waiting
    while (task !== undefined && task.rank >= lowest) {
        const after = task.next
        if (!isAlive(task.fiber)) bury(task)
        else if (task.rank <= highest) return task
        task = after
    }
    return undefined
}

/** Counts the living tasks of the ranks `lowest` to `highest`. */
export function countWaiting(line: Line, lowest: number, highest: number): number {
    let count = 0
    for (let w = line.waiting; w !== undefined; w = w.next)
        if (w.rank >= lowest) if (w.rank <= highest) if (isAlive(w.fiber)) count++
    return count
}
