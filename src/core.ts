/**
 * What changes in a ring with each message, and the few functions that change it.
 *
 * All of it is variables of one function's scope: a field costs 11 us on a Pico where a variable costs 4,
 * and `send` and `recv` touch a dozen. What is unusual - a full ring, a new high water, another priority,
 * someone who waits, a schema - is found by one comparison that the usual case needs anyway, and handled in a
 * function of its own.
 */

import { Access, Arrived, Attention, RingCore, RoomFreed } from "./access"
import { OverflowPolicy, QueueConfig } from "./config"
import { Header, Link, MsgPriority, SlotLayout } from "./entry"
import { KernelError } from "./errors"
import { isWritable } from "./memory"
import {
    lastAbove,
    link,
    linkCircle,
    nextSlot,
    priorityAt,
    Slot,
} from "./order"

let arrived: Arrived
let roomFreed: RoomFreed

/** From now on tasks may wait. The image of a program in which none does has nothing of waiting. */
export function expectWaiters(onArrived: Arrived, onRoomFreed: RoomFreed) {
    arrived = onArrived
    roomFreed = onRoomFreed
}

enum Gate {
    /** A `recvGate` that no size passes: every receive is unusual. */
    Shut = 0x40000000,
    /** A `usualLength` that no message has: every send is unusual. */
    NoLength = -1,
    /** A length above all. */
    Unusual = 0x3fffffff,
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
    const stride = SlotLayout.Overhead + maxMsgSize
    let head = linkCircle(memory, ringSize, stride)
    let free = head
    /** The last entry in the order, if any is queued. */
    let tail = head
    /** The last free slot, in front of the head, if any is free. */
    let lastFree = head + (ringSize - 1) * stride
    let size = 0
    /** Slots off the circle: reserved, or fronted. */
    let taken = 0
    /** The tail's, the lowest queued. */
    let tailPriority: MsgPriority = MsgPriority.Normal
    let accepted = 0
    let dropped = 0
    let purged = 0
    let highWater = 0
    let closed = false
    /** Why nothing can be received where nothing is queued. */
    let emptyError: number = -KernelError.QueueEmpty
    /** Whether `arrived` and `roomFreed` are called. */
    let watched = false
    /** Whether a message can go straight to a task that waits. */
    let handsOver = false
    /** Below this size a send is usual. */
    let sendGate = 0
    /** Above this size a receive is usual. */
    let recvGate = 0

    // The usual send and receive, written out in one function each, with nested ifs: a call costs 84 us
    // on a Pico, an && 10 us more than an if. Whatever does not pass goes the long way, which tells why.
    function send(msg: Buffer, priority: MsgPriority): number {
        if (priority === undefined) priority = MsgPriority.Normal
        if (msg instanceof Buffer) {
            const length = msg.length
            if (length <= usualLength) {
                if (size < sendGate) {
                    if (priority === tailPriority) {
                        const slot = free
                        memory.setAt(slot, "u32", length)
                        memory.setAt(
                            slot + Header.Word,
                            "i32",
                            (accepted << 16) | priority
                        )
                        blit(slot + Header.Size, msg, 0, length)
                        free = memory.getAt(slot + Link.Next, "u16")
                        tail = slot
                        accepted++
                        size++
                        return 0
                    }
                    if (priority === (priority & MsgPriority.Urgent))
                        return insert(msg, length, priority)
                } else if (handsOver) {
                    if (priority === (priority & MsgPriority.Urgent)) {
                        if (
                            arrived(
                                self,
                                msg,
                                0,
                                length,
                                (accepted << 16) | priority
                            )
                        ) {
                            accepted++
                            return 0
                        }
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
                    lastFree = head
                    head = memory.getAt(head + Link.Next, "u16")
                    size--
                    return length
                }
            } else if (size === 0) {
                into.blitAt(0, into, 0, 0)
                return emptyError
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
        if (watched) {
            const from = inPlace === undefined ? msg : memory
            const at = inPlace === undefined ? 0 : free + Header.Size
            const word = (accepted << 16) | tag
            if (self.attention <= Attention.None) {
                watched = false
                setGates()
            } else if (arrived(self, from, at, length, word)) {
                accepted++
                return 0
            }
        }
        if (size === highWater) {
            highWater++
            setGates()
        }
        return insert(msg, length, tag)
    }

    /**
     * Puts a message into the free slot, and that into its place in the order, which order.ts describes. Runs for each
     * message where priorities are mixed, and calls nothing: a call would cost as much as ten of its lines.
     * @param msg undefined if it stands in the slot already
     * @param tag priority and flags
     */
    function insert(msg: Buffer, length: number, tag: number): number {
        const slot = free
        memory.setAt(slot, "u32", length)
        memory.setAt(slot + Header.Word, "i32", (accepted << 16) | tag)
        if (msg !== undefined) blit(slot + Header.Size, msg, 0, length)
        free = memory.getAt(slot + Link.Next, "u16")
        let p = tag & MsgPriority.Urgent
        if (size === 0) {
            tailPriority = p
            tail = slot
        } else if (p > tailPriority) {
            // behind the last of its own priority, or of the next above
            let before: number = Slot.None
            const headPriority = memory.getAt(head + Header.Word, "u8")
            const lastOf = p * SlotLayout.OffsetSize
            if (p <= headPriority) {
                before = memory.getAt(lastOf, "u16")
                while (before === Slot.None && p < headPriority) {
                    p++
                    before = memory.getAt(p * SlotLayout.OffsetSize, "u16")
                }
            } else
                while (--p > headPriority)
                    memory.setAt(p * SlotLayout.OffsetSize, "u16", Slot.None)
            memory.setAt(lastOf, "u16", slot)
            let after = head
            if (before !== Slot.None)
                after = memory.getAt(before + Link.Next, "u16")
            else {
                before = lastFree
                head = slot
            }
            if (before === slot)
                free = slot // the last free one stands where it should
            else {
                memory.setAt(tail + Link.Next, "u16", free)
                memory.setAt(slot + Link.Next, "u16", after)
                memory.setAt(before + Link.Next, "u16", slot)
            }
        } else {
            if (p < tailPriority) {
                // it begins a run of its own, where it is
                memory.setAt(tailPriority * SlotLayout.OffsetSize, "u16", tail)
                while (--tailPriority > p)
                    memory.setAt(
                        tailPriority * SlotLayout.OffsetSize,
                        "u16",
                        Slot.None
                    )
            }
            tail = slot
        }
        accepted++
        size++
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
        const before = lastAbove(memory, head, tailPriority)
        let victim = head
        if (before === Slot.None) head = nextSlot(memory, victim)
        else {
            victim = nextSlot(memory, before)
            if (victim === tail) {
                tail = before
                tailPriority = priorityAt(memory, tail)
            } else {
                link(memory, before, nextSlot(memory, victim))
                link(memory, tail, victim)
                link(memory, victim, head)
            }
        }
        free = victim
        lastFree = victim
        dropped++
        size--
        return true
    }

    function recvUnusual(into: Buffer): number {
        if (!isWritable(into)) return -KernelError.InvalidArgument
        const length = memory.getAt(head, "u32")
        if (length > into.length) return -KernelError.BufferTooSmall
        into.blitAt(0, memory, head + Header.Size, length)
        advance()
        return length
    }

    function advance() {
        lastFree = head
        head = nextSlot(memory, head)
        size--
        if (watched) roomFreed(self)
    }

    // A batch is one loop for all its messages: a call for each would cost as much as the rest of it.
    function sendBatch(msgs: Buffer[], priority: MsgPriority): number {
        const count = msgs.length
        for (let i = 0; i < count; ++i) {
            const msg = msgs[i]
            let length: number = Gate.Unusual
            if (size < sendGate)
                if (priority === tailPriority)
                    if (msg instanceof Buffer) length = msg.length
            if (length <= usualLength) {
                const slot = free
                memory.setAt(slot, "u32", length)
                const word = (accepted << 16) | priority
                memory.setAt(slot + Header.Word, "i32", word)
                blit(slot + Header.Size, msg, 0, length)
                free = memory.getAt(slot + Link.Next, "u16")
                tail = slot
                accepted++
                size++
            } else {
                const result = store(msg, priority)
                if (result < 0) return i > 0 ? i : result
            }
        }
        return count
    }

    function recvBatch(into: Buffer, lengths: number[], max: number): number {
        const room = into.length
        let at = 0
        for (let i = 0; i < max; ++i) {
            if (size === 0) return i > 0 ? i : emptyError
            const length = memory.getAt(head, "u32")
            if (at + length > room)
                return i > 0 ? i : -KernelError.BufferTooSmall
            into.blitAt(at, memory, head + Header.Size, length)
            lengths[i] = length
            at += length
            lastFree = head
            head = memory.getAt(head + Link.Next, "u16")
            size--
            if (watched) roomFreed(self)
        }
        return max
    }

    function setGates() {
        sendGate = closed || watched ? 0 : Math.min(highWater, ringSize - taken)
        recvGate = watched ? Gate.Shut : 0
        handsOver = watched && taken < ringSize
    }

    function access(
        what: Access,
        value: any,
        detail: any,
        limit: number
    ): number {
        if (what <= Access.Advance) {
            if (what === Access.NextPriority)
                return size > 0
                    ? memory.getAt(head + Header.Word, "u8")
                    : emptyError
            if (what === Access.Size) return size
            if (what === Access.Head) return head
            if (what === Access.Free) return free
            if (what === Access.Lack) return size > 0 ? 0 : emptyError
            if (what === Access.Refusal) return refusal(value, detail)
            if (what === Access.Claim)
                return size + taken < ringSize || makeRoom(value)
                    ? 0
                    : -KernelError.QueueFull
            if (what === Access.Publish) return store(undefined, detail, value)
            advance()
            return 0
        }
        if (what === Access.SendBatch) return sendBatch(value, detail)
        if (what === Access.RecvBatch) return recvBatch(value, detail, limit)
        return what >= Access.Watch ? change(what, value, detail) : ask(what)
    }

    function ask(what: Access): number {
        if (what === Access.Available) return ringSize - size - taken
        if (what === Access.Accepted) return accepted
        if (what === Access.Dropped) return dropped
        if (what === Access.Purged) return purged
        if (what === Access.HighWater) return highWater
        if (what === Access.Closed) return closed ? 1 : 0
        if (what === Access.BeforeHead)
            return size > 0 && head === free ? tail : lastFree
        if (what === Access.BeforeFree) return size > 0 ? tail : lastFree
        if (watched) roomFreed(self) // Access.TellRoom
        return 0
    }

    function change(what: Access, value: number, detail: number): number {
        if (what <= Access.Unwatch) watched = what === Access.Watch
        else if (what === Access.Discard) {
            if (size > 0) lastFree = tail
            purged += size
            size = 0
            head = free
        } else if (what === Access.Close) {
            closed = true
            emptyError = -KernelError.QueueClosed
            usualLength = Gate.NoLength
        } else {
            if (size + taken === ringSize) lastFree = detail
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
