/**
 * What happens to a ring with each message: `send`, `recv`, and the steps that all else is made of.
 *
 * It is one closure, and longer than any other function, for its speed: a variable of its scope costs 4 us on a Pico, a
 * field 11, and `send` and `recv` touch a dozen. As fields they took 540 us a message, as variables 424.
 *
 * The core owns the circle of slots (order.ts) and the counts. Its usual case is a ring that is neither full nor closed, in
 * which nobody waits, messages have no schema and the priority of the last. Four gates, all set in `setGates`, tell by a
 * comparison that `send` and `recv` need anyhow whether a case is usual:
 *
 * - A gate may be shut without need, but is never open against it.
 * - Who finds it shut goes the long way, which looks at everything, and opens it if there is no need.
 */

import { OverflowPolicy, QueueConfig } from "../base/config"
import { KernelError } from "../base/errors"
import { isWritable } from "../base/values"
import { Link, Slot, SlotLayout } from "./backing"
import { Header, MsgPriority } from "./entry"
import { linkCircle, unlinkOldest } from "./order"
import { Arrived, Freed, RingCore, Signal, state, Step } from "./state"

enum Gate {
    /** A `recvGate` that no size passes: every receive is unusual. */
    Shut = 32767,
    /** A `lengthGate` that no message passes: every send is unusual. */
    NoLength = -1,
}

/**
 * Makes a ring's `send`, `recv` and `step`.
 * @param settings valid, nothing left out
 */
export function makeCore(self: RingCore, settings: QueueConfig, memory: Buffer) {
    const ringSize = settings.ringSize
    const maxMsgSize = settings.maxMsgSize
    const schema = settings.schema
    const dropOldest = settings.overflow === OverflowPolicy.DropOldest
    const blit = memory.blitAt
    const stride = SlotLayout.Overhead + maxMsgSize
    // The state: see `RingState`.
    let head = linkCircle(memory, ringSize, stride)
    let free = head
    let tail = head
    let lastFree = head + (ringSize - 1) * stride
    let tailPriority: MsgPriority = MsgPriority.Normal
    let size = 0
    let taken = 0
    let highWater = 0
    let accepted = 0
    let dropped = 0
    let purged = 0
    /** Why nothing can be received where nothing is queued. Once it is QueueClosed, nothing can be sent either. */
    let emptyError: number = -KernelError.QueueEmpty
    // The gates. A message is usual up to this length, a send below this size, a receive above this one.
    let lengthGate = schema === undefined ? maxMsgSize : Gate.NoLength
    let sendGate = 0
    let recvGate = 0
    /** Whether a send that is unusual by size alone tries to hand its message over before all else. */
    let handsOver = false
    // Who is told, while `self.signal` says so.
    let arrived: Arrived
    let freed: Freed
    let onClose: Freed

    // The usual send and receive are one function each, with nested ifs: a call costs 84 us on a Pico, an && 10 us more
    // than an if.
    function send(msg: Buffer, priority: MsgPriority): number {
        if (priority === undefined) priority = MsgPriority.Normal
        if (msg instanceof Buffer) {
            const length = msg.length
            let slot: number
            if (length <= lengthGate) {
                if (size < sendGate) {
                    if (priority === tailPriority) {
                        slot = free
                        memory.setAt(slot, "u32", length)
                        memory.setAt(slot + Header.Word, "i32", (accepted << 16) | priority)
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
                        if (arrived(self, msg, 0, length, (accepted << 16) | priority)) {
                            accepted++
                            return 0
                        }
                    }
                }
            }
            slot = step(Step.Claim, length, priority)
            if (slot < 0) return slot
            return deliver(msg, 0, length, priority)
        }
        return -KernelError.InvalidArgument
    }

    function recv(into: Buffer): number {
        let length: number
        try {
            if (size > recvGate) {
                length = memory.getAt(head, "u32")
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
        if (!isWritable(into)) return -KernelError.InvalidArgument
        length = memory.getAt(head, "u32")
        if (length > into.length) return -KernelError.BufferTooSmall
        into.blitAt(0, memory, head + Header.Size, length)
        step(Step.Advance)
        return length
    }

    /**
     * Sends a message that has room: to whoever waits for it, or into the claimed slot.
     * @param from has its payload, from `at` on; `memory` if it stands in the slot already
     * @param tag priority and flags
     */
    function deliver(from: Buffer, at: number, length: number, tag: number): number {
        if (recvGate === Gate.Shut) {
            if (self.signal === Signal.None) setGates()
            else if (arrived(self, from, at, length, (accepted << 16) | tag)) {
                accepted++
                return 0
            }
        }
        if (size === highWater) {
            highWater++
            setGates()
        }
        if (from === memory) return insert(undefined, length, tag)
        return insert(from, length, tag)
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
                while (--p > headPriority) memory.setAt(p * SlotLayout.OffsetSize, "u16", Slot.None)
            memory.setAt(lastOf, "u16", slot)
            let after = head
            if (before !== Slot.None) after = memory.getAt(before + Link.Next, "u16")
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
                    memory.setAt(tailPriority * SlotLayout.OffsetSize, "u16", Slot.None)
            }
            tail = slot
        }
        accepted++
        size++
        return 0
    }

    /** For a message of this priority in a full ring. Returns whether there is room now. */
    function makeRoom(priority: MsgPriority): boolean {
        if (!dropOldest) return false
        if (size === 0) return false
        if (tailPriority > priority) return false
        save()
        free = unlinkOldest(memory)
        head = state.head
        tail = state.tail
        tailPriority = state.tailPriority
        lastFree = free
        dropped++
        size--
        return true
    }

    // A batch is one loop for all its messages: a call for each would cost as much as the rest of it.
    function sendBatch(msgs: Buffer[], priority: MsgPriority): number {
        const count = msgs.length
        for (let i = 0; i < count; ++i) {
            const msg = msgs[i]
            let length = Infinity
            if (size < sendGate)
                if (priority === tailPriority) if (msg instanceof Buffer) length = msg.length
            if (length <= lengthGate) {
                const slot = free
                memory.setAt(slot, "u32", length)
                memory.setAt(slot + Header.Word, "i32", (accepted << 16) | priority)
                blit(slot + Header.Size, msg, 0, length)
                free = memory.getAt(slot + Link.Next, "u16")
                tail = slot
                accepted++
                size++
            } else {
                const result = send(msg, priority)
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
            if (at + length > room) return i > 0 ? i : -KernelError.BufferTooSmall
            into.blitAt(at, memory, head + Header.Size, length)
            lengths[i] = length
            at += length
            lastFree = head
            head = memory.getAt(head + Link.Next, "u16")
            size--
            if (recvGate === Gate.Shut) freed(self)
        }
        return max
    }

    function setGates() {
        const tells = self.signal !== Signal.None
        sendGate = tells ? 0 : Math.min(highWater, ringSize - taken)
        recvGate = tells ? Gate.Shut : 0
        handsOver = tells && taken < ringSize
    }

    /** See `Step`. What is asked for each message comes first. */
    function step(what: Step, value?: any, detail?: any, end?: any): number {
        if (what <= Step.Refusal) {
            if (detail !== (detail & MsgPriority.Urgent)) return -KernelError.InvalidArgument
            if (emptyError !== -KernelError.QueueEmpty) return emptyError
            if (value > maxMsgSize) return -KernelError.MessageTooLarge
            if (schema !== undefined) if (value !== schema.size) return -KernelError.SchemaMismatch
            if (what === Step.Refusal) return 0
            if (size + taken === ringSize) if (!makeRoom(detail)) return -KernelError.QueueFull
            return free
        }
        if (what <= Step.Size) {
            if (what === Step.Size) return size
            if (what === Step.Publish) return deliver(memory, free + Header.Size, value, detail)
            if (what === Step.Next) {
                if (size > 0) return head
                return emptyError
            }
            lastFree = head
            head = memory.getAt(head + Link.Next, "u16")
            size--
            if (recvGate === Gate.Shut) freed(self)
        } else if (what === Step.SendBatch) return sendBatch(value, detail)
        else if (what === Step.RecvBatch) return recvBatch(value, detail, end)
        else if (what === Step.Save) return save()
        else if (what === Step.Load) {
            head = state.head
            free = state.free
            lastFree = state.lastFree
            size = state.size
            taken = state.taken
            purged = state.purged
            setGates()
        } else if (what === Step.TellRoom) {
            if (recvGate === Gate.Shut) freed(self)
        } else if (what === Step.Watch) {
            arrived = value
            freed = detail
            onClose = end
            setGates()
        } else {
            emptyError = -KernelError.QueueClosed
            lengthGate = Gate.NoLength
            setGates()
            if (onClose !== undefined) onClose(self)
        }
        return 0
    }

    function save(): number {
        state.head = head
        state.free = free
        state.tail = tail
        state.lastFree = lastFree
        state.tailPriority = tailPriority
        state.size = size
        state.taken = taken
        state.highWater = highWater
        state.accepted = accepted
        state.dropped = dropped
        state.purged = purged
        state.emptyError = emptyError
        return ringSize - size - taken
    }

    // Reading an unbound function from a field allocates a binding at each call: they are bound once and for all.
    self.send = send
    self.send = self.send
    self.recv = recv
    self.recv = self.recv
    self.step = step as any
    self.step = self.step
}
