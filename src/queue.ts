/**
 * The kernel queue: a ring of messages, and the tasks that wait at its two ends.
 *
 *     const queue = new KernelQueue({ ringSize: 8, maxMsgSize: 4 })
 *     check(queue.send(reading, MsgPriority.High))
 *     const length = check(await queue.recvTimeout(into, 100))
 *
 * A message goes straight from its sender to the task that has waited longest for one, and into the ring
 * only if none waits; room goes to the waiting sender of the highest priority. So tasks wait for messages
 * only while the ring is empty and for room only while all entries are queued, reserved or fronted, and no
 * message overtakes another of its own or higher priority.
 */

import { deadlineAfter, FOREVER, isTimeout } from "./clock"
import { isRecord, QueueConfig } from "./config"
import { Access } from "./core"
import { descriptorError, DescriptorLayout } from "./descriptor"
import { MessageDescriptor, writeDescriptor } from "./descriptor"
import { EntryFlag, Header, MsgPriority, Tag } from "./entry"
import { KernelError } from "./errors"
import { giveWay, mayReturn } from "./gate"
import { allocateBacking } from "./memory"
import { expectDescriptors, fillMessage, ReceivedMessage } from "./message"
import { nextSlot } from "./order"
import { RegionHandle, RegionPolicy, registerRegion } from "./region"
import { RingBuffer } from "./ring"
import { isFillable, Schema } from "./schema"
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

// What typed receives, descriptors and records need of a hand-off is reached by way of these. The calls that
// need it set them: the image of a program that makes none of those calls has nothing of it.
let fillWaiting: typeof fillMessage
let readWaiting: (schema: any, from: Buffer, at: number, record: any) => void
let sendDescriptorAgain: (queue: KernelQueue, waiter: Task) => number
let sendRecordAgain: (queue: KernelQueue, waiter: Task) => number

// From a message's arrival to its receiver's next wait some calls are written out, here and in waiters: isTimeout,
// isAlive, deadlineAfter, attend, end, park. Each gains 4 to 7 % of a hand-off in the simulator.

/** A bounded, prioritised queue of messages between tasks. */
export class KernelQueue extends RingBuffer implements WaitPlace {
    /** The waiters' own: the first task that waits here. */
    waiting: Task = undefined
    /** The last look of `recvAny` at this queue. */
    look = 0
    private ownRegion: RegionHandle = undefined
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
        const result =
            typeof timeout === "number" && timeout >= 0
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
        fillWaiting = fillMessage
        return await this.park(Rank.Receiver, into, message, timeout)
    }

    /**
     * Sends the name of bytes in a region, 24 bytes whatever the length of what it names.
     * @param priority default Normal
     * @returns 0, or an error: InvalidArgument (no MessageDescriptor, or no priority; not within what the
     *     region holds, or no byte), QueueClosed, MessageTooLarge (entries of less than 24 bytes),
     *     SchemaMismatch (a queue with a schema), NotFound (no such region), StaleHandle (the region is
     *     destroyed), InvalidDescriptorRegion (a slab), QueueFull
     * @devsWhenUsed
     */
    sendDescriptor(
        descriptor: MessageDescriptor,
        priority = MsgPriority.Normal
    ): number {
        if (!(descriptor instanceof MessageDescriptor))
            return -KernelError.InvalidArgument
        const { access, memory } = this
        const size = DescriptorLayout.Size
        const refused = access(Access.Refusal, size, priority)
        if (refused !== 0) return refused
        if (this.settings.schema !== undefined)
            return -KernelError.SchemaMismatch
        const invalid = descriptorError(descriptor)
        if (invalid !== 0) return invalid
        const full = access(Access.Claim, priority)
        if (full !== 0) return full
        expectDescriptors()
        writeDescriptor(descriptor, memory, access(Access.Free) + Header.Size)
        const tag = priority | (EntryFlag.Descriptor << Tag.FlagsShift)
        access(Access.Publish, size, tag)
        return 0
    }

    /**
     * As `sendDescriptor`, and waits for room if there is none: see `sendTimeout`. The descriptor is read, and its
     * region looked up, once more when there is room.
     * @returns as `sendDescriptor`, then too, but Timeout in place of QueueFull
     * @devsWhenUsed
     */
    async sendDescriptorTimeout(
        descriptor: MessageDescriptor,
        timeout: number,
        priority = MsgPriority.Normal
    ): Promise<number> {
        const result = isTimeout(timeout)
            ? this.sendDescriptor(descriptor, priority)
            : -KernelError.InvalidArgument
        sendDescriptorAgain = sendDescriptorOf
        return await this.finish(
            result,
            priority,
            undefined,
            descriptor,
            timeout
        )
    }

    /**
     * Sends a record, by the queue's schema.
     * @param record has the schema's fields, and others if you like
     * @param priority default Normal
     * @returns 0, or an error: InvalidArgument (no record, or no priority; a queue without a schema),
     *     QueueClosed, SchemaMismatch (`Schema.explain` says why), QueueFull
     * @devsWhenUsed
     */
    sendRecord(record: any, priority = MsgPriority.Normal): number {
        const schema = this.settings.schema as Schema
        if (schema === undefined || !isRecord(record))
            return -KernelError.InvalidArgument
        const { access, memory } = this
        const length = schema.size
        const refused = access(Access.Refusal, length, priority)
        if (refused !== 0) return refused
        if (schema.misfit(record) >= 0) return -KernelError.SchemaMismatch
        const full = access(Access.Claim, priority)
        if (full !== 0) return full
        schema.encodeUnchecked(
            record,
            memory,
            access(Access.Free) + Header.Size
        )
        access(Access.Publish, length, priority)
        return 0
    }

    /**
     * As `sendRecord`, and waits for room if there is none: see `sendTimeout`. The record is read, and checked,
     * once more when there is room.
     * @returns as `sendRecord`, then too, but Timeout in place of QueueFull
     * @devsWhenUsed
     */
    async sendRecordTimeout(
        record: any,
        timeout: number,
        priority = MsgPriority.Normal
    ): Promise<number> {
        const result = isTimeout(timeout)
            ? this.sendRecord(record, priority)
            : -KernelError.InvalidArgument
        sendRecordAgain = sendRecordOf
        return await this.finish(result, priority, undefined, record, timeout)
    }

    /**
     * Receives into a record, by the queue's schema.
     * @param record its fields are filled in; untouched by a failure
     * @returns the message's length in bytes, or an error: InvalidArgument (no record, or one of the VM's own
     *     objects; a queue without a schema), QueueClosed (closed and empty), QueueEmpty
     * @devsWhenUsed
     */
    recvRecord(record: any): number {
        const schema = this.settings.schema as Schema
        if (schema === undefined || !isFillable(record))
            return -KernelError.InvalidArgument
        const { access, memory } = this
        const lack = access(Access.Lack)
        if (lack !== 0) return lack
        const slot = access(Access.Head)
        schema.decodeUnchecked(memory, slot + Header.Size, record)
        access(Access.Advance, 1, nextSlot(memory, slot))
        return schema.size
    }

    /**
     * As `recvRecord`, and waits for a message if there is none: see `recvTimeout`.
     * @returns as `recvRecord`, but Timeout in place of QueueEmpty
     * @devsWhenUsed
     */
    async recvRecordTimeout(record: any, timeout: number): Promise<number> {
        const result = isTimeout(timeout)
            ? this.recvRecord(record)
            : -KernelError.InvalidArgument
        readWaiting = readRecord
        return await this.finish(
            result,
            Rank.Receiver,
            undefined,
            record,
            timeout
        )
    }

    /**
     * The handle of a slab region over the backing buffer, made at the first call. It is there for good, and the
     * buffer with it. A slab's bytes can change, so no descriptor can name a ring's own.
     * @devsWhenUsed
     */
    region(): RegionHandle {
        if (this.ownRegion === undefined)
            this.ownRegion = registerRegion(
                RegionPolicy.Slab,
                this.memory,
                this.memory.length
            )
        return this.ownRegion
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

    /**
     * What a blocking call does once it has tried: it waits, or returns. Those for bytes do so themselves, without
     * this call's frame.
     * @devsWhenUsed
     */
    private async finish(
        result: number,
        rank: number,
        buffer: Buffer,
        detail: any,
        timeout: number
    ): Promise<number> {
        const mustWait =
            result === -KernelError.QueueFull ||
            result === -KernelError.QueueEmpty
        if (mustWait) return await this.park(rank, buffer, detail, timeout)
        if (timeout !== 0 && !mayReturn()) await giveWay()
        return result
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
            const deadline =
                timeout === FOREVER ? FOREVER : deadlineAfter(timeout)
            const waiter = enter(this, rank, buffer, detail, deadline)
            if (!this.attended) this.attend(true)
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
        fillWaiting = fillMessage
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
    protected override arrived(
        from: Buffer,
        at: number,
        length: number,
        word: number
    ): boolean {
        let waiter = this.waiting
        if (waiter !== undefined)
            try {
                if (waiter.rank !== Rank.Receiver || waiter.fiber.id < 0)
                    waiter = undefined
            } catch {
                waiter = firstWaiting(this, Rank.Receiver, Rank.Receiver) // it is dead
            }
        while (waiter !== undefined) {
            const room = waiter.buffer
            if (room === undefined || room.length >= length) break // a record has room
            serve(waiter, -KernelError.BufferTooSmall)
            waiter = firstWaiting(this, Rank.Receiver, Rank.Receiver)
        }
        if (waiter === undefined) {
            this.attend(this.waiting !== undefined)
            return false
        }
        const { buffer, detail } = waiter
        if (buffer === undefined)
            readWaiting(this.settings.schema, from, at, detail)
        else {
            buffer.blitAt(0, from, at, length)
            if (detail !== undefined)
                fillWaiting(detail, length, word, from, at)
        }
        serve(waiter, length)
        return true
    }

    /**
     * Lets waiting senders send, as far as there is room. Where the oldest are dropped, one that waited for
     * those above its own to leave may drop another that did: it could do so with any later send, too.
     */
    protected override roomFreed() {
        let waiter = this.waiting
        if (waiter !== undefined) waiter = this.firstSender()
        while (waiter !== undefined) {
            const result = this.sendOf(waiter)
            if (result === -KernelError.QueueFull) break
            serve(waiter, result)
            waiter = this.firstSender()
        }
        this.attend(this.waiting !== undefined)
    }

    /** Sends what a waiting task brought. All is checked again, as in any send. */
    private sendOf(waiter: Task): number {
        if (waiter.buffer !== undefined)
            return this.send(waiter.buffer, waiter.rank)
        return this.settings.schema === undefined
            ? sendDescriptorAgain(this, waiter)
            : sendRecordAgain(this, waiter)
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

function sendDescriptorOf(queue: KernelQueue, waiter: Task): number {
    return queue.sendDescriptor(waiter.detail, waiter.rank)
}

function sendRecordOf(queue: KernelQueue, waiter: Task): number {
    return queue.sendRecord(waiter.detail, waiter.rank)
}

function readRecord(schema: Schema, from: Buffer, at: number, record: any) {
    schema.decodeUnchecked(from, at, record)
}
