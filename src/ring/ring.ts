/**
 * A bounded ring of messages in one static buffer: bytes and order, no tasks, no time.
 *
 *     const ring = new RingBuffer({ ringSize: 4, maxMsgSize: 8 }, Buffer.alloc(88))
 *     check(ring.send(reading))
 *     const length = check(ring.recv(into))
 *
 * The core (core.ts) owns the slots and the counts. This file owns the reservation and the front, and does rare work.
 */

import { QueueConfig, resolveConfig } from "../base/config"
import { KernelError } from "../base/errors"
import { isCount } from "../base/values"
import { checkBacking, Slot } from "./backing"
import { makeCore } from "./core"
import { Header, MsgPriority, RingEntry, Tag } from "./entry"
import { Describe, fillEntry, MessageKind, ReceivedMessage } from "./message"
import { beforeFree, beforeHead, discardAll, giveBack } from "./order"
import { nextSlot, priorityAt, takeOff } from "./order"
import { RingStep, Signal, state, Step } from "./state"

enum BatchMask {
    /** A `max` that passes this mask is a count. Only others need a call to check. */
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
    // Protected is what other files of the library use. `send` and `recv` stand first: the VM finds them soonest.
    protected readonly step: RingStep
    /** Whether a send or a receive must tell of it: see `Signal`. */
    protected signal: Signal
    protected readonly memory: Buffer
    protected readonly settings: QueueConfig
    /** Set by the first `sendDescriptor`, so that a program without descriptors has none of their code. */
    protected describe: Describe
    /** The slots of the reservation and of the front. None if there is none. */
    private reserved: number
    private fronted: number

    /**
     * @param config undefined means the defaults
     * @param backing a static buffer of at least `requiredMemory(config)` bytes, the ring's alone from now on
     * @throws KernelException InvalidArgument (bad config; backing is no Buffer, or in flash),
     *     OutOfMemory (backing too small)
     */
    constructor(config: QueueConfig, backing: Buffer) {
        const settings = resolveConfig(config)
        makeCore(this as any, settings, checkBacking(backing, settings))
        this.signal = Signal.None
        this.memory = backing
        this.settings = settings
        this.describe = undefined
        this.reserved = Slot.None
        this.fronted = Slot.None
    }

    /**
     * As `recv`, and reports the message's header, kind and descriptor.
     * @param message filled on success; untouched by a failure
     * @returns as `recv`; also InvalidArgument if `message` is no ReceivedMessage
     */
    recvTyped(into: Buffer, message: ReceivedMessage): number {
        if (!(message instanceof ReceivedMessage)) return -KernelError.InvalidArgument
        // read before the receive: a waiting sender's message may take the slot at once
        const slot = this.step(Step.Next)
        const word = slot < 0 ? 0 : this.memory.getAt(slot + Header.Word, "u32")
        const length = this.recv(into)
        if (length < 0) return length
        // `fillEntry` is written out, as its call would take longer
        message.length = length
        message.priority = word & 0xff
        message.flags = (word >> 8) & 0xff
        message.sequence = word >>> 16
        if ((word & Tag.Descriptor) === 0) {
            message.kind = MessageKind.Inline
            message.descriptor = undefined
        } else {
            message.kind = MessageKind.Descriptor
            this.describe(message, into, 0)
        }
        return length
    }

    /**
     * Sends several messages without waiting, in their order. Stops at the first that fails. It does not give way:
     * with more than some 300 messages one call may reach the VM's limit of opcodes, which ends the program.
     * @param priority of them all; default Normal
     * @returns how many were accepted, or the error of the first, as of `send`; InvalidArgument too if
     *     `msgs` is no array
     */
    sendBatch(msgs: Buffer[], priority = MsgPriority.Normal): number {
        if (!Array.isArray(msgs)) return -KernelError.InvalidArgument
        if (priority !== (priority & MsgPriority.Urgent)) return -KernelError.InvalidArgument
        return this.step(Step.SendBatch, msgs, priority)
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
        if (max !== (max & BatchMask.Usual)) if (!isCount(max)) return -KernelError.InvalidArgument
        try {
            into.blitAt(0, into, 0, 0) // throws if it cannot be written
        } catch {
            return -KernelError.InvalidArgument
        }
        return this.step(Step.RecvBatch, into, lengths, max)
    }

    /**
     * Reserves an entry, to be written in place. Its payload begins at the returned offset in `backing()`, and has
     * old bytes until you write yours. The entry is yours until `commit` or `cancel`, by any task. There can be one
     * reservation at a time. With `DropOldest`, a full ring drops now, and a cancel does not bring that back.
     * @param length the most bytes of the payload; with a schema, its size
     * @param priority default Normal
     * @returns the payload's offset in bytes, or an error: InvalidArgument (no length, or no priority),
     *     QueueClosed, MessageTooLarge, SchemaMismatch, NotPermitted (there is a reservation), QueueFull
     */
    reserve(length: number, priority = MsgPriority.Normal): number {
        if (!isCount(length)) return -KernelError.InvalidArgument
        if (this.reserved !== Slot.None) {
            const refused = this.step(Step.Refusal, length, priority)
            return refused !== 0 ? refused : -KernelError.NotPermitted
        }
        const slot = this.step(Step.Claim, length, priority)
        if (slot < 0) return slot
        const memory = this.memory
        this.step(Step.Save)
        takeOff(memory, slot, beforeFree())
        this.step(Step.Load)
        memory.setAt(slot, "u32", length)
        memory.setAt(slot + Header.Word, "u32", priority)
        this.reserved = slot
        return slot + Header.Size
    }

    /**
     * Sends the reserved entry. Its place in the order is that of a message sent now.
     * @param length the payload's bytes: as reserved, or less
     * @returns 0, or an error: InvalidArgument (no length, or more than reserved), NotPermitted (nothing is
     *     reserved), QueueClosed (then the reservation is cancelled), SchemaMismatch
     */
    commit(length: number): number {
        if (!isCount(length)) return -KernelError.InvalidArgument
        const { step, memory } = this
        const slot = this.reserved
        if (slot === Slot.None) return -KernelError.NotPermitted
        if (length > memory.getAt(slot, "u32")) return -KernelError.InvalidArgument
        const priority = priorityAt(memory, slot)
        const refused = step(Step.Refusal, length, priority)
        if (refused === -KernelError.SchemaMismatch) return refused
        this.reserved = Slot.None
        this.putBack(slot)
        if (refused !== 0) return refused
        step(Step.Publish, length, priority)
        step(Step.TellRoom) // its slot is free if it was handed over; or a sender may drop it now
        return 0
    }

    /**
     * Gives the reserved entry back. Nothing is sent.
     * @returns 0, or NotPermitted if nothing is reserved
     */
    cancel(): number {
        const slot = this.reserved
        this.reserved = Slot.None
        return this.freeTaken(slot)
    }

    /**
     * Receives the next message and leaves its bytes in place: the payload begins at the returned offset in
     * `backing()`. The entry comes free at `release`, by any task. There can be one front at a time.
     * @param entry filled on success; untouched by a failure
     * @returns the payload's offset in bytes, or an error: InvalidArgument (`entry` is no RingEntry),
     *     QueueClosed (closed and empty), NotPermitted (there is a front), QueueEmpty
     */
    front(entry: RingEntry): number {
        if (!(entry instanceof RingEntry)) return -KernelError.InvalidArgument
        const slot = this.step(Step.Next)
        if (slot === -KernelError.QueueClosed) return slot
        if (this.fronted !== Slot.None) return -KernelError.NotPermitted
        if (slot < 0) return slot
        this.step(Step.Save)
        takeOff(this.memory, slot, beforeHead())
        state.size--
        this.step(Step.Load)
        this.fronted = slot
        this.fill(entry, slot)
        return slot + Header.Size
    }

    /**
     * Frees the entry that `front` left in place.
     * @returns 0, or NotPermitted if there is no front
     */
    release(): number {
        const slot = this.fronted
        this.fronted = Slot.None
        return this.freeTaken(slot)
    }

    /**
     * Reads the header of the next message, which stays queued.
     * @returns 0, QueueEmpty, or InvalidArgument if `entry` is no RingEntry
     */
    peek(entry: RingEntry): number {
        return this.peekAt(0, entry)
    }

    /**
     * As `peek`, for any queued message. Its cost grows with `index`.
     * @param index in the order of delivery; 0 is the next message
     * @returns 0, QueueEmpty (past the end), InvalidArgument (`index` is negative or no integer, `entry` no
     *     RingEntry)
     */
    peekAt(index: number, entry: RingEntry): number {
        if (!isCount(index)) return -KernelError.InvalidArgument
        if (!(entry instanceof RingEntry)) return -KernelError.InvalidArgument
        if (index >= this.size()) return -KernelError.QueueEmpty
        let slot = this.step(Step.Next)
        for (let i = 0; i < index; ++i) slot = nextSlot(this.memory, slot)
        this.fill(entry, slot)
        return 0
    }

    /** Discards all queued messages, not those reserved or fronted. Returns their number. */
    purge(): number {
        this.step(Step.Save)
        const discarded = state.size
        discardAll()
        this.step(Step.Load)
        this.step(Step.TellRoom)
        return discarded
    }

    /**
     * Closes for good; a second time changes nothing. From now on sends fail with QueueClosed; queued messages can
     * still be received. Calls that wait return QueueClosed, and their messages are not sent.
     */
    close() {
        this.step(Step.Close)
    }

    /** Messages queued now. */
    size(): number {
        return this.step(Step.Size)
    }

    /** Free entries: neither queued, nor reserved, nor fronted. */
    available(): number {
        return this.step(Step.Save)
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
        this.step(Step.Save)
        return state.emptyError === -KernelError.QueueClosed
    }

    name(): string {
        return this.settings.name
    }

    /** A copy of the configuration, defaults filled in. */
    config(): QueueConfig {
        return resolveConfig(this.settings)
    }

    /**
     * The buffer that holds the entries. Read it, and write the reserved payload. All other bytes are the ring's own.
     */
    backing(): Buffer {
        return this.memory
    }

    /** Messages accepted, ever. Exact up to 2^53. */
    sendCount(): number {
        this.step(Step.Save)
        return state.accepted
    }

    /** Messages delivered, ever, also those handed to a waiting task. Exact up to 2^53. */
    recvCount(): number {
        this.step(Step.Save)
        return state.accepted - state.size - state.dropped - state.purged
    }

    /** Frees the slot of a reservation or front, and tells of the room. NotPermitted if there is none. */
    private freeTaken(slot: number): number {
        if (slot === Slot.None) return -KernelError.NotPermitted
        this.putBack(slot)
        this.step(Step.TellRoom)
        return 0
    }

    /** Puts a slot back on the circle, and tells nobody. */
    private putBack(slot: number) {
        this.step(Step.Save)
        giveBack(this.memory, slot, this.settings.ringSize)
        this.step(Step.Load)
    }

    /** Fills an entry from the header in a slot. */
    private fill(entry: RingEntry, slot: number) {
        const memory = this.memory
        const word = memory.getAt(slot + Header.Word, "u32")
        fillEntry(this, entry, memory.getAt(slot, "u32"), word, memory, slot + Header.Size)
    }
}
