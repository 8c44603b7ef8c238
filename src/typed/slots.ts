/** Which of a slab's slots are free: those that were never taken, and a list of those that were freed. */

import { KernelError } from "../base/errors"
import { allocate } from "../base/memory"
import { isCount } from "../base/values"

/** What stands in place of the next free slot. A list of u16 has no slots of such numbers. */
enum Next {
    /** The slot is the last of the list. */
    None = 0xffff,
    /** The slot is taken. */
    Taken = 0xfffe,
}

enum Size {
    /** Of a slot in the list, in bytes. */
    Link = 2,
}

/** The free slots of a slab. Taking and freeing cost the same, however many there are. */
export class SlotPool {
    /** For each slot that was taken once: the next free one. */
    private readonly next: Buffer
    /** The slot that was freed last. */
    private freed: number = Next.None
    /** The slots from here on were never taken. */
    private unused = 0

    /**
     * All slots are free.
     * @throws KernelException OutOfMemory (more slots than the VM can keep a list of)
     */
    constructor(readonly slotCount: number) {
        this.next = allocate(slotCount * Size.Link, "")
    }

    /** Takes a slot. Returns its number, or SlabFull. */
    take(): number {
        let slot = this.freed
        if (slot !== Next.None) this.freed = this.next.getAt(slot * Size.Link, "u16")
        else if (this.unused < this.slotCount) slot = this.unused++
        else return -KernelError.SlabFull
        this.next.setAt(slot * Size.Link, "u16", Next.Taken)
        return slot
    }

    /** @returns 0, or InvalidSlot (not a slot, or a free one) */
    free(slot: number): number {
        if (!this.isTaken(slot)) return -KernelError.InvalidSlot
        this.next.setAt(slot * Size.Link, "u16", this.freed)
        this.freed = slot
        return 0
    }

    /** Whether a value is a taken slot's number. */
    isTaken(slot: any): boolean {
        if (!isCount(slot)) return false
        if (slot >= this.slotCount) return false
        return this.next.getAt(slot * Size.Link, "u16") === Next.Taken
    }
}
