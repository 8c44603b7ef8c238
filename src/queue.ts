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

import * as ds from "@devicescript/core"
import { Access, Attention } from "./access"
import { deadlineAfter, FOREVER, isTimeout } from "./clock"
import { isRecord, QueueConfig } from "./config"
import { descriptorError, DescriptorLayout } from "./descriptor"
import { isDescriptor, MessageDescriptor, writeDescriptor } from "./descriptor"
import { EntryFlag, Header, MsgPriority, Tag } from "./entry"
import { KernelError } from "./errors"
import { credit, entered, giveWay, mayReturn, safeUntil } from "./gate"
import { beginService, expectDescriptorSenders, expectRecords } from "./handoff"
import { expectRecordSenders, expectTyped, finish, park } from "./handoff"
import { Rank, refuse, ServedQueue } from "./handoff"
import { allocateBacking } from "./memory"
import { expectDescriptors, fillMessage, ReceivedMessage } from "./message"
import { RegionHandle, RegionPolicy, registerRegion } from "./region"
import { RingBuffer } from "./ring"
import { isFillable, RecordCodec } from "./schema"
import { QueueStats } from "./stats"
import { enter, Outcome, pool, Task } from "./tasks"
import { countWaiting, dismiss, firstWaiting, wait } from "./waiters"

/**
 * A bounded, prioritised queue of messages between tasks.
 * @devsWhenUsed for the compiler: it leaves out the methods that a program does not call
 */
export class KernelQueue extends RingBuffer {
    // What is protected is for waiters, handoff and select: see `ServedQueue` and `SelectedQueue`.
    /** The first task that waits here. */
    protected waiting: Task = undefined
    /** The last look of `recvAny` at this queue. */
    protected look = 0
    private ownRegion: RegionHandle = undefined
    /** Whether `handoff` is told of messages and room. */
    protected attention: Attention = Attention.None
    /** Receives and sends that have timed out. */
    protected timeouts = 0

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
     * @param timeout in ticks of a millisecond: see `recvTimeout`; FOREVER waits without limit, 0 does not wait
     * @returns as `send`, but Timeout (nothing was sent) in place of QueueFull; QueueClosed too if the queue
     *     is closed meanwhile
     */
    async sendTimeout(
        msg: Buffer,
        timeout: number,
        priority?: MsgPriority
    ): Promise<number> {
        if (!(typeof timeout === "number" && timeout >= 0))
            return await refuse()
        const result = this.send(msg, priority)
        if (result !== -KernelError.QueueFull) {
            if (timeout !== 0) {
                credit.left = credit.left - 1
                if (credit.left < 0) if (!mayReturn()) await giveWay()
            }
            return result
        }
        if (priority === undefined) priority = MsgPriority.Normal
        return await park(this as any, priority, msg, undefined, timeout)
    }

    /**
     * Receives, and waits for a message if there is none.
     * @param timeout in ticks of a millisecond, rounded up, counted from the tick at which the calling task was entered, as
     *     the VM's own sleep does; FOREVER waits without limit, 0 does not wait
     * @returns as `recv`, but Timeout in place of QueueEmpty; QueueClosed too if the queue is closed
     *     meanwhile; BufferTooSmall too for a message that arrives meanwhile (it goes to another)
     */
    async recvTimeout(into: Buffer, timeout: number): Promise<number> {
        if (!(typeof timeout === "number" && timeout >= 0))
            return await refuse()
        let result: number = -KernelError.QueueEmpty
        if (this.attention !== Attention.Empty) result = this.recv(into)
        else
            try {
                into.blitAt(0, into, 0, 0) // all that `recv` would do
            } catch {
                result = -KernelError.InvalidArgument
            }
        if (result !== -KernelError.QueueEmpty) {
            if (timeout !== 0) {
                credit.left = credit.left - 1
                if (credit.left < 0) if (!mayReturn()) await giveWay()
            }
            return result
        }
        if (timeout === 0) {
            this.timeouts++
            return -KernelError.Timeout
        }
        // as `park` does: the call less gains 5 % of a hand-off
        const deadline = timeout === FOREVER ? FOREVER : deadlineAfter(timeout)
        const waiter = enter(
            this as any,
            Rank.Receiver,
            into,
            undefined,
            deadline
        )
        if (this.attention !== Attention.Empty)
            beginService(this as any, Attention.Empty)
        if (deadline === FOREVER) {
            await ds.suspend(FOREVER)
            entered()
        } else if (deadline < safeUntil) {
            await ds.suspend(deadline - ds.millis())
            entered()
        }
        if (waiter.outcome === Outcome.None || waiter.atGate)
            await wait(waiter, timeout)
        result = waiter.outcome
        waiter.fiber = undefined
        waiter.next = pool.first
        pool.first = waiter
        if (result === -KernelError.Timeout) this.timeouts++
        return result
    }

    /**
     * As `recvTimeout`, and says what came: see `recvTyped`.
     * @param timeout in ticks of a millisecond: see `recvTimeout`
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
        expectTyped(fillMessage)
        return await park(this as any, Rank.Receiver, into, message, timeout)
    }

    /**
     * Sends the name of bytes in a region, 24 bytes whatever the length of what it names.
     * @param priority default Normal
     * @returns 0, or an error: InvalidArgument (no priority; no MessageDescriptor, or one whose fields are no whole
     *     numbers, or that names no byte), QueueClosed, MessageTooLarge (entries of less than 24 bytes),
     *     SchemaMismatch (a queue with a schema), NotFound (no such region), StaleHandle (the region is
     *     destroyed), InvalidDescriptorRegion (a slab), InvalidArgument (not within what the region holds),
     *     QueueFull
     */
    sendDescriptor(
        descriptor: MessageDescriptor,
        priority = MsgPriority.Normal
    ): number {
        if (!isDescriptor(descriptor)) return -KernelError.InvalidArgument
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
     * @param timeout in ticks of a millisecond: see `sendTimeout`
     * @returns as `sendDescriptor`, then too, but Timeout in place of QueueFull
     */
    async sendDescriptorTimeout(
        descriptor: MessageDescriptor,
        timeout: number,
        priority = MsgPriority.Normal
    ): Promise<number> {
        const result = isTimeout(timeout)
            ? this.sendDescriptor(descriptor, priority)
            : -KernelError.InvalidArgument
        expectDescriptorSenders(sendDescriptorOf)
        return await finish(this as any, result, priority, descriptor, timeout)
    }

    /**
     * Sends a record, by the queue's schema.
     * @param record has the schema's fields, and others if you like
     * @param priority default Normal
     * @returns 0, or an error: InvalidArgument (no record, or no priority; a queue without a schema),
     *     QueueClosed, SchemaMismatch (`Schema.explain` says why), QueueFull
     */
    sendRecord(record: any, priority = MsgPriority.Normal): number {
        const schema = this.settings.schema as any as RecordCodec
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
     * @param timeout in ticks of a millisecond: see `sendTimeout`
     * @returns as `sendRecord`, then too, but Timeout in place of QueueFull
     */
    async sendRecordTimeout(
        record: any,
        timeout: number,
        priority = MsgPriority.Normal
    ): Promise<number> {
        const result = isTimeout(timeout)
            ? this.sendRecord(record, priority)
            : -KernelError.InvalidArgument
        expectRecordSenders(sendRecordOf)
        return await finish(this as any, result, priority, record, timeout)
    }

    /**
     * Receives into a record, by the queue's schema.
     * @param record its fields are filled in; untouched by a failure
     * @returns the message's length in bytes, or an error: InvalidArgument (no record, or one of the VM's own
     *     objects; a queue without a schema), QueueClosed (closed and empty), QueueEmpty
     */
    recvRecord(record: any): number {
        const schema = this.settings.schema as any as RecordCodec
        if (schema === undefined || !isFillable(record))
            return -KernelError.InvalidArgument
        const { access, memory } = this
        const lack = access(Access.Lack)
        if (lack !== 0) return lack
        const slot = access(Access.Head)
        schema.decodeUnchecked(memory, slot + Header.Size, record)
        access(Access.Advance)
        return schema.size
    }

    /**
     * As `recvRecord`, and waits for a message if there is none: see `recvTimeout`.
     * @param timeout in ticks of a millisecond: see `recvTimeout`
     * @returns as `recvRecord`, but Timeout in place of QueueEmpty
     */
    async recvRecordTimeout(record: any, timeout: number): Promise<number> {
        const result = isTimeout(timeout)
            ? this.recvRecord(record)
            : -KernelError.InvalidArgument
        expectRecords(readRecord)
        return await finish(this as any, result, Rank.Receiver, record, timeout)
    }

    /**
     * The handle of a slab region over the backing buffer, made at the first call. It is there for good, and the
     * buffer with it. A slab's bytes can change, so no descriptor can name a ring's own.
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
     */
    stats(into: QueueStats): number {
        if (!(into instanceof QueueStats)) return -KernelError.InvalidArgument
        this.fillStats(into)
        into.timeouts = this.timeouts
        into.waitingSenders = countWaiting(
            this as any,
            Rank.LowestSender,
            Rank.HighestSender
        )
        into.waitingReceivers = countWaiting(
            this as any,
            Rank.Receiver,
            Rank.Receiver
        )
        return 0
    }

    /**
    /**
     * As a ring's `close`, and ends all waits: those that wait for a message or for room are told QueueClosed, and what
     * they would have sent is not.
     */
    override close() {
        this.access(Access.Close)
        let waiter = firstWaiting(this as any, Rank.LowestSender, Rank.Receiver)
        while (waiter !== undefined) {
            dismiss(waiter, -KernelError.QueueClosed)
            waiter = firstWaiting(this as any, Rank.LowestSender, Rank.Receiver)
        }
        this.attend(Attention.None)
    }

    /**
     * Says whether anybody wants to hear of messages and room. After a hand-off tasks do until a message finds
     * nobody: a task that receives in a loop is back before that.
     */
    protected attend(attention: Attention) {
        const isWatched = attention > Attention.None
        const isNews = isWatched !== this.attention > Attention.None
        this.attention = attention
        if (isNews) this.access(isWatched ? Access.Watch : Access.Unwatch)
    }
}

function sendDescriptorOf(queue: KernelQueue, waiter: Task): number {
    return queue.sendDescriptor(waiter.detail, waiter.rank)
}

function sendRecordOf(queue: KernelQueue, waiter: Task): number {
    return queue.sendRecord(waiter.detail, waiter.rank)
}

function readRecord(queue: ServedQueue, from: Buffer, at: number, record: any) {
    const schema = queue.settings.schema as any as RecordCodec
    schema.decodeUnchecked(from, at, record)
}
