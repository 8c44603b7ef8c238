/**
 * The order of delivery: a ring's slots, linked in one circle inside the ring's own buffer.
 *
 * Invariants:
 * - The queued entries come first, in the order of delivery, then the free slots:
 *
 *       head -> High, High, Normal, Low -> free, free, free -> back to head
 *
 * - A slot that is reserved or fronted is off the circle.
 * - The first 8 bytes of the buffer name, for each priority, the last slot that has it, or None. This holds for the
 *   priorities above the tail's, up to the head's. Above the head's they may be stale, so a receive need not update
 *   them. The tail is the last slot of its own priority.
 *
 * With one priority in use nothing is relinked: a send moves `free` on by one, a receive moves `head`, as in any ring.
 * An entry that overtakes others is linked in behind the last one of its own priority or above. The cost does not
 * depend on the number of entries. (`insert` in core.ts does both; here is the rare work, on a saved `state`.)
 */

import { Link, Slot, SlotLayout } from "./backing"
import { Header, MsgPriority } from "./entry"
import { state } from "./state"

/**
 * Links all slots in one circle, in the order of their offsets. Returns the last.
 * @param stride from one slot to the next, in bytes
 */
export function linkCircle(memory: Buffer, slotCount: number, stride: number): number {
    let slot: number = SlotLayout.FirstHeader
    const last = slot + (slotCount - 1) * stride
    for (; slot < last; slot += stride) link(memory, slot, slot + stride)
    link(memory, last, SlotLayout.FirstHeader)
    return last
}

/** The next slot on the circle. */
export function nextSlot(memory: Buffer, slot: number): number {
    return memory.getAt(slot + Link.Next, "u16")
}

/** Makes `next` the next slot on the circle. */
export function link(memory: Buffer, slot: number, next: number) {
    memory.setAt(slot + Link.Next, "u16", next)
}

/** The priority of the entry in a slot. */
export function priorityAt(memory: Buffer, slot: number): MsgPriority {
    return memory.getAt(slot + Header.Word, "u8")
}

// These work on a saved `state`, see state.ts.

/** The slot in front of the first free one. */
export function beforeFree(): number {
    if (state.size > 0) return state.tail
    return state.lastFree
}

/** The slot in front of the head. */
export function beforeHead(): number {
    if (state.head === state.free) return beforeFree() // all are queued, or none
    return state.lastFree
}

/**
 * Takes the head, or the first free slot, off the circle. From now on no other call finds it.
 * @param before the slot in front of it
 */
export function takeOff(memory: Buffer, slot: number, before: number) {
    const next = nextSlot(memory, slot)
    link(memory, before, next)
    if (state.head === slot) state.head = next
    if (state.free === slot) state.free = next
    state.taken++
}

/**
 * Puts a slot back on the circle, as the first free one.
 * @param ringSize the number of all slots, on the circle and off it
 */
export function giveBack(memory: Buffer, slot: number, ringSize: number) {
    if (state.size + state.taken === ringSize) state.lastFree = slot
    let before = slot
    if (state.taken < ringSize) {
        before = beforeFree()
        link(memory, slot, nextSlot(memory, before))
    }
    link(memory, before, slot)
    if (state.size === 0) state.head = slot
    state.free = slot
    state.taken--
}

/**
 * Takes the oldest entry of the lowest queued priority out of the order. Its slot is then the only free one, between
 * tail and head. At least one entry is queued, and none is free. Returns the slot; the core counts it.
 */
export function unlinkOldest(memory: Buffer): number {
    const { head, tail } = state
    const before = lastAbove(memory)
    if (before === Slot.None) {
        state.head = nextSlot(memory, head)
        return head
    }
    const oldest = nextSlot(memory, before)
    if (oldest === tail) {
        state.tail = before
        state.tailPriority = priorityAt(memory, before)
    } else {
        link(memory, before, nextSlot(memory, oldest))
        link(memory, tail, oldest)
        link(memory, oldest, head)
    }
    return oldest
}

/** The last entry above the lowest queued priority, right before the oldest of that. None if all have one priority. */
function lastAbove(memory: Buffer): number {
    const headPriority = priorityAt(memory, state.head)
    for (let p: number = state.tailPriority + 1; p <= headPriority; ++p) {
        const last = memory.getAt(p * SlotLayout.OffsetSize, "u16")
        if (last !== Slot.None) return last
    }
    return Slot.None
}

/** Makes the slots of all queued entries free. */
export function discardAll() {
    if (state.size > 0) state.lastFree = state.tail
    state.purged += state.size
    state.size = 0
    state.head = state.free
}
