/**
 * Several queues at once: a task receives from the first that has a message.
 *
 *     const index = await recvAny([alarms, readings], into, message, 100)
 *
 * A waiting task has a record in the line of each queue. Its records are linked by `sibling`.
 *
 * Invariant: the queue that serves the task takes all its records out of their lines in the same step. So the task gets
 * one message at most, and no message is lost.
 */

import { KernelError } from "./base/errors"
import { isWritable } from "./base/values"
import { Rank, setSignal, ServedQueue } from "./handoff"
import { KernelQueue } from "./queue"
import { Header } from "./ring/entry"
import { fillEntry, ReceivedMessage } from "./ring/message"
import { Signal, Step } from "./ring/state"
import { deadlineAfter, isTimeout } from "./waiting/clock"
import { credit } from "./waiting/credit"
import { giveWay, spendCredit } from "./waiting/gate"
import { joinLine } from "./waiting/line"
import { GiveWay } from "./waiting/phase"
import { freeTask, Task } from "./waiting/tasks"
import { wait } from "./waiting/waiters"

enum Limit {
    /** Queues of one call. */
    Queues = 16,
}

/** What this file knows of a queue. */
interface SelectedQueue extends ServedQueue {
    /** The number of the last scan that saw this queue: see `scans`. */
    lastScan: number
    memory: Buffer
    isClosed(): boolean
}

/**
 * Receives one message from any of several queues, and waits if none has one. The message of the highest priority comes
 * first; at a tie, that of the queue that is earlier in the list. A queue that is closed and empty is passed over.
 * @param queues one to sixteen, none of them twice; leave the array alone until the call returns
 * @param into where the message's bytes go, from byte 0; in RAM
 * @param message says what came, its length included; untouched by a failure
 * @param timeout in ticks of a millisecond, rounded up; FOREVER waits without limit, 0 does not wait
 * @returns the index of the queue, or an error: InvalidArgument (`queues` is no such array, or has an item that is no
 *     queue; `into` is no Buffer, or in flash; no ReceivedMessage; no timeout), QueueClosed (all are closed and
 *     empty), BufferTooSmall (the next message does not fit: it stays, or goes to another task), Timeout (counted in
 *     each queue)
 */
export async function recvAny(
    queues: KernelQueue[],
    into: Buffer,
    message: ReceivedMessage,
    timeout: number
): Promise<number> {
    let result: number = -KernelError.InvalidArgument
    if (isTimeout(timeout)) result = receiveDue(queues, into, message)
    if (result !== -KernelError.QueueEmpty) {
        if (timeout !== 0) if (--credit.left < 0) if (!spendCredit()) await giveWay(GiveWay.Call)
        return result
    }
    result = -KernelError.Timeout
    if (timeout > 0) result = await waitForAny(queues, into, message, timeout)
    // The caller may have changed the array meanwhile, so its items are checked again.
    if (result === -KernelError.Timeout)
        for (const queue of queues as any[])
            if (queue instanceof KernelQueue) (queue as any as SelectedQueue).timeouts++
    return result
}

/** How often `receiveDue` was called. A queue that has this number already is in the list twice. */
let scans = 0

/** Receives without waiting. Returns as `recvAny`, but QueueEmpty in place of Timeout. */
function receiveDue(queues: KernelQueue[], into: Buffer, message: ReceivedMessage): number {
    if (!Array.isArray(queues)) return -KernelError.InvalidArgument
    const count = queues.length
    if (count === 0) return -KernelError.InvalidArgument
    if (count > Limit.Queues) return -KernelError.InvalidArgument
    let index: number = -KernelError.QueueClosed
    let duePriority = -1
    const scan = ++scans
    try {
        for (let i = 0; i < count; ++i) {
            const queue = queues[i] as any as SelectedQueue
            // no queue: `lastScan` is undefined; twice in the list: it is this scan
            if (!(queue.lastScan < scan)) return -KernelError.InvalidArgument
            queue.lastScan = scan
            if (queue.signal === Signal.Message) continue // nothing is queued
            const slot = queue.step(Step.Next)
            if (slot >= 0) {
                const priority = queue.memory.getAt(slot + Header.Word, "u8")
                if (priority > duePriority) {
                    index = i
                    duePriority = priority
                }
            } else if (slot === -KernelError.QueueEmpty)
                // so the next scan can skip it while no message has come
                setSignal(queue, Signal.Message)
        }
        if (index < 0)
            for (let i = 0; i < count; ++i)
                if (!queues[i].isClosed()) index = -KernelError.QueueEmpty
    } catch {
        return -KernelError.InvalidArgument // undefined, or another object
    }
    if (index >= 0) {
        const length = queues[index].recvTyped(into, message)
        if (length < 0) return length
        return index
    }
    if (!isWritable(into)) return -KernelError.InvalidArgument
    if (!(message instanceof ReceivedMessage)) return -KernelError.InvalidArgument
    return index
}

/** Waits in the lines of all queues that are not closed. Returns as `recvAny`. At least one must be open. */
async function waitForAny(
    queues: KernelQueue[],
    into: Buffer,
    message: ReceivedMessage,
    timeout: number
): Promise<number> {
    const deadline = deadlineAfter(timeout)
    let first: Task = undefined
    let last: Task = undefined
    for (let i = 0; i < queues.length; ++i) {
        const queue = queues[i] as any as SelectedQueue
        if (queue.isClosed()) continue
        const waiter = joinLine(queue, Rank.Receiver, into, deadline)
        waiter.detail = message
        waiter.move = fillEntry
        if (queue.signal !== Signal.Message) setSignal(queue, Signal.Message)
        waiter.index = i
        if (first === undefined) first = waiter
        else last.sibling = waiter
        last = waiter
    }
    last.sibling = first
    const served = await wait(first, timeout)
    let result = served.outcome
    if (result >= 0) result = served.index
    last.sibling = undefined
    while (first !== undefined) {
        const next = first.sibling
        first.sibling = undefined
        freeTask(first)
        first = next
    }
    return result
}
