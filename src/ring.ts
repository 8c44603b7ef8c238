/**
 * A bounded ring of messages in one static buffer: bytes and order, no tasks, no time.
 *
 *     const ring = new RingBuffer({ ringSize: 4, maxMsgSize: 8 }, Buffer.alloc(88))
 *     check(ring.send(reading))
 *     const length = check(ring.recv(into))
 *
 * The functions that run for each message, and what they change, are in core.ts; here is all the rest.
 */

import { Access } from "./access"
import { isCount, QueueConfig, resolveConfig } from "./config"
import { makeCore } from "./core"
import { Header, MsgPriority, RingEntry } from "./entry"
import { KernelError } from "./errors"
import { checkBacking } from "./memory"
import { fillMessage, ReceivedMessage } from "./message"
import { link, nextSlot, priorityAt, Slot } from "./order"
import { QueueStats } from "./stats"

enum BatchMask {
    /** Of the lengths of batches that need no call to tell that they are lengths. */
    Usual = 0x3fffffff,
}

/**
 * A bounded, prioritised ring of messages.
 * @devsWhenUsed for the compiler: it leaves out the methods that a program does not call
 */
export class RingBuffer {
    /**
     * Sends without waiting.
     * @param msg the message: 0 to maxMsgSize bytes, copied; may be in flash
     * @param priority default Normal
     * @returns 0, or an error: InvalidArgument (no Buffer, or no priority), QueueClosed,
     *     MessageTooLarge, SchemaMismatch (not of the schema's size, if there is one), QueueFull
     */
    readonly send: (msg: Buffer, priority?: MsgPriority) => number
    /**
     * Receives without waiting.
     * @param into where the message's bytes go, from byte 0; in RAM
     * @returns the message's length in bytes, or an error: InvalidArgument (no Buffer, or one in flash),
     *     QueueClosed (closed and empty), QueueEmpty, BufferTooSmall (the message stays)
     */
    readonly recv: (into: Buffer) => number
    protected readonly access: (
        what: Access,
        value?: any,
        detail?: any,
        limit?: number
    ) => number
    protected readonly memory: Buffer
    protected readonly settings: QueueConfig
    /** The slot of the reservation. */
    private reserved: number = Slot.None
    /** The slot of the front. */
    private fronted: number = Slot.None

    /**
     * @param config undefined means the defaults
     * @param backing a static buffer of at least `requiredMemory(config)` bytes, the ring's alone from now on
     * @throws KernelException InvalidArgument (bad config; backing is no Buffer, or in flash),
     *     OutOfMemory (backing too small)
     */
    constructor(config: QueueConfig, backing: Buffer) {
        const settings = resolveConfig(config)
        this.memory = checkBacking(backing, settings)
        this.settings = settings
        makeCore(this as any, settings, backing)
    }

    /**
     * As `recv`, and says what came.
     * @param message filled on success; untouched by a failure
     * @returns as `recv`; also InvalidArgument if `message` is no ReceivedMessage
     */
    recvTyped(into: Buffer, message: ReceivedMessage): number {
        if (!(message instanceof ReceivedMessage))
            return -KernelError.InvalidArgument
        // read before: a waiting sender's message may take the slot at once
        const slot = this.access(Access.Head)
        const word = this.memory.getAt(slot + Header.Word, "u32")
        const length = this.recv(into)
        if (length >= 0) fillMessage(message, length, word, into, 0)
        return length
    }

    /**
     * Sends several messages without waiting, in their order. Stops at the first that fails. Like `send`, it
     * does not give way: more than some 300 in one call may reach the VM's limit of opcodes.
     * @param priority of them all; default Normal
     * @returns how many were accepted, or the error of the first, as of `send`; InvalidArgument too if
     *     `msgs` is no array
     */
    sendBatch(msgs: Buffer[], priority = MsgPriority.Normal): number {
        if (!Array.isArray(msgs)) return -KernelError.InvalidArgument
        if (priority !== (priority & MsgPriority.Urgent))
            return -KernelError.InvalidArgument
        return this.access(Access.SendBatch, msgs, priority)
    }

    /**
     * Receives several messages without waiting, as `recv` would one after another. Stops before the first
     * that does not fit.
     * @param into where their bytes go, back to back from byte 0; in RAM
     * @param lengths where their lengths in bytes go, from index 0; what stands behind them is left alone
     * @param max the most to receive; with 0 none is
     * @returns how many were received, or an error if none was: InvalidArgument (`into` is no Buffer, or in
     *     flash; `lengths` no array; `max` negative or no integer), QueueClosed (closed and empty),
     *     QueueEmpty, BufferTooSmall (the message stays)
     */
    recvBatch(into: Buffer, lengths: number[], max: number): number {
        if (!Array.isArray(lengths)) return -KernelError.InvalidArgument
        if (max !== (max & BatchMask.Usual))
            if (!isCount(max)) return -KernelError.InvalidArgument
        try {
            into.blitAt(0, into, 0, 0) // as in `recv`
        } catch {
            return -KernelError.InvalidArgument
        }
        return this.access(Access.RecvBatch, into, lengths, max)
    }

    /**
     * Reserves an entry, to be written where it is: its payload begins at the returned offset in `backing()`,
     * and has the bytes of an earlier message until you write yours. It is nobody else's until `commit` or
     * `cancel`, whichever task calls it. One at a time. A full ring that drops the oldest does so now, and a
     * cancel does not bring it back.
     * @param length of the payload at most, in bytes; with a schema, its size
     * @param priority default Normal
     * @returns the payload's offset in bytes, or an error: InvalidArgument (no length, or no priority),
     *     QueueClosed, MessageTooLarge, SchemaMismatch, NotPermitted (there is a reservation), QueueFull
     */
    reserve(length: number, priority = MsgPriority.Normal): number {
        if (!isCount(length)) return -KernelError.InvalidArgument
        const { access, memory } = this
        const refused = access(Access.Refusal, length, priority)
        if (refused !== 0) return refused
        if (this.reserved !== Slot.None) return -KernelError.NotPermitted
        const full = access(Access.Claim, priority)
        if (full !== 0) return full
        const slot = access(Access.Free)
        this.take(Access.TakeFree, slot, access(Access.BeforeFree))
        memory.setAt(slot, "u32", length)
        memory.setAt(slot + Header.Word, "u32", priority)
        this.reserved = slot
        return slot + Header.Size
    }

    /**
     * Sends what was reserved. Its place in the order is that of a message sent now.
     * @param length of the payload in bytes: as reserved, or less
     * @returns 0, or an error: InvalidArgument (no length, or more than reserved), NotPermitted (nothing is
     *     reserved), QueueClosed (then the reservation is cancelled), SchemaMismatch
     */
    commit(length: number): number {
        if (!isCount(length)) return -KernelError.InvalidArgument
        const { access, memory } = this
        const slot = this.reserved
        if (slot === Slot.None) return -KernelError.NotPermitted
        if (length > memory.getAt(slot, "u32"))
            return -KernelError.InvalidArgument
        const priority = priorityAt(memory, slot)
        const refused = access(Access.Refusal, length, priority)
        if (refused === -KernelError.SchemaMismatch) return refused
        this.reserved = Slot.None
        this.giveBack(slot)
        if (refused !== 0) return refused
        access(Access.Publish, length, priority)
        access(Access.TellRoom) // it was handed over, or is one that may be dropped
        return 0
    }

    /**
     * Gives a reserved entry back.
     * @returns 0, or NotPermitted if nothing is reserved
     */
    cancel(): number {
        const slot = this.reserved
        this.reserved = Slot.None
        return this.free(slot)
    }

    /**
     * Receives the next message and leaves it where it is: its payload begins at the returned offset in
     * `backing()`. Its entry comes free at `release`, whichever task calls it. One at a time.
     * @param entry filled on success; untouched by a failure
     * @returns the payload's offset in bytes, or an error: InvalidArgument (`entry` is no RingEntry),
     *     QueueClosed (closed and empty), NotPermitted (there is a front), QueueEmpty
     */
    front(entry: RingEntry): number {
        if (!(entry instanceof RingEntry)) return -KernelError.InvalidArgument
        const lack = this.access(Access.Lack)
        if (lack === -KernelError.QueueClosed) return lack
        if (this.fronted !== Slot.None) return -KernelError.NotPermitted
        if (lack !== 0) return lack
        const slot = this.access(Access.Head)
        this.take(Access.TakeHead, slot, this.access(Access.BeforeHead))
        this.fronted = slot
        this.tell(entry, slot)
        return slot + Header.Size
    }

    /**
     * Frees the entry that `front` left where it was.
     * @returns 0, or NotPermitted if there is no front
     */
    release(): number {
        const slot = this.fronted
        this.fronted = Slot.None
        return this.free(slot)
    }

    /**
     * What `cancel` and `release` do with the slot that was theirs, if there was one.
     */
    private free(slot: number): number {
        if (slot === Slot.None) return -KernelError.NotPermitted
        this.giveBack(slot)
        this.access(Access.TellRoom)
        return 0
    }

    /**
     * Takes the head, or the free slot, off the circle: for all others it is not there.
     */
    private take(what: Access, slot: number, before: number) {
        const { access, memory } = this
        const head = access(Access.Head)
        const free = access(Access.Free)
        const next = nextSlot(memory, slot)
        link(memory, before, next)
        access(what, slot === head ? next : head, slot === free ? next : free)
    }

    /** Puts a slot back on the circle, as the next free one. */
    private giveBack(slot: number) {
        const { access, memory } = this
        const isEmpty = access(Access.Size) === 0
        const isAlone = isEmpty && access(Access.Available) === 0
        const before = isAlone ? slot : access(Access.BeforeFree)
        link(memory, slot, isAlone ? slot : nextSlot(memory, before))
        link(memory, before, slot)
        access(Access.GiveBack, isEmpty ? slot : access(Access.Head), slot)
    }

    /**
     * Reads the header of the next message and leaves the message where it is.
     * @returns 0, QueueEmpty, or InvalidArgument if `entry` is no RingEntry
     */
    peek(entry: RingEntry): number {
        return this.peekAt(0, entry)
    }

    /**
     * As `peek`, for any message in the order of delivery. Walks: its cost grows with `index`.
     * @param index 0 is the next message
     * @returns 0, QueueEmpty (past the end), InvalidArgument (`index` is negative or no integer, `entry` no
     *     RingEntry)
     */
    peekAt(index: number, entry: RingEntry): number {
        if (!isCount(index) || !(entry instanceof RingEntry))
            return -KernelError.InvalidArgument
        if (index >= this.size()) return -KernelError.QueueEmpty
        let slot = this.access(Access.Head)
        for (let i = 0; i < index; ++i) slot = nextSlot(this.memory, slot)
        this.tell(entry, slot)
        return 0
    }

    /** Discards what is queued. Returns how many messages that were. */
    purge(): number {
        const discarded = this.size()
        this.access(Access.Discard)
        this.access(Access.TellRoom)
        return discarded
    }

    /**
     * Closes for good; a second time changes nothing. Sends fail with QueueClosed from now on; what is
     * queued can still be received.
     */
    close() {
        this.access(Access.Close)
    }

    /** Messages queued now. */
    size(): number {
        return this.access(Access.Size)
    }

    /** Free entries: neither queued, nor reserved, nor fronted. */
    available(): number {
        return this.access(Access.Available)
    }

    /** Entries in all: `ringSize`. */
    capacity(): number {
        return this.settings.ringSize
    }

    isEmpty(): boolean {
        return this.size() === 0
    }

    /** Whether no entry is free. */
    isFull(): boolean {
        return this.available() === 0
    }

    isClosed(): boolean {
        return this.access(Access.Closed) !== 0
    }

    name(): string {
        return this.settings.name
    }

    /** A copy of the configuration, defaults filled in. */
    config(): QueueConfig {
        return resolveConfig(this.settings)
    }

    /**
     * The buffer that holds the entries. For reading, and for writing a reserved payload: the rest is the
     * ring's.
     */
    backing(): Buffer {
        return this.memory
    }

    /** Messages accepted, ever. Exact up to 2^53. */
    sendCount(): number {
        return this.access(Access.Accepted)
    }

    /** Messages delivered, ever. Exact up to 2^53. */
    recvCount(): number {
        return (
            this.sendCount() -
            this.size() -
            this.access(Access.Dropped) -
            this.access(Access.Purged)
        )
    }

    /** Says what stands in a slot. */
    private tell(entry: RingEntry, slot: number) {
        const memory = this.memory
        const length = memory.getAt(slot, "u32")
        const word = memory.getAt(slot + Header.Word, "u32")
        fillMessage(entry, length, word, memory, slot + Header.Size)
    }

    /** Fills in what the ring knows. */
    protected fillStats(into: QueueStats) {
        into.name = this.name()
        into.sent = this.sendCount()
        into.received = this.recvCount()
        into.dropped = this.access(Access.Dropped)
        into.purged = this.access(Access.Purged)
        into.highWater = this.access(Access.HighWater)
        into.size = this.size()
        into.capacity = this.capacity()
    }
}
