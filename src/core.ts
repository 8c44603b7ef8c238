/**
 * What changes in a ring with each message, and the few functions that change it.
 *
 * All of it is variables of one function's scope: a field costs 11 us on a Pico where a variable costs 4,
 * and `send` and `recv` touch a dozen. What is unusual - a full ring, a new high water, another priority,
 * someone who waits, a schema - is found by one comparison that the usual case needs anyway, and handled in a
 * function of its own.
 */

import { OverflowPolicy, QueueConfig } from "./config"
import { Header, Link, MsgPriority, SlotLayout } from "./entry"
import { KernelError } from "./errors"
import { isWritable } from "./memory"
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

/** What a ring's methods ask of the variables, or do to them. */
export enum Access {
    /** Entries queued now. */
    Size,
    /** The priority of the next entry to be delivered; -1 if there is none. */
    NextPriority,
    /** The slot of that entry. */
    Head,
    /** The slot that the next message goes to, if one is free. */
    Free,
    /** Entries that are neither queued nor off the circle. */
    Available,
    /** Entries that can be received before anyone who waits must hear of it. */
    Run,
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
    /** Why a message of so many bytes and such a priority is not accepted, full or not: an error, or 0. */
    Refusal,
    /** Why no message can be received: an error, or 0. */
    Lack,
    /** Makes sure that a slot is free, for a message of such a priority: 0 or QueueFull. */
    Claim,
    /** Delivers what stands in the free slot: so many bytes, with such a tag. */
    Publish,
    /** So many entries have been received; the next to be delivered is in such a slot. */
    Advance,
    /** `arrived` and `roomFreed` are called from now on. */
    Watch,
    /** They are called no longer. */
    Unwatch,
    /** Empties the ring. */
    Discard,
    /** Nothing can be stored from now on. */
    Close,
    /** The free slot was taken off the circle: such are head and free now. */
    TakeFree,
    /** The head was. */
    TakeHead,
    /** A slot was put back, as a free one. */
    GiveBack,
}

/** What the core calls while somebody waits, and what it makes. */
export interface RingCore {
    send: (msg: Buffer, priority?: MsgPriority) => number
    recv: (into: Buffer) => number
    /** One function for all the rest: each costs 40 bytes of heap. */
    access: (what: Access, value?: number, detail?: number) => number
    arrived(from: Buffer, at: number, length: number, word: number): boolean
    roomFreed(): void
}

enum Gate {
    /** A `recvGate` that no size passes: every receive is unusual. */
    Shut = 0x40000000,
    /** A `usualLength` that no message has: every send is unusual. */
    NoLength = -1,
}

/**
 * Makes a ring's `send`, `recv` and `access`.
 * @param settings valid, nothing left out
 */
export function makeCore(
    self: RingCore,
    settings: QueueConfig,
    memory: Buffer
) {
    const ringSize = settings.ringSize
    const maxMsgSize = settings.maxMsgSize
    const schema = settings.schema
    /** No longer message is usual. */
    let usualLength = schema === undefined ? maxMsgSize : Gate.NoLength
    const dropOldest = settings.overflow === OverflowPolicy.DropOldest
    const blit = memory.blitAt
    let head = linkCircle(memory, ringSize, SlotLayout.Overhead + maxMsgSize)
    let free = head
    let size = 0
    /** Slots off the circle: reserved, or fronted. */
    let taken = 0
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
                    if (length <= usualLength) {
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
        return store(msg, priority)
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
            } else if (size === 0) {
                into.blitAt(0, into, 0, 0)
                return lack()
            }
        } catch {
            // No Buffer, or one in flash: trying is free, asking costs 26 us. Only what has a length and
            // a blitAt of its own could pass for a Buffer.
            return -KernelError.InvalidArgument
        }
        return recvUnusual(into)
    }

    /**
     * Sends, whatever the ring's state.
     * @param tag priority and flags
     * @param inPlace the length of a payload that stands in the free slot already, and was checked
     */
    function store(msg: Buffer, tag: number, inPlace?: number): number {
        let length = inPlace
        if (inPlace === undefined) {
            if (tag === undefined) tag = MsgPriority.Normal
            if (!(msg instanceof Buffer)) return -KernelError.InvalidArgument
            length = msg.length
            let refused = 0
            // what a refusal could be for, but for its call
            if (length > usualLength) refused = refusal(length, tag)
            else if (tag !== (tag & MsgPriority.Urgent))
                refused = -KernelError.InvalidArgument
            if (refused !== 0) return refused
            if (size + taken === ringSize)
                if (!makeRoom(tag)) return -KernelError.QueueFull
        }
        const slot = free
        const word = (accepted << 16) | tag
        if (watched) {
            const at = inPlace === undefined ? 0 : slot + Header.Size
            if (self.arrived(msg, at, length, word)) {
                accepted++
                return 0
            }
        }
        memory.setAt(slot, "u32", length)
        memory.setAt(slot + Header.Word, "i32", word)
        if (inPlace === undefined) blit(slot + Header.Size, msg, 0, length)
        free = memory.getAt(slot + Link.Next, "u16")
        const priority = tag & MsgPriority.Urgent
        if (size === 0) tailPriority = priority
        else if (priority > tailPriority) {
            const first = overtake(memory, slot, priority, head)
            if (free === head) free = first // full now
            head = first
        } else if (priority < tailPriority) {
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

    function refusal(length: number, priority: MsgPriority): number {
        if (priority !== (priority & MsgPriority.Urgent))
            return -KernelError.InvalidArgument
        if (closed) return -KernelError.QueueClosed
        if (length > maxMsgSize) return -KernelError.MessageTooLarge
        if (schema !== undefined && length !== schema.size)
            return -KernelError.SchemaMismatch
        return 0
    }

    /** For a message of this priority in a full ring. Returns whether there is room now. */
    function makeRoom(priority: MsgPriority): boolean {
        if (!dropOldest || size === 0 || tailPriority > priority) return false
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
        const length = memory.getAt(head, "u32")
        if (length > into.length) return -KernelError.BufferTooSmall
        into.blitAt(0, memory, head + Header.Size, length)
        advance(1, nextSlot(memory, head))
        return length
    }

    function lack(): number {
        if (size > 0) return 0
        return closed ? -KernelError.QueueClosed : -KernelError.QueueEmpty
    }

    function advance(count: number, next: number) {
        head = next
        size -= count
        if (watched) self.roomFreed()
    }

    function setGates() {
        sendGate = closed || watched ? 0 : Math.min(highWater, ringSize - taken)
        recvGate = watched ? Gate.Shut : 0
    }

    function access(what: Access, value: number, detail: number): number {
        if (what >= Access.Watch) return change(what, value, detail)
        if (what === Access.NextPriority)
            return size === 0 ? -1 : memory.getAt(head + Header.Word, "u8")
        if (what === Access.Size) return size
        if (what === Access.Head) return head
        if (what === Access.Free) return free
        if (what === Access.Refusal) return refusal(value, detail)
        if (what === Access.Lack) return lack()
        if (what === Access.Claim)
            return size + taken < ringSize || makeRoom(value)
                ? 0
                : -KernelError.QueueFull
        if (what === Access.Publish) return store(memory, detail, value)
        if (what === Access.Available) return ringSize - size - taken
        if (what === Access.Run) return watched && size > 1 ? 1 : size
        if (what === Access.Accepted) return accepted
        if (what === Access.Dropped) return dropped
        if (what === Access.Purged) return purged
        if (what === Access.HighWater) return highWater
        if (what === Access.Closed) return closed ? 1 : 0
        advance(value, detail) // Access.Advance
        return 0
    }

    function change(what: Access, value: number, detail: number): number {
        if (what <= Access.Unwatch) watched = what === Access.Watch
        else if (what === Access.Discard) {
            purged += size
            size = 0
            head = free
        } else if (what === Access.Close) {
            closed = true
            usualLength = Gate.NoLength
        } else {
            head = value
            free = detail
            taken += what === Access.GiveBack ? -1 : 1
            if (what === Access.TakeHead) size--
        }
        setGates()
        return 0
    }

    self.send = send
    self.recv = recv
    self.access = access
    bindOnce(self)
}

/** Reading an unbound function from a field allocates a binding at each call: binds once and for all. */
function bindOnce(core: RingCore) {
    const send = core.send
    const recv = core.recv
    const access = core.access
    core.send = send
    core.recv = recv
    core.access = access
}
