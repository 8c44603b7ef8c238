/**
 * Several queues at once: a task receives from whichever has a message.
 *
 *     const index = await recvAny([alarms, readings], into, message, 100)
 *
 * To wait, the task enters all of the queues, with a record in each; the first that serves it takes it out of
 * the others in the same step. So no message can be taken from two, and none is lost.
 */

import { deadlineAfter, isTimeout } from "./clock"
import { Access } from "./core"
import { ReceivedMessage } from "./message"
import { KernelError } from "./errors"
import { giveWay, mayReturn } from "./gate"
import { isWritable } from "./memory"
import { KernelQueue } from "./queue"
import { freeTask, Task } from "./tasks"
import { wait } from "./waiters"

enum Limit {
    Queues = 16,
}

/**
 * Receives from any of several queues, and waits for a message if none has one. The message of the highest
 * priority comes first, that of the earlier queue at a tie. Closed queues are passed over.
 * @param queues one to sixteen, none of them twice; leave the array alone until the call returns
 * @param into where the message's bytes go, from byte 0; in RAM
 * @param message says what came, its length included; untouched by a failure
 * @param timeout ticks, rounded up; FOREVER waits without limit, 0 does not wait
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
    if (
        isTimeout(timeout) &&
        isWritable(into) &&
        message instanceof ReceivedMessage
    )
        result = receiveDue(queues, into, message)
    if (result !== -KernelError.QueueEmpty) {
        if (timeout !== 0 && !mayReturn()) await giveWay()
        return result
    }
    result = -KernelError.Timeout
    if (timeout > 0)
        result = await waitForAny(queues, into, message, deadlineAfter(timeout))
    if (result === -KernelError.Timeout) countTimeout(queues)
    return result
}

/** Their array is the caller's, who should have left it alone. */
function countTimeout(queues: any[]) {
    for (const queue of queues)
        if (queue instanceof KernelQueue) queue.countTimeout()
}

/** Of all looks at the queues of a call, ever. */
let looks = 0

/** Receives without waiting. Looks at each queue once: is it one, does it stand there twice, what does it have? */
function receiveDue(
    queues: KernelQueue[],
    into: Buffer,
    message: ReceivedMessage
): number {
    if (!Array.isArray(queues)) return -KernelError.InvalidArgument
    const count = queues.length
    if (count === 0 || count > Limit.Queues) return -KernelError.InvalidArgument
    let due: KernelQueue = undefined
    let index = -1
    let duePriority = -1
    const look = ++looks
    for (let i = 0; i < count; ++i) {
        const queue = queues[i]
        if (!(queue instanceof KernelQueue)) return -KernelError.InvalidArgument
        if (queue.look === look) return -KernelError.InvalidArgument // it is in the list twice
        queue.look = look
        const priority = queue.access(Access.NextPriority)
        if (priority > duePriority) {
            due = queue
            index = i
            duePriority = priority
        }
    }
    if (due === undefined) return nothingFrom(queues)
    const length = due.recvTyped(into, message)
    return length < 0 ? length : index
}

function nothingFrom(queues: KernelQueue[]): number {
    for (const queue of queues)
        if (!queue.isClosed()) return -KernelError.QueueEmpty
    return -KernelError.QueueClosed
}

async function waitForAny(
    queues: KernelQueue[],
    into: Buffer,
    message: ReceivedMessage,
    deadline: number
): Promise<number> {
    let first: Task = undefined
    let last: Task = undefined
    for (let i = 0; i < queues.length; ++i) {
        if (queues[i].isClosed()) continue
        const waiter = queues[i].enterReceiver(into, message, deadline)
        waiter.index = i
        if (first === undefined) first = waiter
        else last.sibling = waiter
        last = waiter
    }
    last.sibling = first
    const served = await wait(first)
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
