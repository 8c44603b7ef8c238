/**
 * Hand-off: messages and room go straight to the tasks that wait for them. And how a task begins to wait in a queue.
 *
 * Invariants:
 * - A receiver waits only while no message is queued, and a sender only while no entry is free.
 * - While a task waits, the queue's `signal` is not None. So the ring tells this file of messages and of room.
 * - A record has all that is needed to serve its task: a `buffer` of bytes, or a `detail`, and a `move`, the function
 *   that moves the `detail`. No `move` means plain bytes.
 *
 * The blocking call passes the `move`. So only a program that uses records or descriptors has their code in its image.
 */

import { KernelError } from "./base/errors"
import { MsgPriority } from "./ring/entry"
import { RingCore, Signal, Step } from "./ring/state"
import { deadlineAfter } from "./waiting/clock"
import { credit } from "./waiting/credit"
import { giveWay, spendCredit } from "./waiting/gate"
import { firstWaiting, joinLine } from "./waiting/line"
import { GiveWay } from "./waiting/phase"
import { freeTask, Line } from "./waiting/tasks"
import { complete, dismiss, wait } from "./waiting/waiters"

/** The ranks of waiting tasks. A sender's rank is the priority of its message. */
export enum Rank {
    LowestSender = 0,
    HighestSender = MsgPriority.Urgent,
    Receiver = 4,
}

/** What this file knows of a queue: its line of waiting tasks, its ring, and a count. */
export interface ServedQueue extends Line, RingCore {
    /** Calls that returned -Timeout. */
    timeouts: number
}

/** A receiver's `move`, if it wants more than bytes: fills `detail` from the message. See `Arrived` for the rest. */
export type Fill = (
    queue: any,
    detail: any,
    length: number,
    word: number,
    from: Buffer,
    at: number
) => void

/** A sender's `move`, if it does not send plain bytes: tries once more to send its `detail`. Returns as that send. */
export type SendAgain = (queue: any, detail: any, priority: number) => number

/**
 * Sets a queue's signal, and tells the ring's core whom to call. The functions come from here and not from the ring, so
 * that a program without blocking calls has none of them in its image.
 */
export function setSignal(queue: ServedQueue, signal: Signal) {
    queue.signal = signal
    queue.step(Step.Watch, handOver, admitSenders, endWaits)
}

// On the path of a hand-off small functions are written out, here and in line.ts. Each saved call gains 3 to 7 % of a
// hand-off in the simulator.

/** Hands a new message to the receiver that has waited longest. See `Arrived`. */
function handOver(
    queue: ServedQueue,
    from: Buffer,
    at: number,
    length: number,
    word: number
): boolean {
    let waiter = queue.waiting
    // The usual case: the task waits for plain bytes, in no other line, and may run.
    if (waiter !== undefined)
        if (waiter.rank === Rank.Receiver)
            if (waiter.move === undefined)
                if (length <= waiter.buffer.length)
                    if (credit.left > 0)
                        try {
                            waiter.fiber.resume(undefined)
                            credit.left = credit.left - 1
                            waiter.buffer.blitAt(0, from, at, length)
                            waiter.buffer = undefined
                            waiter.line = undefined
                            waiter.outcome = length
                            queue.waiting = waiter.next
                            return true
                        } catch {
                            // The task is dead: `resume` threw, and nothing was changed. It is buried below.
                        }
    waiter = firstWaiting(queue, Rank.Receiver, Rank.Receiver)
    while (waiter !== undefined) {
        const { buffer, detail, move } = waiter
        const hasRoom = buffer === undefined || length <= buffer.length // a record always fits
        const isUrgent = (word & 0xff) === MsgPriority.Urgent
        complete(waiter, hasRoom ? length : -KernelError.BufferTooSmall, isUrgent)
        if (hasRoom) {
            if (buffer !== undefined) buffer.blitAt(0, from, at, length)
            if (move !== undefined) move(queue, detail, length, word, from, at)
            return true
        }
        waiter = firstWaiting(queue, Rank.Receiver, Rank.Receiver)
    }
    queue.signal = queue.waiting === undefined ? Signal.None : Signal.Room
    return false
}

/**
 * Gives room to waiting senders, the highest priority first. With `DropOldest`, a sender that is admitted here may drop
 * the message of one that was admitted before. That is right: any later send could do so too.
 */
function admitSenders(queue: ServedQueue) {
    for (;;) {
        const waiter = firstWaiting(queue, Rank.LowestSender, Rank.HighestSender)
        if (waiter === undefined) break
        // A full send, with all checks: the message may have changed since the task began to wait.
        const result =
            waiter.move === undefined
                ? queue.send(waiter.buffer, waiter.rank)
                : waiter.move(queue, waiter.detail, waiter.rank)
        if (result === -KernelError.QueueFull) break
        complete(waiter, result, false)
    }
    setSignal(queue, queue.waiting === undefined ? Signal.None : Signal.Room)
}

/** For a queue that was closed: all waits end with QueueClosed. Waiting messages are not sent. */
function endWaits(queue: ServedQueue) {
    let waiter = firstWaiting(queue, Rank.LowestSender, Rank.Receiver)
    while (waiter !== undefined) {
        dismiss(waiter, -KernelError.QueueClosed)
        waiter = firstWaiting(queue, Rank.LowestSender, Rank.Receiver)
    }
    setSignal(queue, Signal.None)
}

/** For a blocking call with a wrong timeout. It gives way like any other, so a loop of such calls starves nobody. */
export async function refuse(): Promise<number> {
    if (!spendCredit()) await giveWay(GiveWay.Call)
    return -KernelError.InvalidArgument
}

/**
 * Parks the calling task until it is served, or until its timeout has passed.
 * @param rank a sender's priority, or `Rank.Receiver`
 * @param buffer the bytes to send, or the receiver's buffer; undefined for a call without one
 * @param detail what `move` works on: a record, a descriptor, or the message to fill in
 * @param move a `Fill` or a `SendAgain`; undefined for plain bytes
 * @returns the outcome of the wait; Timeout at once for a timeout of 0
 */
export async function waitInLine(
    queue: ServedQueue,
    rank: number,
    buffer: Buffer,
    detail: any,
    move: any,
    timeout: number
): Promise<number> {
    let outcome: number = -KernelError.Timeout
    if (timeout > 0) {
        const waiter = joinLine(queue, rank, buffer, deadlineAfter(timeout))
        waiter.detail = detail
        waiter.move = move
        if (rank === Rank.Receiver) {
            if (queue.signal !== Signal.Message) setSignal(queue, Signal.Message)
        } else if (queue.signal !== Signal.Room) setSignal(queue, Signal.Room)
        await wait(waiter, timeout)
        outcome = waiter.outcome
        freeTask(waiter)
    }
    if (outcome === -KernelError.Timeout) queue.timeouts++
    return outcome
}

// The moves of senders: see `SendAgain`.

export function sendDescriptorAgain(queue: any, descriptor: any, priority: number): number {
    return queue.sendDescriptor(descriptor, priority)
}

export function sendRecordAgain(queue: any, record: any, priority: number): number {
    return queue.sendRecord(record, priority)
}
