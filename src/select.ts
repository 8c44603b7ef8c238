/**
 * Several queues at once: a task receives from whichever has a message.
 *
 *     const index = await recvAny([alarms, readings], into, message, 100)
 *
 * To wait, the task enters all of the queues, with a record in each; the first that serves it takes it out of
 * the others in the same step. So no message can be taken from two, and none is lost.
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
    Queues = 16,
}

/** What `recvAny` knows of a queue. */
interface SelectedQueue extends ServedQueue {
    /** The last look of `recvAny` at it. */
    lastLook: number
    memory: Buffer
    isClosed(): boolean
}

/**
 * Receives from any of several queues, and waits for a message if none has one. The message of the highest
 * priority comes first, that of the earlier queue at a tie. Closed queues are passed over.
 * @param queues one to sixteen, none of them twice; leave the array alone until the call returns
 * @param into where the message's bytes go, from byte 0; in RAM
 * @param message says what came, its length included; untouched by a failure
 * @param timeout in ticks of a millisecond, rounded up; FOREVER waits without limit, 0 does not wait
 * @returns the index of the queue, or an error: InvalidArgument, QueueClosed (all are closed and empty),
 *     BufferTooSmall (the message that is due does not fit: it stays, or goes to another), Timeout (counted
 *     in each of the queues)
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
    // their array is the caller's, who should have left it alone
    if (result === -KernelError.Timeout)
        for (const queue of queues as any[])
            if (queue instanceof KernelQueue) (queue as any as SelectedQueue).timeouts++
    return result
}

/** Of all looks at the queues of a call, ever. */
let looks = 0

/** Receives without waiting. */
function receiveDue(queues: KernelQueue[], into: Buffer, message: ReceivedMessage): number {
    if (!Array.isArray(queues)) return -KernelError.InvalidArgument
    const count = queues.length
    if (count === 0) return -KernelError.InvalidArgument
    if (count > Limit.Queues) return -KernelError.InvalidArgument
    let index: number = -KernelError.QueueClosed
    let duePriority = -1
    const look = ++looks
    try {
        for (let i = 0; i < count; ++i) {
            const queue = queues[i] as any as SelectedQueue
            // what is no queue has had no look; one that is in the list twice has had this one
            if (!(queue.lastLook < look)) return -KernelError.InvalidArgument
            queue.lastLook = look
            if (queue.signal === Signal.Message) continue // nothing is queued
            const slot = queue.step(Step.Next)
            if (slot >= 0) {
                const priority = queue.memory.getAt(slot + Header.Word, "u8")
                if (priority > duePriority) {
                    index = i
                    duePriority = priority
                }
            } else if (slot === -KernelError.QueueEmpty)
                // it need not look again until it is told of a message
                setSignal(queue, Signal.Message)
        }
        if (index < 0)
            for (let i = 0; i < count; ++i)
                if (!queues[i].isClosed()) index = -KernelError.QueueEmpty
    } catch {
        return -KernelError.InvalidArgument // undefined, or an object of the caller's
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
