/**
 * A bounded ring of messages in one static buffer: bytes and order, no tasks, no time.
 *
 *     const ring = new RingBuffer({ ringSize: 4, maxMsgSize: 8 }, Buffer.alloc(88))
 *     check(ring.send(reading))
 *     const length = check(ring.recv(into))
 *
 * What changes with each message is a variable of the constructor's scope, and so are the few functions that
 * change it: a field costs 11 us on a Pico where a variable costs 4, and `send` and
 * `recv` touch a dozen. What is unusual - a full ring, a new high water, another priority, someone who waits
 * - is found by one comparison that the usual case needs anyway, and handled in a function of its own.
 */

import { isCount, OverflowPolicy, QueueConfig, resolveConfig } from "./config"
import { decodeHeader, Header, isPriority, Link, MsgPriority } from "./entry"
import { ReceivedMessage, RingEntry, SlotLayout } from "./entry"
import { KernelError } from "./errors"
import { checkBacking, isWritable } from "./memory"
import {
    beginLowerRun,
    linkCircle,
    moveBehind,
    nextSlot,
    oldestOfLowest,
    overtake,
    previousSlot,
    priorityAt,
} from "./order"
import { QueueStats } from "./stats"

/** What the methods ask of the constructor's variables, or do to them. */
enum Access {
    /** Entries in all. */
    Capacity,
    /** Entries queued now. */
    Size,
    /** The slot of the next entry to be delivered, if there is one. */
    Head,
    /** Messages accepted, ever. */
    Accepted,
    /** Of these, dropped by `OverflowPolicy.DropOldest`. */
    Dropped,
    /** Of these, discarded by `purge`. */
    Purged,
    /** The most entries that were queued at once. */
    HighWater,
    /** 1 once the ring is closed. */
    Closed,
    /** Empties the ring. */
    Discard,
    /** Nothing can be stored from now on. */
    Close,
    /** `arrived` and `roomFreed` are called from now on. */
    Watch,
    /** They are called no longer. */
    Unwatch,
}

enum Gate {
    /** A `recvGate` that no size passes: every receive is unusual. */
    Shut = 0x40000000,
}

/** A bounded, prioritised ring of messages. */
export class RingBuffer {
    /**
     * Sends without waiting.
     * @param msg the message: 0 to maxMsgSize bytes, copied; may be in flash
     * @param priority default Normal
     * @returns 0, or an error: InvalidArgument (no Buffer, or no priority), QueueClosed,
     *     MessageTooLarge, QueueFull
     */
    readonly send: (msg: Buffer, priority?: MsgPriority) => number
    /**
     * Receives without waiting.
     * @param into where the message's bytes go, from byte 0; in RAM
     * @returns the message's length in bytes, or an error: InvalidArgument (no Buffer, or one in flash),
     *     QueueClosed (closed and empty), QueueEmpty, BufferTooSmall (the message stays)
     */
    readonly recv: (into: Buffer) => number
    /** One function for all the rest: each costs 40 bytes of heap. */
    private readonly access: (what: Access) => number
    private readonly memory: Buffer
    private readonly settings: QueueConfig

    /**
     * @param config undefined means the defaults
     * @param backing a static buffer of at least `requiredMemory(config)` bytes, the ring's alone from now on
     * @throws KernelException InvalidArgument (bad config; backing is no Buffer, or in flash),
     *     OutOfMemory (backing too small)
     */
    constructor(config: QueueConfig, backing: Buffer) {
        const self: any = this
        const settings = resolveConfig(config)
        const memory = checkBacking(backing, settings)
        const ringSize = settings.ringSize
        const maxMsgSize = settings.maxMsgSize
        const dropOldest = settings.overflow === OverflowPolicy.DropOldest
        const blit = memory.blitAt
        let head = linkCircle(
            memory,
            ringSize,
            SlotLayout.Overhead + maxMsgSize
        )
        let free = head
        let size = 0
        /** The priority of the last entry in the order, the lowest queued. */
        let tailPriority: MsgPriority = MsgPriority.Normal
        let accepted = 0
        let dropped = 0
        let purged = 0
        let highWater = 0
        let closed = false
        /** Whether `arrived` and `roomFreed` are called. */
        let watched = false
        /** Below this size a send is usual. */
        let sendGate = 0
        /** Above this size a receive is usual. */
        let recvGate = 0

        // The usual send and receive, written out in one function each, with nested ifs: a call costs 84 us
        // on a Pico, an && 10 us more than an if. Whatever does not pass goes the long way, which tells why.
        function send(msg: Buffer, priority: MsgPriority): number {
            if (size < sendGate) {
                if (priority === undefined) priority = MsgPriority.Normal
                if (priority === tailPriority) {
                    if (msg instanceof Buffer) {
                        const length = msg.length
                        if (length <= maxMsgSize) {
                            const slot = free
                            memory.setAt(slot, "u32", length)
                            const word = (accepted << 16) | priority
                            memory.setAt(slot + Header.Word, "i32", word)
                            blit(slot + Header.Size, msg, 0, length)
                            free = memory.getAt(slot + Link.Next, "u16")
                            accepted++
                            size++
                            return 0
                        }
                    }
                }
            }
            return sendUnusual(msg, priority)
        }

        function recv(into: Buffer): number {
            try {
                if (size > recvGate) {
                    const length = memory.getAt(head, "u32")
                    if (length <= into.length) {
                        into.blitAt(0, memory, head + Header.Size, length)
                        head = memory.getAt(head + Link.Next, "u16")
                        size--
                        return length
                    }
                }
            } catch {
                // No Buffer, or one in flash: trying is free, asking costs 26 us. Only what has a length and
                // a blitAt of its own could pass for a Buffer.
                return -KernelError.InvalidArgument
            }
            return recvUnusual(into)
        }

        function sendUnusual(msg: Buffer, priority: MsgPriority): number {
            if (priority === undefined) priority = MsgPriority.Normal
            if (!(msg instanceof Buffer) || !isPriority(priority))
                return -KernelError.InvalidArgument
            if (closed) return -KernelError.QueueClosed
            const length = msg.length
            if (length > maxMsgSize) return -KernelError.MessageTooLarge
            const word = (accepted << 16) | priority
            if (watched && self.arrived(msg, word)) {
                accepted++
                return 0
            }
            if (size === ringSize && !makeRoom(priority))
                return -KernelError.QueueFull
            const slot = free
            memory.setAt(slot, "u32", length)
            memory.setAt(slot + Header.Word, "i32", word)
            blit(slot + Header.Size, msg, 0, length)
            free = nextSlot(memory, slot)
            if (size > 0 && priority > tailPriority) {
                const first = overtake(memory, slot, priority, head)
                if (free === head) free = first // full now
                head = first
            } else {
                if (size > 0 && priority < tailPriority)
                    beginLowerRun(memory, slot, priority, tailPriority)
                tailPriority = priority
            }
            accepted++
            size++
            if (size > highWater) {
                highWater = size
                setGates()
            }
            return 0
        }

        /** For a message of this priority in a full ring. Returns whether there is room now. */
        function makeRoom(priority: MsgPriority): boolean {
            if (!dropOldest || tailPriority > priority) return false
            const victim = oldestOfLowest(memory, head, tailPriority)
            if (victim === head) head = nextSlot(memory, victim)
            else {
                moveBehind(memory, victim, previousSlot(memory, head))
                tailPriority = priorityAt(memory, previousSlot(memory, victim))
            }
            free = victim
            dropped++
            size--
            return true
        }

        function recvUnusual(into: Buffer): number {
            if (!isWritable(into)) return -KernelError.InvalidArgument
            if (size === 0)
                return closed
                    ? -KernelError.QueueClosed
                    : -KernelError.QueueEmpty
            const length = memory.getAt(head, "u32")
            if (length > into.length) return -KernelError.BufferTooSmall
            into.blitAt(0, memory, head + Header.Size, length)
            head = nextSlot(memory, head)
            size--
            if (watched) self.roomFreed()
            return length
        }

        function setGates() {
            sendGate = closed || watched ? 0 : highWater
            recvGate = watched ? Gate.Shut : 0
        }

        function access(what: Access): number {
            if (what === Access.Size) return size
            if (what === Access.Capacity) return ringSize
            if (what === Access.Head) return head
            if (what === Access.Accepted) return accepted
            if (what === Access.Dropped) return dropped
            if (what === Access.Purged) return purged
            if (what === Access.HighWater) return highWater
            if (what === Access.Closed) return closed ? 1 : 0
            if (what === Access.Discard) {
                purged += size
                size = 0
                head = free
            } else if (what === Access.Close) closed = true
            else watched = what === Access.Watch
            setGates()
            return 0
        }

        self.send = send
        self.recv = recv
        self.access = access
        bindOnce(self)
        this.memory = memory
        this.settings = settings
    }

    /**
     * As `recv`, and says what came.
     * @param message filled on success; untouched by a failure
     * @returns as `recv`; also InvalidArgument if `message` is no ReceivedMessage
     * @devsWhenUsed
     */
    recvTyped(into: Buffer, message: ReceivedMessage): number {
        if (!(message instanceof ReceivedMessage))
            return -KernelError.InvalidArgument
        // read before: a waiting sender's message may take the slot at once
        const slot = this.access(Access.Head)
        const word = this.memory.getAt(slot + Header.Word, "u32")
        const length = this.recv(into)
        if (length >= 0) decodeHeader(message, length, word)
        return length
    }

    /**
     * Reads the header of the next message and leaves the message where it is.
     * @returns 0, QueueEmpty, or InvalidArgument if `entry` is no RingEntry
     * @devsWhenUsed
     */
    peek(entry: RingEntry): number {
        return this.peekAt(0, entry)
    }

    /**
     * As `peek`, for any message in the order of delivery. Walks: its cost grows with `index`.
     * @param index 0 is the next message
     * @returns 0, QueueEmpty (past the end), InvalidArgument (`index` is negative or no integer, `entry` no
     *     RingEntry)
     * @devsWhenUsed
     */
    peekAt(index: number, entry: RingEntry): number {
        if (!isCount(index) || !(entry instanceof RingEntry))
            return -KernelError.InvalidArgument
        if (index >= this.size()) return -KernelError.QueueEmpty
        const memory = this.memory
        let slot = this.access(Access.Head)
        for (let i = 0; i < index; ++i) slot = nextSlot(memory, slot)
        const word = memory.getAt(slot + Header.Word, "u32")
        decodeHeader(entry, memory.getAt(slot, "u32"), word)
        return 0
    }

    /**
     * The priority of the next message, or -1 if there is none.
     * @devsWhenUsed
     */
    nextPriority(): number {
        if (this.access(Access.Size) === 0) return -1
        return priorityAt(this.memory, this.access(Access.Head))
    }

    /**
     * Discards what is queued. Returns how many messages that were.
     * @devsWhenUsed
     */
    purge(): number {
        const discarded = this.size()
        this.access(Access.Discard)
        this.roomFreed()
        return discarded
    }

    /**
     * Closes for good; a second time changes nothing. Sends fail with QueueClosed from now on; what is
     * queued can still be received.
     * @devsWhenUsed
     */
    close() {
        this.access(Access.Close)
        this.hasClosed()
    }

    /**
     * Messages queued now.
     * @devsWhenUsed
     */
    size(): number {
        return this.access(Access.Size)
    }

    /**
     * Free entries.
     * @devsWhenUsed
     */
    available(): number {
        return this.capacity() - this.size()
    }

    /**
     * Entries in all: `ringSize`.
     * @devsWhenUsed
     */
    capacity(): number {
        return this.access(Access.Capacity)
    }

    /** @devsWhenUsed */
    isEmpty(): boolean {
        return this.size() === 0
    }

    /**
     * Whether no entry is free.
     * @devsWhenUsed
     */
    isFull(): boolean {
        return this.available() === 0
    }

    /** @devsWhenUsed */
    isClosed(): boolean {
        return this.access(Access.Closed) !== 0
    }

    /** @devsWhenUsed */
    name(): string {
        return this.settings.name
    }

    /**
     * A copy of the configuration, defaults filled in.
     * @devsWhenUsed
     */
    config(): QueueConfig {
        return resolveConfig(this.settings)
    }

    /**
     * The buffer that holds the entries. For reading: its bytes are the ring's.
     * @devsWhenUsed
     */
    backing(): Buffer {
        return this.memory
    }

    /**
     * Messages accepted, ever. Exact up to 2^53.
     * @devsWhenUsed
     */
    sendCount(): number {
        return this.access(Access.Accepted)
    }

    /**
     * Messages delivered, ever. Exact up to 2^53.
     * @devsWhenUsed
     */
    recvCount(): number {
        return (
            this.sendCount() -
            this.size() -
            this.access(Access.Dropped) -
            this.access(Access.Purged)
        )
    }

    /**
     * Fills in what the ring knows.
     * @devsWhenUsed
     */
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

    /**
     * Says whether somebody waits: whether `arrived` and `roomFreed` are to be called. While nobody does
     * they cost the usual send and receive nothing.
     */
    protected watch(watched: boolean) {
        this.access(watched ? Access.Watch : Access.Unwatch)
    }

    /**
     * Asked while somebody waits: may deliver a message at once, in place of its being stored.
     * @param word its header's second word
     * @returns whether it has; then the message counts as accepted and received
     */
    protected arrived(_msg: Buffer, _word: number): boolean {
        return false
    }

    /** Called by `purge`, and by a receive while somebody waits: entries have come free. */
    protected roomFreed() {}

    /** Called by `close`. */
    protected hasClosed() {}
}

/** Reading an unbound function from a field allocates a binding at each call: binds once and for all. */
function bindOnce(ring: any) {
    const send = ring.send
    const recv = ring.recv
    const access = ring.access
    ring.send = send
    ring.recv = recv
    ring.access = access
}
