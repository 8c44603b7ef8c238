/**
 * The invariants of a queue, as a check. For tests, which run it after each step. It is slow: it walks all lists.
 *
 *     const flaw = flawOf(queue)
 *     if (flaw !== "") console.log(flaw)
 */

import { KernelError } from "../base/errors"
import { Rank } from "../handoff"
import { KernelQueue } from "../queue"
import { Link, Slot, SlotLayout } from "../ring/backing"
import { Header, MsgPriority } from "../ring/entry"
import { priorityAt } from "../ring/order"
import { Signal, state, Step } from "../ring/state"
import { isAlive, newestTask, Outcome, pool } from "../waiting/tasks"
import { circleOf, insideOf } from "./inside"

/** The first invariant that does not hold; "" if all do. */
export function flawOf(queue: KernelQueue): string {
    let flaw = flawOfCounts(queue)
    if (flaw === "") flaw = flawOfCircle(queue)
    if (flaw === "") flaw = flawOfOrder(queue)
    if (flaw === "") flaw = flawOfLine(queue)
    if (flaw === "") flaw = flawOfSignal(queue)
    if (flaw === "") flaw = flawOfRecords()
    return flaw
}

function flawOfCounts(queue: KernelQueue): string {
    const { reserved, fronted, step } = insideOf(queue)
    const free = step(Step.Save)
    const off = (reserved === Slot.None ? 0 : 1) + (fronted === Slot.None ? 0 : 1)
    if (state.taken !== off) return "taken is not what is reserved and fronted"
    if (free !== queue.capacity() - state.size - off) return "the free entries are miscounted"
    if (free < 0 || state.size < 0) return "more entries than there are"
    if (state.highWater < state.size) return "the high water is below the size"
    if (state.accepted < state.size + state.dropped + state.purged)
        return "more is queued, dropped and purged than was accepted"
    return ""
}

/** Each slot is on the circle once, or off it: queued from head to tail, then free up to the last free one. */
function flawOfCircle(queue: KernelQueue): string {
    const { reserved, fronted, memory } = insideOf(queue)
    const slots = circleOf(queue)
    const { size } = state
    if (slots.length !== queue.capacity() - state.taken) return "a link leads out of the ring"
    for (let i = 0; i < slots.length; ++i) {
        // links lead back to the first, see below: so if that is here once, all are
        if (i > 0 && slots[i] === slots[0]) return "a slot is on the circle twice"
        if (slots[i] === reserved) return "what is reserved is on the circle"
        if (slots[i] === fronted) return "what is fronted is on the circle"
    }
    if (slots.length === 0) return ""
    const last = slots[slots.length - 1]
    if (memory.getAt(last + Link.Next, "u16") !== slots[0]) return "the circle is not closed"
    if (size > 0 && slots[size - 1] !== state.tail) return "the tail is not the last entry"
    if (size === slots.length) return state.free === slots[0] ? "" : "free is not behind the tail"
    if (slots[size] !== state.free) return "free is not behind the tail"
    return last === state.lastFree ? "" : "the last free slot is another"
}

/** Priorities never rise, sequences of one priority do, and the buffer names the last slots as order.ts promises. */
function flawOfOrder(queue: KernelQueue): string {
    const { memory, settings } = insideOf(queue)
    const slots = circleOf(queue)
    const { size, tail, tailPriority } = state
    if (size === 0) return ""
    if (priorityAt(memory, tail) !== tailPriority) return "the tail's priority is another"
    for (let i = 0; i < size; ++i) {
        if (memory.getAt(slots[i], "u32") > settings.maxMsgSize) return "a message is too long"
        if (i + 1 === size) break
        const fall = priorityAt(memory, slots[i]) - priorityAt(memory, slots[i + 1])
        if (fall < 0) return "a message stands behind one of lower priority"
        const rise = sequenceAt(memory, slots[i + 1]) - sequenceAt(memory, slots[i])
        if (fall === 0 && (rise & 0xffff) === 0) return "two messages have one sequence"
        if (fall === 0 && (rise & 0xffff) > 0x7fff)
            return "a message overtook one of its own priority"
    }
    const headPriority = priorityAt(memory, slots[0])
    for (let p: number = tailPriority + 1; p <= headPriority; ++p) {
        let last: number = Slot.None
        for (let i = 0; i < size; ++i) if (priorityAt(memory, slots[i]) === p) last = slots[i]
        if (memory.getAt(p * SlotLayout.OffsetSize, "u16") !== last)
            return "the last of priority " + p + " is another"
    }
    return ""
}

function sequenceAt(memory: Buffer, slot: number): number {
    return memory.getAt(slot + Header.Word, "u32") >>> 16
}

/** The line: ranks never rise, and each record that says that it waits here is in it once. */
function flawOfLine(queue: KernelQueue): string {
    let left = 0
    for (let task = newestTask; task !== undefined; task = task.older)
        if (task.line === (queue as any)) left++
    let rank: number = Rank.Receiver
    for (let task = insideOf(queue).waiting; task !== undefined; task = task.next) {
        if (task.line !== (queue as any)) return "a task waits in another line"
        if (--left < 0) return "the line has no end"
        if (task.rank > rank) return "a task waits behind one of lower rank"
        rank = task.rank
        if (task.fiber === undefined) return "a free record waits"
        if (task.outcome !== Outcome.None) return "a task waits that has its outcome"
    }
    return left === 0 ? "" : "a task that waits is not in its line"
}

/** A living task waits only if it cannot be served now, and the signal is not None. */
function flawOfSignal(queue: KernelQueue): string {
    const { waiting, signal, step } = insideOf(queue)
    const free = step(Step.Save)
    const isClosed = state.emptyError === -KernelError.QueueClosed
    if (signal === Signal.Message && state.size > 0)
        return "signal Message, but messages are queued"
    for (let task = waiting; task !== undefined; task = task.next)
        if (isAlive(task.fiber)) {
            if (isClosed) return "a task waits in a closed queue"
            if (signal === Signal.None) return "a task waits, and nobody is told to serve it"
            if (task.rank === Rank.Receiver && state.size > 0)
                return "a task waits beside a message"
            if (task.rank <= MsgPriority.Urgent && free > 0) return "a task waits beside room"
        }
    return ""
}

/** A free record belongs to nobody, and holds nothing. */
function flawOfRecords(): string {
    for (let task = pool.first; task !== undefined; task = task.next) {
        if (task.fiber !== undefined) return "a task's record is free"
        if (task.line !== undefined) return "a free record is in a line"
        if (task.sibling !== undefined) return "a free record has a sibling"
        const holds =
            task.buffer !== undefined || task.detail !== undefined || task.move !== undefined
        if (holds) return "a free record holds what a task brought"
    }
    return ""
}
