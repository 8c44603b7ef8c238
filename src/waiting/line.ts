/**
 * A line of waiting tasks: by rank, the highest first, and within a rank in the order in which they came.
 *
 * The dead stay in a line until somebody comes across them, and buries them.
 */

import * as ds from "@devicescript/core"
import { bury, findFree, isAlive, Line, Outcome, pool, Task } from "./tasks"

/**
 * Enters the calling task into a line, with a record as `takeTask` would give it: most waits begin here, and its call would
 * cost them 4 %.
 * @param rank see `Task`, as `buffer`. Who has a `detail` sets it then
 * @param deadline in the future
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

/** Behind the last of its rank or above. */
function lineUp(task: Task) {
    const { line, rank } = task
    let before = lastOfRank(line, rank)
    while (before !== undefined && !isAlive(before.fiber)) {
        // else a queue whose receivers die before a message comes would keep all their buffers
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
 * The next to be served: the first living task of the ranks `lowest` to `highest`.
 * @returns undefined if there is none
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

/** The number of living tasks of the ranks `lowest` to `highest`. */
export function countWaiting(line: Line, lowest: number, highest: number): number {
    let count = 0
    for (let w = line.waiting; w !== undefined; w = w.next)
        if (w.rank >= lowest) if (w.rank <= highest) if (isAlive(w.fiber)) count++
    return count
}
