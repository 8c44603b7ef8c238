/** Which of a slab's slots are free: a list through the free ones, so that taking and freeing cost the same. */

import { isCount } from "./config"
import { KernelError } from "./errors"
import { allocate } from "./memory"

/** What stands in place of the next free slot. In a list of u16 there are no slots of such numbers. */
enum Next {
    /** The slot is the last free one. */
    None = 0xffff,
    /** The slot is taken. */
    Taken = 0xfffe,
}

enum Size {
    /** Of a slot in the list, in bytes. */
    Link = 2,
}

/** The free slots of a slab. */
export class SlotPool {
    /** For each slot the free one after it. */
    private readonly next: Buffer
    private first = 0

    /**
     * All slots are free.
     * @throws KernelException OutOfMemory (more slots than the VM can keep a list of)
     */
    constructor(readonly slotCount: number) {
        this.next = allocate(slotCount * Size.Link, "")
        for (let i = 0; i < slotCount; ++i) this.setNext(i, i + 1)
        this.setNext(slotCount - 1, Next.None)
    }

    /** Takes the slot that was freed last. Returns its number, or SlabFull. */
    take(): number {
        const slot = this.first
        if (slot === Next.None) return -KernelError.SlabFull
        this.first = this.nextOf(slot)
        this.setNext(slot, Next.Taken)
        return slot
    }

    /** @returns 0, or InvalidSlot (not a slot, or a free one) */
    free(slot: number): number {
        if (!this.isTaken(slot)) return -KernelError.InvalidSlot
        this.setNext(slot, this.first)
        this.first = slot
        return 0
    }

    /** Whether a value is a taken slot's number. */
    isTaken(slot: any): boolean {
        if (!isCount(slot) || slot >= this.slotCount) return false
        return this.nextOf(slot) === Next.Taken
    }

    private nextOf(slot: number): number {
        return this.next.getAt(slot * Size.Link, "u16")
    }

    private setNext(slot: number, next: number) {
        this.next.setAt(slot * Size.Link, "u16", next)
    }
}
