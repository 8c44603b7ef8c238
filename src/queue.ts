/**
 * The kernel queue: a ring of messages, and a line of tasks that wait for messages or for room.
 *
 *     const queue = new KernelQueue({ ringSize: 8, maxMsgSize: 4 })
 *     check(queue.send(reading, MsgPriority.High))
 *     const length = check(await queue.recvTimeout(into, 100))
 *
 * A message goes straight to the receiver that has waited longest, and into the ring only if none waits. Room goes to
 * the waiting sender of the highest priority. Invariants:
 *
 * - Tasks wait for a message only while none is queued.
 * - Tasks wait for room only while no entry is free: all are queued, reserved or fronted.
 * - So no message overtakes another of its own or higher priority.
 *
 * This file has the calls. ring.ts owns the messages, handoff.ts has what a send or receive does for waiting tasks.
 */

import * as ds from "@devicescript/core"
import { QueueConfig } from "./base/config"
import { KernelError } from "./base/errors"
import { QueueStats } from "./base/stats"
import { isRecord } from "./base/values"
import { Rank, refuse, sendDescriptorAgain } from "./handoff"
import { sendRecordAgain, setSignal, waitInLine } from "./handoff"
import { backingFor } from "./ring/backing"
import { Header, MsgPriority, Tag } from "./ring/entry"
import { fillEntry, ReceivedMessage } from "./ring/message"
import { RingBuffer } from "./ring/ring"
import { Signal, state, Step } from "./ring/state"
import { describeMessage, MessageDescriptor } from "./typed/descriptor"
import { packDescriptor, packed, Refusal } from "./typed/descriptor"
import { RegionHandle, RegionPolicy, registerRegion } from "./typed/region"
import { fillRecord } from "./typed/schema"
import { deadlineAfter, FOREVER, isTimeout } from "./waiting/clock"
import { credit } from "./waiting/credit"
import { giveWay, onEntered, passGate, spendCredit } from "./waiting/gate"
import { countWaiting, joinLine } from "./waiting/line"
import { GiveWay } from "./waiting/phase"
import { Outcome, pool, Task } from "./waiting/tasks"
import { wait } from "./waiting/waiters"
import { safeUntil } from "./waiting/wake"

/**
 * A bounded, prioritised queue of messages between tasks.
 * @devsWhenUsed for the compiler: it leaves out the methods that a program does not call
 */
export class KernelQueue<Record = any> extends RingBuffer {
    // Protected is what handoff.ts and select.ts use: see `ServedQueue` and `SelectedQueue`.
    /** The first waiting task: the queue is a `Line`. */
    protected waiting: Task = undefined
    /** The number of the last scan of `recvAny` that saw this queue: see select.ts. */
    protected lastScan = 0
    /** Calls that returned -Timeout. */
    protected timeouts = 0
    /** Set by the first `region`. Has no value before, so that it takes no place in the object. */
    private ownRegion: RegionHandle
    /**
     * It has no value: it tells the compiler that a queue of another record type is another type, be it one with more
     * fields or fewer. From the methods alone it would accept those.
     */
    protected readonly recordType: (record: Record) => Record

    /**
     * @param config undefined means the defaults
     * @param backing a static buffer of at least `requiredMemory(config)` bytes, from now on the queue's alone. If left
     *     out, it is allocated here, once
     * @throws KernelException InvalidArgument (bad config; backing is no Buffer, or in flash),
     *     OutOfMemory (backing too small, or more than the VM can allocate at once)
     */
    constructor(config?: QueueConfig<Record>, backing?: Buffer) {
        super(config, backingFor(config, backing))
    }

    /**
     * Sends, and waits for room if there is none.
     *
     * The message is read when there is room, not before. Do not change it until the call returns.
     * @param msg the message: 0 to maxMsgSize bytes, copied; may be in flash
     * @param timeout in ticks of a millisecond: see `recvTimeout`; FOREVER waits without limit, 0 does not wait
     * @param priority default Normal
     * @returns as `send`, but Timeout (nothing was sent) in place of QueueFull; InvalidArgument for a wrong timeout
     *     too; QueueClosed too if the queue is closed while the call waits
     */
    async sendTimeout(msg: Buffer, timeout: number, priority?: MsgPriority): Promise<number> {
        if (typeof timeout !== "number") return await refuse()
        if (!(timeout >= 0)) return await refuse()
        const result = this.send(msg, priority)
        if (result !== -KernelError.QueueFull) {
            if (timeout !== 0) {
                credit.left = credit.left - 1
                if (credit.left < 0) if (!spendCredit()) await giveWay(GiveWay.Call)
            }
            return result
        }
        if (priority === undefined) priority = MsgPriority.Normal
        return await waitInLine(this as any, priority, msg, undefined, undefined, timeout)
    }

    /**
     * Receives, and waits for a message if there is none.
     * @param into where the message's bytes go, from byte 0; in RAM. Leave it alone until the call returns
     * @param timeout in ticks of a millisecond, rounded up, counted from the tick at which the calling task was
     *     entered, like the VM's own sleep; FOREVER waits without limit, 0 does not wait
     * @returns as `recv`, but Timeout in place of QueueEmpty; InvalidArgument for a wrong timeout too; while the call
     *     waits, also QueueClosed (the queue is closed) and BufferTooSmall (the message goes to another task)
     */
    async recvTimeout(into: Buffer, timeout: number): Promise<number> {
        if (typeof timeout !== "number") return await refuse()
        if (!(timeout >= 0)) return await refuse()
        let result: number = -KernelError.QueueEmpty
        if (this.signal !== Signal.Message) result = this.recv(into)
        else
            try {
                into.blitAt(0, into, 0, 0) // nothing is queued: `recv` would only check the buffer
            } catch {
                result = -KernelError.InvalidArgument
            }
        if (result !== -KernelError.QueueEmpty) {
            if (timeout !== 0) {
                credit.left = credit.left - 1
                if (credit.left < 0) if (!spendCredit()) await giveWay(GiveWay.Call)
            }
            return result
        }
        if (timeout === 0) {
            this.timeouts++
            return -KernelError.Timeout
        }
        // From here on `waitInLine`, `freeTask` and the start of `wait` are written out: it gains 5 % of a hand-off.
        const deadline = timeout === FOREVER ? FOREVER : deadlineAfter(timeout)
        const waiter = joinLine(this as any, Rank.Receiver, into, deadline)
        if (this.signal !== Signal.Message) setSignal(this as any, Signal.Message)
        if (deadline === FOREVER) {
            await ds.suspend(FOREVER)
            onEntered()
        } else if (deadline < safeUntil) {
            await ds.suspend(deadline - ds.millis())
            onEntered()
        }
        if (waiter.outcome === Outcome.None) await wait(waiter, timeout)
        else if (waiter.nextAtGate !== undefined) await passGate(waiter)
        result = waiter.outcome
        waiter.fiber = undefined
        waiter.next = pool.first
        pool.first = waiter
        if (result === -KernelError.Timeout) this.timeouts++
        return result
    }

    /**
     * As `recvTimeout`, and reports the message: see `recvTyped`.
     * @param message filled on success; untouched by a failure
     * @param timeout in ticks of a millisecond: see `recvTimeout`
     */
    async recvTypedTimeout(
        into: Buffer,
        message: ReceivedMessage,
        timeout: number
    ): Promise<number> {
        let result: number = -KernelError.InvalidArgument
        if (isTimeout(timeout)) result = this.recvTyped(into, message)
        if (result === -KernelError.QueueEmpty)
            return await waitInLine(this as any, Rank.Receiver, into, message, fillEntry, timeout)
        if (timeout !== 0) if (!spendCredit()) await giveWay(GiveWay.Call)
        return result
    }

    /**
     * Sends a descriptor: 24 bytes that name bytes in a region, however many those are.
     * @param descriptor copied
     * @param priority default Normal
     * @returns 0, or an error: InvalidArgument (no priority; no MessageDescriptor, or one whose fields are no whole
     *     numbers, or that names no byte), QueueClosed, MessageTooLarge (maxMsgSize is below 24), SchemaMismatch (the
     *     queue has a schema), NotFound (no such region), StaleHandle (the region is destroyed),
     *     InvalidDescriptorRegion (a slab), InvalidArgument (not within what the region holds), QueueFull
     */
    sendDescriptor(descriptor: MessageDescriptor, priority = MsgPriority.Normal): number {
        let invalid = packDescriptor(descriptor)
        // usual: it has been found below that this queue can have descriptors
        if (invalid === 0)
            if (this.describe) return this.step(Step.Put, packed, priority, Tag.Descriptor)
        if (invalid === Refusal.NoDescriptor) return -KernelError.InvalidArgument
        if (this.settings.schema !== undefined) invalid = -KernelError.SchemaMismatch
        const refused = this.step(Step.Refusal, Header.DescriptorSize, priority)
        if (refused !== 0) return refused
        if (invalid !== 0) return invalid
        this.describe = describeMessage
        return this.step(Step.Put, packed, priority, Tag.Descriptor)
    }

    /**
     * As `sendDescriptor`, and waits for room if there is none: see `sendTimeout`. When there is room, the descriptor
     * is read again and its region looked up again.
     * @param timeout in ticks of a millisecond: see `sendTimeout`
     * @param priority default Normal
     * @returns as `sendDescriptor`, after a wait too, but Timeout in place of QueueFull; InvalidArgument for a wrong
     *     timeout too
     */
    async sendDescriptorTimeout(
        descriptor: MessageDescriptor,
        timeout: number,
        priority = MsgPriority.Normal
    ): Promise<number> {
        let result: number = -KernelError.InvalidArgument
        if (isTimeout(timeout)) result = this.sendDescriptor(descriptor, priority)
        if (result !== -KernelError.QueueFull) {
            if (timeout !== 0) if (!spendCredit()) await giveWay(GiveWay.Call)
            return result
        }
        const move = sendDescriptorAgain
        return await waitInLine(this as any, priority, undefined, descriptor, move, timeout)
    }

    /**
     * Sends a record. A queue with a schema has its own: see `makeRecordCalls`. Here is what all others do.
     * @param record has the schema's fields; others are ignored
     * @param priority default Normal
     * @returns 0, or an error: InvalidArgument (no record, or no priority; a queue without a schema),
     *     QueueClosed, SchemaMismatch (`Schema.explain` says why), QueueFull
     */
    sendRecord(record: Record, priority?: MsgPriority): number {
        return -KernelError.InvalidArgument
    }

    /**
     * As `sendRecord`, and waits for room if there is none: see `sendTimeout`. When there is room, the record is read
     * and checked again.
     * @param timeout in ticks of a millisecond: see `sendTimeout`
     * @param priority default Normal
     * @returns as `sendRecord`, after a wait too, but Timeout in place of QueueFull; InvalidArgument for a wrong
     *     timeout too
     */
    async sendRecordTimeout(
        record: Record,
        timeout: number,
        priority = MsgPriority.Normal
    ): Promise<number> {
        if (typeof timeout !== "number") return await refuse()
        if (!(timeout >= 0)) return await refuse()
        const result = this.sendRecord(record, priority)
        if (result !== -KernelError.QueueFull) {
            if (timeout !== 0) {
                credit.left = credit.left - 1
                if (credit.left < 0) if (!spendCredit()) await giveWay(GiveWay.Call)
            }
            return result
        }
        const move = sendRecordAgain
        return await waitInLine(this as any, priority, undefined, record, move, timeout)
    }

    /**
     * Receives into a record. A queue with a schema has its own, as for `sendRecord`.
     *
     * The queue keeps a reference to the record that it filled last.
     * @param record its schema fields are set, an array or a Buffer of the right length is filled; untouched by a
     *     failure
     * @returns the message's length in bytes, or an error: InvalidArgument (no record, or one of the VM's own
     *     objects; a queue without a schema), QueueClosed (closed and empty), QueueEmpty
     */
    recvRecord(record: Record): number {
        return -KernelError.InvalidArgument
    }

    /**
     * As `recvRecord`, and waits for a message if there is none: see `recvTimeout`.
     * @param timeout in ticks of a millisecond: see `recvTimeout`
     * @returns as `recvRecord`, but Timeout in place of QueueEmpty; InvalidArgument for a wrong timeout too
     */
    async recvRecordTimeout(record: Record, timeout: number): Promise<number> {
        if (typeof timeout !== "number") return await refuse()
        if (!(timeout >= 0)) return await refuse()
        const result = this.recvRecord(record)
        if (result !== -KernelError.QueueEmpty) {
            if (timeout !== 0) {
                credit.left = credit.left - 1
                if (credit.left < 0) if (!spendCredit()) await giveWay(GiveWay.Call)
            }
            return result
        }
        return await waitInLine(this as any, Rank.Receiver, undefined, record, fillRecord, timeout)
    }

    /** The error of a record that does not fit, or is none. Internal: see records.ts. */
    protected refuseRecord(record: any, priority = MsgPriority.Normal): number {
        if (!isRecord(record)) return -KernelError.InvalidArgument
        const refused = this.step(Step.Refusal, this.settings.schema.size, priority)
        return refused !== 0 ? refused : -KernelError.SchemaMismatch
    }

    /**
     * The handle of a slab region over the backing buffer, made at the first call. The region and the buffer are never
     * freed then. A slab's bytes can change, so no descriptor can name them.
     */
    region(): RegionHandle {
        if (this.ownRegion === undefined)
            this.ownRegion = registerRegion(RegionPolicy.Slab, this.memory, this.memory.length)
        return this.ownRegion
    }

    /**
     * Fills in the queue's figures, as they are now.
     * @returns 0, or InvalidArgument if `into` is no QueueStats
     */
    stats(into: QueueStats): number {
        if (!(into instanceof QueueStats)) return -KernelError.InvalidArgument
        into.name = this.name()
        into.received = this.recvCount() // this saves the state, which is read below
        into.sent = state.accepted
        into.dropped = state.dropped
        into.purged = state.purged
        into.highWater = state.highWater
        into.size = state.size
        into.capacity = this.capacity()
        into.timeouts = this.timeouts
        into.waitingSenders = countWaiting(this as any, Rank.LowestSender, Rank.HighestSender)
        into.waitingReceivers = countWaiting(this as any, Rank.Receiver, Rank.Receiver)
        return 0
    }
}
