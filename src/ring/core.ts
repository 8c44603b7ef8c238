/**
 * The core of a ring: `send`, `recv`, and the steps that all else is made of.
 *
 * Its state is in variables of one closure, and ifs are nested: on a Pico a variable costs 4 us, a field 11, an && 10
 * more than an if. The usual case makes no calls: the ring is not full and not closed, no task waits, and the message has
 * the tail's priority. The gates tell it from all others by comparisons that are needed anyway. Invariant:
 * - A gate may be shut without need. It is never open when the usual case would be wrong.
 * - A call that finds a gate shut takes the long way, which checks everything, and opens a gate that need not be shut.
 */

import { OverflowPolicy, QueueConfig } from "../base/config"
import { KernelError } from "../base/errors"
import { isWritable } from "../base/values"
import { Link, Slot, SlotLayout } from "./backing"
import { Header, MsgPriority } from "./entry"
import { linkCircle, unlinkOldest } from "./order"
import { Arrived, Freed, Gate, RingCore, Signal, state, Step } from "./state"

/** Makes a ring's `send`, `recv` and `step`. The settings are valid, with nothing left out. */
export function makeCore(self: RingCore, settings: QueueConfig, memory: Buffer) {
    const { ringSize, maxMsgSize } = settings
    const dropOldest = settings.overflow === OverflowPolicy.DropOldest
    const blit = memory.blitAt
    // The state: see `state` in state.ts.
    let lastFree = linkCircle(memory, ringSize, SlotLayout.Overhead + maxMsgSize)
    let head: number = SlotLayout.FirstHeader
    let free = head
    let tail = head
    let tailPriority: MsgPriority = MsgPriority.Normal
    let size = 0
    let taken = 0
    let highWater = 0
    let accepted = 0
    let dropped = 0
    let purged = 0
    /** What a receive returns when nothing is queued. Once it is -QueueClosed, nothing can be sent either. */
    let emptyError: number = -KernelError.QueueEmpty
    // The gates. `(length ^ onlyLength) <= lengthGate` asks "small enough?" without a schema, and "equal?" with one.
    let onlyLength = 0
    let lengthGate = maxMsgSize
    if (settings.schema) {
        onlyLength = settings.schema.size
        lengthGate = 0
    }
    let sendGate = 0
    let recvGate = 0
    /** Whether a send that only `sendGate` stops tries a hand-off first. Never true while no slot is on the circle. */
    let handsOver = false
    // What to call while `self.signal` is not None: see Step.Watch.
    let arrived: Arrived, freed: Freed, onClose: Freed

    function send(msg: Buffer, priority: MsgPriority): number {
        if (priority === undefined) priority = MsgPriority.Normal
        if (msg instanceof Buffer) {
            const length = msg.length
            let slot: number
            if ((length ^ onlyLength) <= lengthGate) {
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

    /** See Step.Put. As `send`, for bytes that are known to fit. */
    function put(bytes: Buffer, priority: MsgPriority, flags: number): number {
        const length = bytes.length
        if (size < sendGate)
            if (priority === tailPriority) {
                const slot = free
                memory.setAt(slot, "u32", length)
                memory.setAt(slot + Header.Word, "i32", (accepted << 16) | priority | flags)
                blit(slot + Header.Size, bytes, 0, length)
                free = memory.getAt(slot + Link.Next, "u16")
                tail = slot
                accepted++
                size++
                return 0
            }
        const claimed = step(Step.Claim, length, priority)
        if (claimed < 0) return claimed
        return deliver(bytes, 0, length, priority | flags)
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
            // no Buffer, or one in flash: a check would cost 26 us. Only what has a blitAt of its own could pass
            return -KernelError.InvalidArgument
        }
        if (!isWritable(into)) return -KernelError.InvalidArgument
        length = memory.getAt(head, "u32")
        if (length > into.length) return -KernelError.BufferTooSmall
        into.blitAt(0, memory, head + Header.Size, length)
        step(Step.Advance)
        return length
    }

    /** Delivers a checked message to a waiting receiver, or into the free slot: it may be in there already. */
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
        return insert(from, length, tag)
    }

    /** Puts a message into the free slot (if it is not `memory`, where it is), and that into its place in the order. */
    function insert(msg: Buffer, length: number, tag: number): number {
        const slot = free
        memory.setAt(slot, "u32", length)
        memory.setAt(slot + Header.Word, "i32", (accepted << 16) | tag)
        if (msg !== memory) blit(slot + Header.Size, msg, 0, length)
        free = memory.getAt(slot + Link.Next, "u16")
        let p = tag & MsgPriority.Urgent
        if (size === 0) {
            tailPriority = p
            tail = slot
        } else if (p > tailPriority) {
            // its place is behind the last of its own priority, or else of the next above that is queued
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
                free = slot // it was the only free slot, so it is in place
            else {
                memory.setAt(tail + Link.Next, "u16", free)
                memory.setAt(slot + Link.Next, "u16", after)
                memory.setAt(before + Link.Next, "u16", slot)
            }
        } else {
            if (p < tailPriority) {
                // it is the first of its priority, and in place: the old tail is the last of the one before
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

    /** Makes room in a full ring for a message of this priority, if the policy allows. Returns whether it did. */
    function makeRoom(priority: MsgPriority): boolean {
        if (!dropOldest || size === 0) return false
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

    // A batch has the usual case written out in its loop: a call for each message would double its cost.
    function sendBatch(msgs: Buffer[], priority: MsgPriority): number {
        const count = msgs.length
        for (let i = 0; i < count; ++i) {
            const msg = msgs[i]
            let length: number = Gate.TooLong
            if (size < sendGate)
                if (priority === tailPriority) if (msg instanceof Buffer) length = msg.length
            if ((length ^ onlyLength) <= lengthGate) {
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
        sendGate = 0
        recvGate = Gate.Shut
        handsOver = taken < ringSize
        if (self.signal !== Signal.None) return
        handsOver = false
        recvGate = 0
        if (lengthGate >= 0) sendGate = Math.min(highWater, ringSize - taken)
    }

    /** See `Step`. The steps of each message come first. */
    function step(what: Step, value?: any, detail?: any, end?: any): number {
        if (what <= Step.Advance) {
            if (what === Step.Next) {
                if (size > 0) return head
                return emptyError
            }
            lastFree = head
            head = memory.getAt(head + Link.Next, "u16")
            size--
            if (recvGate === Gate.Shut) freed(self)
            return 0
        }
        if (what === Step.Put) return put(value, detail, end)
        if (what <= Step.Refusal) {
            if (detail !== (detail & MsgPriority.Urgent)) return -KernelError.InvalidArgument
            if (emptyError !== -KernelError.QueueEmpty) return emptyError
            if (value > maxMsgSize) return -KernelError.MessageTooLarge
            if (onlyLength !== 0) if (value !== onlyLength) return -KernelError.SchemaMismatch
            if (what === Step.Refusal) return 0
            if (size + taken === ringSize) if (!makeRoom(detail)) return -KernelError.QueueFull
            return free
        }
        if (what <= Step.Size) {
            if (what === Step.Size) return size
            return deliver(memory, free + Header.Size, value, detail)
        }
        if (what === Step.SendBatch) return sendBatch(value, detail)
        if (what === Step.RecvBatch) return recvBatch(value, detail, end)
        if (what === Step.Save) return save()
        if (what === Step.TellRoom) {
            if (recvGate === Gate.Shut) freed(self)
            return 0
        }
        if (what === Step.Load) {
            head = state.head
            free = state.free
            lastFree = state.lastFree
            size = state.size
            taken = state.taken
            purged = state.purged
        } else if (what === Step.Watch) {
            arrived = value
            freed = detail
            onClose = end
        } else {
            emptyError = -KernelError.QueueClosed
            lengthGate = Gate.NoLength
        }
        setGates()
        if (what === Step.Close) if (onClose !== undefined) onClose(self)
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

    // Each read of an unbound function from a field allocates a binding. Storing what was read keeps one for good.
    self.send = send
    self.send = self.send
    self.recv = recv
    self.recv = self.recv
    self.step = step as any
    self.step = self.step
    if (onlyLength !== 0) (settings.schema as any).register(self, put)
}
