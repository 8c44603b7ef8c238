/**
 * How messages and room go straight to the tasks that wait for them, and how a task comes to wait.
 *
 * Typed messages, descriptors and records are the queue's: it says how they are filled, read and sent again when a
 * task first waits with one. So the image of a program that has none has nothing of them.
 */

import { Attention } from "./access"
import { deadlineAfter, FOREVER } from "./clock"
import { QueueConfig } from "./config"
import { expectWaiters } from "./core"
import { MsgPriority } from "./entry"
import { KernelError } from "./errors"
import { credit, giveWay, mayReturn } from "./gate"
import { enter, freeTask, Task, WaitPlace } from "./tasks"
import { expectGate, firstWaiting, serve, wait } from "./waiters"

/** The ranks of waiting tasks: a sender's is its message's priority. */
export enum Rank {
    LowestSender = 0,
    HighestSender = MsgPriority.Urgent,
    Receiver = 4,
}

/** What a hand-off knows of a queue. */
export interface ServedQueue extends WaitPlace {
    readonly settings: QueueConfig
    attention: Attention
    attend(attention: Attention): void
    send: (msg: Buffer, priority?: MsgPriority) => number
    timeouts: number
}

type Fill = (
    message: any,
    length: number,
    word: number,
    from: Buffer,
    at: number
) => void
type Read = (queue: any, from: Buffer, at: number, record: any) => void
type SendAgain = (queue: any, waiter: Task) => number

let fillWaiting: Fill
let readWaiting: Read
let sendDescriptorAgain: SendAgain
let sendRecordAgain: SendAgain

export function expectTyped(fill: Fill) {
    fillWaiting = fill
}

export function expectRecords(read: Read) {
    readWaiting = read
}

export function expectDescriptorSenders(send: SendAgain) {
    sendDescriptorAgain = send
}

export function expectRecordSenders(send: SendAgain) {
    sendRecordAgain = send
}

// From a message's arrival to its receiver's next wait calls are written out, here and in tasks: measured one by one,
// each gains 3 to 7 % of a hand-off in the simulator.

/** A task begins to wait, or to look again and again, and nobody has for a while. */
export function beginService(queue: ServedQueue, attention: Attention) {
    expectWaiters(handOver, admitSenders)
    expectGate()
    queue.attend(attention)
}

/** Hands a message that arrives to the task that has waited longest for one. See `Arrived`. */
function handOver(
    queue: ServedQueue,
    from: Buffer,
    at: number,
    length: number,
    word: number
): boolean {
    let waiter = queue.waiting
    // The usual case, in this one call: the task waits for bytes, nowhere else, and may run.
    if (waiter !== undefined)
        if (waiter.rank === Rank.Receiver)
            if (waiter.detail === undefined)
                if (length <= waiter.buffer.length)
                    if (credit.left > 0)
                        try {
                            waiter.fiber.resume(undefined)
                            credit.left = credit.left - 1
                            waiter.buffer.blitAt(0, from, at, length)
                            waiter.buffer = undefined
                            waiter.place = undefined
                            waiter.outcome = length
                            queue.waiting = waiter.next
                            return true
                        } catch {
                            // it is dead: it is buried below
                        }
    waiter = firstWaiting(queue, Rank.Receiver, Rank.Receiver)
    while (waiter !== undefined) {
        const { buffer, detail } = waiter
        const hasRoom = buffer === undefined || length <= buffer.length // a record has
        const isUrgent = (word & 0xff) === MsgPriority.Urgent
        serve(waiter, hasRoom ? length : -KernelError.BufferTooSmall, isUrgent)
        if (hasRoom) {
            if (buffer === undefined) readWaiting(queue, from, at, detail)
            else {
                buffer.blitAt(0, from, at, length)
                if (detail !== undefined)
                    fillWaiting(detail, length, word, from, at)
            }
            return true
        }
        waiter = firstWaiting(queue, Rank.Receiver, Rank.Receiver)
    }
    queue.attention =
        queue.waiting === undefined ? Attention.None : Attention.Waiting
    return false
}

/**
 * Lets waiting senders send, as far as there is room. Where the oldest are dropped, one that waited for
 * those above its own to leave may drop another that did: it could do so with any later send, too.
 */
function admitSenders(queue: ServedQueue) {
    for (;;) {
        const waiter = firstWaiting(
            queue,
            Rank.LowestSender,
            Rank.HighestSender
        )
        if (waiter === undefined) break
        // all that it brought is checked again, as in any send
        let result: number
        if (waiter.buffer !== undefined)
            result = queue.send(waiter.buffer, waiter.rank)
        else if (queue.settings.schema === undefined)
            result = sendDescriptorAgain(queue, waiter)
        else result = sendRecordAgain(queue, waiter)
        if (result === -KernelError.QueueFull) break
        serve(waiter, result, false)
    }
    queue.attend(
        queue.waiting === undefined ? Attention.None : Attention.Waiting
    )
}

/**
 * What a blocking call does once it has tried: it waits, or returns. Those for bytes do so themselves, without
 * this call's frame.
 */
export async function finish(
    queue: ServedQueue,
    result: number,
    rank: number,
    detail: any,
    timeout: number
): Promise<number> {
    const mustWait =
        result === -KernelError.QueueFull || result === -KernelError.QueueEmpty
    if (mustWait) return await park(queue, rank, undefined, detail, timeout)
    if (timeout !== 0 && !mayReturn()) await giveWay()
    return result
}

/** For a blocking call with a wrong timeout: it must not hold the processor either. */
export async function refuse(): Promise<number> {
    if (!mayReturn()) await giveWay()
    return -KernelError.InvalidArgument
}

/** Parks the calling task until it is served, or until its time is out. */
export async function park(
    queue: ServedQueue,
    rank: number,
    buffer: Buffer,
    detail: any,
    timeout: number
): Promise<number> {
    let outcome: number = -KernelError.Timeout
    if (timeout > 0) {
        const deadline = timeout === FOREVER ? FOREVER : deadlineAfter(timeout)
        const waiter = enter(queue, rank, buffer, detail, deadline)
        const attention =
            rank === Rank.Receiver ? Attention.Empty : Attention.Waiting
        if (queue.attention !== attention) beginService(queue, attention)
        await wait(waiter, timeout)
        outcome = waiter.outcome
        freeTask(waiter)
    }
    if (outcome === -KernelError.Timeout) queue.timeouts++
    return outcome
}
