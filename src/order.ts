/**
 * The order of delivery: the slots of a ring on one circle, kept in the ring's own buffer.
 *
 * First on the circle stand the queued entries, in the order of their delivery, then the free slots:
 *
 *     head -> High, High, Normal, Low -> free, free, free -> back to head
 *
 * What is reserved or fronted is off the circle.
 *
 * A slot is named by the offset of its header. Its two links stand in front of it, u16 each. While a single
 * priority is in use nothing is relinked: a send moves `free` on by one and a receive `head`, as in any
 * ring. An entry that overtakes is linked in behind the last one of its own priority or above, at a cost
 * that does not depend on what the ring holds.
 *
 * For each priority the buffer's start has the last slot of it, or None. That is kept true for the
 * priorities above the tail's and not above the head's, where the tail is the entry before `free`; above the
 * head's it may be stale, which is why receiving need not care.
 */

import { Header, Link, MsgPriority, SlotLayout } from "./entry"

/** What stands in place of a slot. */
export enum Slot {
    None = 0,
}

/**
 * Links all slots up. Returns the first.
 * @param stride from one slot to the next, in bytes
 */
export function linkCircle(
    buffer: Buffer,
    slotCount: number,
    stride: number
): number {
    const first = SlotLayout.FirstSlot + (SlotLayout.LinksSize as number)
    const last = first + (slotCount - 1) * stride
    // both links at once: the largest ring there can be is near the VM's limit of opcodes
    for (let slot = first; slot <= last; slot += stride)
        buffer.setAt(
            slot + Link.Next,
            "i32",
            (slot + stride) | ((slot - stride) << 16)
        )
    link(buffer, last, first)
    return first
}

export function nextSlot(buffer: Buffer, slot: number): number {
    return buffer.getAt(slot + Link.Next, "u16")
}

export function previousSlot(buffer: Buffer, slot: number): number {
    return buffer.getAt(slot + Link.Previous, "u16")
}

/** The priority of the entry in a slot. */
export function priorityAt(buffer: Buffer, slot: number): MsgPriority {
    return buffer.getAt(slot + Header.Word, "u8")
}

// These two run for each message where priorities are mixed, and call nothing: a call would cost as much as ten
// of their lines.

/**
 * The slot behind the tail begins a run of a lower priority: it stays where it is.
 * @param tailPriority of the tail up to now
 */
export function beginLowerRun(
    buffer: Buffer,
    slot: number,
    priority: MsgPriority,
    tailPriority: MsgPriority
) {
    for (let p = priority + 1; p < tailPriority; ++p)
        buffer.setAt(p * SlotLayout.OffsetSize, "u16", Slot.None)
    const tail = buffer.getAt(slot + Link.Previous, "u16")
    buffer.setAt(tailPriority * SlotLayout.OffsetSize, "u16", tail)
}

/**
 * Moves the slot behind the tail in front of all entries of a lower priority.
 * @param priority above the tail's
 * @returns the head: the slot itself if it has overtaken all
 */
export function overtake(
    buffer: Buffer,
    slot: number,
    priority: MsgPriority,
    head: number
): number {
    const headPriority = buffer.getAt(head + Header.Word, "u8")
    let before: number = Slot.None
    if (priority <= headPriority) {
        let p = priority
        before = buffer.getAt(p * SlotLayout.OffsetSize, "u16")
        while (before === Slot.None && p < headPriority) {
            p++
            before = buffer.getAt(p * SlotLayout.OffsetSize, "u16")
        }
    } else
        for (let p = headPriority + 1; p < priority; ++p)
            buffer.setAt(p * SlotLayout.OffsetSize, "u16", Slot.None)
    buffer.setAt(priority * SlotLayout.OffsetSize, "u16", slot)
    let first = head
    if (before === Slot.None) {
        first = slot
        before = buffer.getAt(head + Link.Previous, "u16")
        if (before === slot) return slot // the last free slot: it is there
    }
    // off the circle
    const tail = buffer.getAt(slot + Link.Previous, "u16")
    const next = buffer.getAt(slot + Link.Next, "u16")
    buffer.setAt(tail + Link.Next, "u16", next)
    buffer.setAt(next + Link.Previous, "u16", tail)
    // and on again
    const after = buffer.getAt(before + Link.Next, "u16")
    buffer.setAt(slot + Link.Next, "u16", after)
    buffer.setAt(slot + Link.Previous, "u16", before)
    buffer.setAt(before + Link.Next, "u16", slot)
    buffer.setAt(after + Link.Previous, "u16", slot)
    return first
}

/** The oldest entry of the lowest queued priority. */
export function oldestOfLowest(
    buffer: Buffer,
    head: number,
    tailPriority: MsgPriority
): number {
    const headPriority = priorityAt(buffer, head)
    for (let p: number = tailPriority + 1; p <= headPriority; ++p)
        if (lastOf(buffer, p) !== Slot.None)
            return nextSlot(buffer, lastOf(buffer, p))
    return head
}

/** Takes a slot from where it is on the circle and puts it behind another. */
export function moveBehind(buffer: Buffer, slot: number, before: number) {
    if (slot === before) return // the last free slot, and the full ring's head to be: it is there
    link(buffer, previousSlot(buffer, slot), nextSlot(buffer, slot))
    link(buffer, slot, nextSlot(buffer, before))
    link(buffer, before, slot)
}

/** Takes a slot off the circle. Returns the one behind it: itself if it was alone. */
export function unlink(buffer: Buffer, slot: number): number {
    const next = nextSlot(buffer, slot)
    link(buffer, previousSlot(buffer, slot), next)
    return next
}

/** Puts a slot that is off the circle in front of one that is on it; of itself if it is alone. */
export function linkBefore(buffer: Buffer, slot: number, after: number) {
    const before = slot === after ? slot : previousSlot(buffer, after)
    link(buffer, before, slot)
    link(buffer, slot, after)
}

function link(buffer: Buffer, slot: number, next: number) {
    buffer.setAt(slot + Link.Next, "u16", next)
    buffer.setAt(next + Link.Previous, "u16", slot)
}

function lastOf(buffer: Buffer, priority: MsgPriority): number {
    return buffer.getAt(priority * SlotLayout.OffsetSize, "u16")
}
