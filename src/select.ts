/**
 * Several queues at once: a task receives from whichever has a message.
 *
 *     const index = await recvAny([alarms, readings], into, message, 100)
 *
 * To wait, the task enters all of the queues, with a record in each; the first that serves it takes it out of
 * the others in the same step. So no message can be taken from two, and none is lost.
 */

import { Access, Attention } from "./access"
import { deadlineAfter, isTimeout } from "./clock"
import { fillMessage, ReceivedMessage } from "./message"
import { KernelError } from "./errors"
import { credit, giveWay, mayReturn } from "./gate"
import { isWritable } from "./memory"
import { beginService, expectTyped, Rank, ServedQueue } from "./handoff"
import { KernelQueue } from "./queue"
import { enter, freeTask, Task } from "./tasks"
import { wait } from "./waiters"

enum Limit {
    Queues = 16,
}

/** What `recvAny` knows of a queue. */
interface SelectedQueue extends ServedQueue {
    /** The last look of `recvAny` at it. */
    look: number
    access: (what: Access) => number
    recvTyped(into: Buffer, message: ReceivedMessage): number
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
    const result = isTimeout(timeout)
        ? receiveDue(queues, into, message)
        : -KernelError.InvalidArgument
    if (result !== -KernelError.QueueEmpty) {
        if (timeout !== 0)
            if (--credit.left < 0) if (!mayReturn()) await giveWay()
        return result
    }
    let outcome: number = -KernelError.Timeout
    if (timeout > 0) outcome = await waitForAny(queues, into, message, timeout)
    // their array is the caller's, who should have left it alone
    if (outcome === -KernelError.Timeout)
        for (const queue of queues as any[])
            if (queue instanceof KernelQueue)
                (queue as any as SelectedQueue).timeouts++
    return outcome
}

/** Of all looks at the queues of a call, ever. */
let looks = 0

/** Receives without waiting. */
function receiveDue(
    queues: KernelQueue[],
    into: Buffer,
    message: ReceivedMessage
): number {
    if (!Array.isArray(queues)) return -KernelError.InvalidArgument
    const count = queues.length
    if (count === 0 || count > Limit.Queues) return -KernelError.InvalidArgument
    let due: SelectedQueue = undefined
    let index = -1
    let duePriority = -1
    const look = ++looks
    try {
        for (let i = 0; i < count; ++i) {
            const queue = queues[i] as any as SelectedQueue
            // what is no queue has had no look; one that is in the list twice has had this one
            if (!(queue.look < look)) return -KernelError.InvalidArgument
            queue.look = look
            if (queue.attention !== Attention.Empty) {
                const priority = queue.access(Access.NextPriority)
                if (priority > duePriority) {
                    due = queue
                    index = i
                    duePriority = priority
                }
                // at the second look in a row it asks to hear of what comes: it need not look until then
                if (priority === -KernelError.QueueEmpty)
                    if (queue.attention === Attention.None)
                        queue.attention = Attention.FoundEmpty
                    else beginService(queue, Attention.Empty)
            }
        }
    } catch {
        return -KernelError.InvalidArgument // undefined, or an object of the caller's
    }
    if (due === undefined) return nothingFrom(queues, into, message)
    if (due.attention === Attention.FoundEmpty) due.attention = Attention.None
    const length = due.recvTyped(into, message)
    return length < 0 ? length : index
}

function nothingFrom(
    queues: KernelQueue[],
    into: Buffer,
    message: ReceivedMessage
): number {
    if (!isWritable(into) || !(message instanceof ReceivedMessage))
        return -KernelError.InvalidArgument
    let result: number = -KernelError.QueueClosed
    for (const queue of queues) {
        if (!(queue instanceof KernelQueue)) return -KernelError.InvalidArgument
        if (!queue.isClosed()) result = -KernelError.QueueEmpty
    }
    return result
}

async function waitForAny(
    queues: KernelQueue[],
    into: Buffer,
    message: ReceivedMessage,
    timeout: number
): Promise<number> {
    const deadline = deadlineAfter(timeout)
    expectTyped(fillMessage)
    let first: Task = undefined
    let last: Task = undefined
    for (let i = 0; i < queues.length; ++i) {
        const queue = queues[i] as any as SelectedQueue
        if (queue.isClosed()) continue
        const waiter = enter(queue, Rank.Receiver, into, message, deadline)
        if (queue.attention !== Attention.Empty)
            beginService(queue, Attention.Empty)
        waiter.index = i
        if (first === undefined) first = waiter
        else last.sibling = waiter
        last = waiter
    }
    last.sibling = first
    const served = await wait(first, timeout)
    const result = served.outcome < 0 ? served.outcome : served.index
    last.sibling = undefined
    while (first !== undefined) {
        const next = first.sibling
        first.sibling = undefined
        freeTask(first)
        first = next
    }
    return result
}
