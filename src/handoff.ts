/**
 * How messages and room go straight to the tasks that wait for them, and how a task comes to wait.
 *
 * A waiting task's record has all that is needed to serve it: its `buffer`, if it waits with bytes, else a `detail`, and
 * its `move`, which says what to do with that. So a program without records or descriptors has nothing of them.
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

/** The ranks of waiting tasks: a sender's is its message's priority. */
export enum Rank {
    LowestSender = 0,
    HighestSender = MsgPriority.Urgent,
    Receiver = 4,
}

/** What a hand-off knows of a queue. */
export interface ServedQueue extends Line, RingCore {
    timeouts: number
}

/** A receiver's `move`, if it wants more than bytes: fills its `detail` from a message. */
export type Fill = (
    queue: any,
    detail: any,
    length: number,
    word: number,
    from: Buffer,
    at: number
) => void

/** A sender's `move`, if it does not send bytes: tries once more to send its `detail`. */
export type SendAgain = (queue: any, detail: any, priority: number) => number

/**
 * Says what a queue must tell of: tasks begin to wait, or to look again and again, and nobody has for a while; or
 * nobody does any longer.
 */
export function setSignal(queue: ServedQueue, signal: Signal) {
    queue.signal = signal
    queue.step(Step.Watch, handOver, admitSenders, endWaits)
}

// From a message's arrival to its receiver's next wait calls are written out, here and in line.ts: measured one by one,
// each gains 3 to 7 % of a hand-off in the simulator.

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
                            // it is dead: it is buried below
                        }
    waiter = firstWaiting(queue, Rank.Receiver, Rank.Receiver)
    while (waiter !== undefined) {
        const { buffer, detail, move } = waiter
        const hasRoom = buffer === undefined || length <= buffer.length // a record has
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
 * Lets waiting senders send, as far as there is room. Where the oldest are dropped, one that waited for
 * those above its own to leave may drop another that did: it could do so with any later send, too.
 */
function admitSenders(queue: ServedQueue) {
    for (;;) {
        const waiter = firstWaiting(queue, Rank.LowestSender, Rank.HighestSender)
        if (waiter === undefined) break
        // all that it brought is checked again, as in any send
        const result =
            waiter.move === undefined
                ? queue.send(waiter.buffer, waiter.rank)
                : waiter.move(queue, waiter.detail, waiter.rank)
        if (result === -KernelError.QueueFull) break
        complete(waiter, result, false)
    }
    setSignal(queue, queue.waiting === undefined ? Signal.None : Signal.Room)
}

/** The queue was closed: all waits end, and what was to be sent is not. */
function endWaits(queue: ServedQueue) {
    let waiter = firstWaiting(queue, Rank.LowestSender, Rank.Receiver)
    while (waiter !== undefined) {
        dismiss(waiter, -KernelError.QueueClosed)
        waiter = firstWaiting(queue, Rank.LowestSender, Rank.Receiver)
    }
    setSignal(queue, Signal.None)
}

/**
 * What a blocking call does once it has tried: it waits, or returns. Those for bytes do so themselves, without
 * this call's frame.
 * @param rank see `waitInLine`, as `detail` and `move`
 */
export async function returnOrWait(
    queue: ServedQueue,
    result: number,
    rank: number,
    detail: any,
    move: any,
    timeout: number
): Promise<number> {
    if (result !== -KernelError.QueueFull)
        if (result !== -KernelError.QueueEmpty) {
            if (timeout !== 0) if (!spendCredit()) await giveWay(GiveWay.Call)
            return result
        }
    return await waitInLine(queue, rank, undefined, detail, move, timeout)
}

/** For a blocking call with a wrong timeout: it must not hold the processor either. */
export async function refuse(): Promise<number> {
    if (!spendCredit()) await giveWay(GiveWay.Call)
    return -KernelError.InvalidArgument
}

/**
 * Parks the calling task until it is served, or until its time is out.
 * @param rank a sender's priority, or `Rank.Receiver`
 * @param buffer of who waits with bytes
 * @param detail of who does not, or wants more
 * @param move what to do with it: a `Fill`, or a `SendAgain`
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

// Two moves of senders.

export function sendDescriptorAgain(queue: any, descriptor: any, priority: number): number {
    return queue.sendDescriptor(descriptor, priority)
}

export function sendRecordAgain(queue: any, record: any, priority: number): number {
    return queue.sendRecord(record, priority)
}
