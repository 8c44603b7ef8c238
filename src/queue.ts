/**
 * The kernel queue: a ring of messages, and the tasks that wait at its two ends.
 *
 *     const queue = new KernelQueue({ ringSize: 8, maxMsgSize: 4 })
 *     check(queue.send(reading, MsgPriority.High))
 *     const length = check(await queue.recvTimeout(into, 100))
 *
 * A message goes straight from its sender to the task that has waited longest for one, and into the ring
 * only if none waits; room goes to the waiting sender of the highest priority. So tasks wait for messages
 * only while the ring is empty and for room only while it is full, and no message overtakes another of its
 * own or higher priority.
 */

import { deadlineAfter, isTimeout } from "./clock"
import { QueueConfig } from "./config"
import { decodeHeader, MsgPriority, ReceivedMessage } from "./entry"
import { KernelError } from "./errors"
import { giveWay, mayReturn } from "./gate"
import { allocateBacking } from "./memory"
import { RingBuffer } from "./ring"
import { QueueStats } from "./stats"
import { freeTask, Task, WaitPlace } from "./tasks"
import {
    countWaiting,
    dismiss,
    enter,
    firstWaiting,
    serve,
    wait,
} from "./waiters"

/** The ranks of waiting tasks: a sender's is its message's priority. */
enum Rank {
    LowestSender = 0,
    HighestSender = MsgPriority.Urgent,
    Receiver = 4,
}

/** A bounded, prioritised queue of messages between tasks. */
export class KernelQueue extends RingBuffer implements WaitPlace {
    /** The waiters' own: the first task that waits here. */
    waiting: Task = undefined
    /** The last look of `recvAny` at this queue. */
    look = 0
    private attended = false
    private timeouts = 0

    /**
     * @param config undefined means the defaults
     * @param backing a static buffer of at least `requiredMemory(config)` bytes, the queue's alone from now
     *     on; left out, it is allocated once, here
     * @throws KernelException InvalidArgument (bad config; backing is no Buffer, or in flash),
     *     OutOfMemory (backing too small, or more than the VM can allocate at once)
     */
    constructor(config?: QueueConfig, backing?: Buffer) {
        super(config, backing === undefined ? allocateBacking(config) : backing)
    }

    /**
     * Sends, and waits for room if there is none.
     *
     * The message is read when it is admitted, not before: leave it alone until the call returns.
     * @param timeout ticks, rounded up; FOREVER waits without limit, 0 does not wait
     * @returns as `send`, but Timeout (nothing was sent) in place of QueueFull; QueueClosed too if the queue
     *     is closed meanwhile
     * @devsWhenUsed
     */
    async sendTimeout(
        msg: Buffer,
        timeout: number,
        priority?: MsgPriority
    ): Promise<number> {
        const result = isTimeout(timeout)
            ? this.send(msg, priority)
            : -KernelError.InvalidArgument
        if (result !== -KernelError.QueueFull) {
            if (timeout !== 0 && !mayReturn()) await giveWay()
            return result
        }
        const rank = priority === undefined ? MsgPriority.Normal : priority
        return await this.park(rank, msg, undefined, timeout)
    }

    /**
     * Receives, and waits for a message if there is none.
     * @param timeout ticks, rounded up; FOREVER waits without limit, 0 does not wait
     * @returns as `recv`, but Timeout in place of QueueEmpty; QueueClosed too if the queue is closed
     *     meanwhile; BufferTooSmall too for a message that arrives meanwhile (it goes to another)
     * @devsWhenUsed
     */
    async recvTimeout(into: Buffer, timeout: number): Promise<number> {
        const result = isTimeout(timeout)
            ? this.recv(into)
            : -KernelError.InvalidArgument
        if (result !== -KernelError.QueueEmpty) {
            if (timeout !== 0 && !mayReturn()) await giveWay()
            return result
        }
        return await this.park(Rank.Receiver, into, undefined, timeout)
    }

    /**
     * As `recvTimeout`, and says what came: see `recvTyped`.
     * @devsWhenUsed
     */
    async recvTypedTimeout(
        into: Buffer,
        message: ReceivedMessage,
        timeout: number
    ): Promise<number> {
        const result = isTimeout(timeout)
            ? this.recvTyped(into, message)
            : -KernelError.InvalidArgument
        if (result !== -KernelError.QueueEmpty) {
            if (timeout !== 0 && !mayReturn()) await giveWay()
            return result
        }
        return await this.park(Rank.Receiver, into, message, timeout)
    }

    /**
     * Fills in the queue's figures.
     * @returns 0, or InvalidArgument if `into` is no QueueStats
     * @devsWhenUsed
     */
    stats(into: QueueStats): number {
        if (!(into instanceof QueueStats)) return -KernelError.InvalidArgument
        this.fillStats(into)
        into.timeouts = this.timeouts
        into.waitingSenders = countWaiting(
            this,
            Rank.LowestSender,
            Rank.HighestSender
        )
        into.waitingReceivers = countWaiting(this, Rank.Receiver, Rank.Receiver)
        return 0
    }

    /** @devsWhenUsed */
    private async park(
        rank: number,
        buffer: Buffer,
        detail: any,
        timeout: number
    ): Promise<number> {
        let outcome: number = -KernelError.Timeout
        if (timeout > 0) {
            const deadline = deadlineAfter(timeout)
            const waiter = enter(this, rank, buffer, detail, deadline)
            this.attend(true)
            await wait(waiter)
            outcome = waiter.outcome
            freeTask(waiter)
        }
        if (outcome === -KernelError.Timeout) this.timeouts++
        return outcome
    }

    /**
     * For `recvAny`: enters the calling task as a receiver. It must wait before it does anything else.
     * @devsWhenUsed
     */
    enterReceiver(
        into: Buffer,
        message: ReceivedMessage,
        deadline: number
    ): Task {
        const waiter = enter(this, Rank.Receiver, into, message, deadline)
        this.attend(true)
        return waiter
    }

    /**
     * For `recvAny`: a receive has timed out.
     * @devsWhenUsed
     */
    countTimeout() {
        this.timeouts++
    }

    /** Hands a message that arrives to the task that has waited longest for one. */
    protected override arrived(msg: Buffer, word: number): boolean {
        const length = msg.length
        let waiter = firstWaiting(this, Rank.Receiver, Rank.Receiver)
        while (waiter !== undefined && waiter.buffer.length < length) {
            serve(waiter, -KernelError.BufferTooSmall)
            waiter = firstWaiting(this, Rank.Receiver, Rank.Receiver)
        }
        if (waiter === undefined) {
            this.attend(this.waiting !== undefined)
            return false
        }
        waiter.buffer.blitAt(0, msg, 0, length)
        if (waiter.detail !== undefined)
            decodeHeader(waiter.detail, length, word)
        serve(waiter, length)
        return true
    }

    /**
     * Lets waiting senders send, as far as there is room. Where the oldest are dropped, one that waited for
     * those above its own to leave may drop another that did: it could do so with any later send, too.
     */
    protected override roomFreed() {
        let waiter = this.firstSender()
        while (waiter !== undefined) {
            // its size is checked again here, as in any send
            const result = this.send(waiter.buffer, waiter.rank)
            if (result === -KernelError.QueueFull) break
            serve(waiter, result)
            waiter = this.firstSender()
        }
        this.attend(this.waiting !== undefined)
    }

    /** Ends all waits. */
    protected override hasClosed() {
        let waiter = firstWaiting(this, Rank.LowestSender, Rank.Receiver)
        while (waiter !== undefined) {
            dismiss(waiter, -KernelError.QueueClosed)
            waiter = firstWaiting(this, Rank.LowestSender, Rank.Receiver)
        }
        this.attend(false)
    }

    /**
     * Says whether somebody waits. After a hand-off it stays on until a message finds nobody: a task that
     * receives in a loop is back before that, and switching for each message costs it a quarter more.
     */
    private attend(watched: boolean) {
        if (watched === this.attended) return
        this.attended = watched
        this.watch(watched)
    }

    private firstSender(): Task {
        return firstWaiting(this, Rank.LowestSender, Rank.HighestSender)
    }
}
