/**
 * The free slots of a slab. Two kinds are free: those from `unused` on, which were never taken, and a linked list of
 * those that were freed.
 *
 * Invariant: each slot below `unused` is either taken, and marked so, or in the list once.
 */

import { KernelError } from "../base/errors"
import { allocate } from "../base/memory"
import { isCount } from "../base/values"

/** Stands in place of the number of the next free slot. No slot has such a number. */
enum Next {
    /** The slot is the last in the list. */
    None = 0xffff,
    /** The slot is taken. */
    Taken = 0xfffe,
}

enum Size {
    /** Bytes of an item of the list. */
    Link = 2,
}

/** Takes and frees slots. The cost does not depend on their number. */
export class SlotPool {
    /** A u16 for each slot below `unused`: the next free one, or a `Next`. */
    private readonly next: Buffer
    /** The first slot in the list: the one that was freed last. */
    private freed: number = Next.None
    /** This slot and all above were never taken. */
    private unused = 0

    /**
     * Makes a pool in which all slots are free.
     * @param slotCount slots in all, 1 or more
     * @throws KernelException OutOfMemory (more than 28,666 slots: their list is no Buffer of the VM)
     */
    constructor(readonly slotCount: number) {
        this.next = allocate(slotCount * Size.Link, "")
    }

    /** Takes a slot. Returns its number, 0 or more, or SlabFull. */
    take(): number {
        let slot = this.freed
        if (slot !== Next.None) this.freed = this.next.getAt(slot * Size.Link, "u16")
        else if (this.unused < this.slotCount) slot = this.unused++
        else return -KernelError.SlabFull
        this.next.setAt(slot * Size.Link, "u16", Next.Taken)
        return slot
    }

    /** Frees a taken slot. Returns 0, or InvalidSlot (no slot, or a free one). */
    free(slot: number): number {
        if (!this.isTaken(slot)) return -KernelError.InvalidSlot
        this.next.setAt(slot * Size.Link, "u16", this.freed)
        this.freed = slot
        return 0
    }

    /** Whether a value is the number of a taken slot. */
    isTaken(slot: any): boolean {
        if (!isCount(slot)) return false
        if (slot >= this.slotCount) return false
        return this.next.getAt(slot * Size.Link, "u16") === Next.Taken
    }
}
