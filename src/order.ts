/**
 * The order of delivery: the slots of a ring on one circle, kept in the ring's own buffer.
 *
 * First on the circle stand the queued entries, in the order of their delivery, then the free slots:
 *
 *     head -> High, High, Normal, Low -> free, free, free -> back to head
 *
 * What is reserved or fronted is off the circle.
 *
 * A slot is named by the offset of its header. The link to the next stands in front of it. While a single
 * priority is in use nothing is relinked: a send moves `free` on by one and a receive `head`, as in any
 * ring. An entry that overtakes is linked in behind the last one of its own priority or above, at a cost
 * that does not depend on what the ring holds.
 *
 * For each priority the buffer's start has the last slot of it, or None. That is kept true for the
 * priorities above the tail's and not above the head's; above the head's it may be stale, which is why
 * receiving need not care.
 */

import { Header, Link, MsgPriority, SlotLayout } from "./entry"

/** What stands in place of a slot. */
export enum Slot {
    None = 0,
}

/**
 * Links all slots up, in the order of their offsets. Returns the first.
 * @param stride from one slot to the next, in bytes
 */
export function linkCircle(
    buffer: Buffer,
    slotCount: number,
    stride: number
): number {
    const first = SlotLayout.FirstSlot + (SlotLayout.LinkSize as number)
    const last = first + (slotCount - 1) * stride
    for (let slot = first; slot < last; slot += stride)
        buffer.setAt(slot + Link.Next, "u16", slot + stride)
    link(buffer, last, first)
    return first
}

export function nextSlot(buffer: Buffer, slot: number): number {
    return buffer.getAt(slot + Link.Next, "u16")
}

export function link(buffer: Buffer, slot: number, next: number) {
    buffer.setAt(slot + Link.Next, "u16", next)
}

/** The priority of the entry in a slot. */
export function priorityAt(buffer: Buffer, slot: number): MsgPriority {
    return buffer.getAt(slot + Header.Word, "u8")
}

/** The last entry above the lowest queued priority: behind it stands the oldest of that. None if all have one. */
export function lastAbove(
    buffer: Buffer,
    head: number,
    tailPriority: MsgPriority
): number {
    const headPriority = priorityAt(buffer, head)
    for (let p: number = tailPriority + 1; p <= headPriority; ++p) {
        const last = buffer.getAt(p * SlotLayout.OffsetSize, "u16")
        if (last !== Slot.None) return last
    }
    return Slot.None
}
