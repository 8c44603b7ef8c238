/**
 * Memory with one policy, which nobody gets around: its bytes are reached by a region's calls alone.
 *
 *     const table = Region.immutable(hex`0a00 1400 1e00`)
 *     const log = Region.appendOnly(4096)
 *     const offset = check(log.append(line))
 *
 * What the kernel knows of a region it keeps under the region's id, and trusts nobody else for it. The id is
 * used again once the region is destroyed, with the next generation: a handle of the old one is stale for ever.
 *
 * A call on a destroyed region says StaleHandle before all else, one that the policy does not allow
 * RegionPolicyViolation; then its arguments are checked.
 */

import { KernelError } from "../base/errors"
import { allocate } from "../base/memory"
import { isCount, isWritable, refuseArgument } from "../base/values"
import { Format, formatOf, NumberFormat, readNumber, sizeOf } from "./format"
import { SlotPool } from "./slots"

/** What may be done with a region's bytes. */
export enum RegionPolicy {
    /** They never change. */
    Immutable = 0,
    /** Others can be added behind them; they themselves never change. */
    AppendOnly = 1,
    /** They are slots, to be allocated, written and freed. */
    Slab = 2,
}

/** A region's name. */
export class RegionHandle {
    constructor(
        /** 1 or more. */
        readonly id: number,
        /** The how many-th region under this id. */
        readonly generation: number
    ) {}
}

enum Limit {
    /** The largest u32. After that many regions an id is not used again. */
    Generation = 4294967295,
}

/** What the kernel knows of the region under an id. */
export class RegionRecord {
    generation = 0
    policy: RegionPolicy = RegionPolicy.Immutable
    /** Undefined once the region is destroyed. */
    memory: Buffer = undefined
    /** So many bytes of it can be read. */
    heldBytes = 0
}

/** Of the id `index + 1`. */
export const records: RegionRecord[] = []

/**
 * Memory with one policy.
 * @devsWhenUsed for the compiler: it leaves out the methods that a program does not call
 */
export class Region {
    /** Its name. */
    readonly handle: RegionHandle
    readonly policy: RegionPolicy
    private readonly record: RegionRecord
    private readonly generation: number
    private slots: SlotPool
    private slotSize = 0

    private constructor(policy: RegionPolicy, memory: Buffer, heldBytes: number) {
        this.policy = policy
        this.handle = registerRegion(policy, memory, heldBytes)
        this.generation = this.handle.generation
        this.record = records[this.handle.id - 1]
    }

    /**
     * A region whose bytes never change.
     * @param data in flash it is used where it is; anything else is copied
     * @throws KernelException InvalidArgument (no Buffer)
     */
    static immutable(data: Buffer): Region {
        if (!(data instanceof Buffer)) refuseArgument("", "data", data)
        const memory = isWritable(data) ? Buffer.from(data) : data
        return new Region(RegionPolicy.Immutable, memory, memory.length)
    }

    /**
     * A region that only grows.
     * @param maxSize the most that it holds, in bytes, allocated at once
     * @throws KernelException InvalidArgument (less than 1, or no integer), OutOfMemory (more than the VM can
     *     allocate)
     */
    static appendOnly(maxSize: number): Region {
        checkCount("maxSize", maxSize)
        return new Region(RegionPolicy.AppendOnly, allocate(maxSize, ""), 0)
    }

    /**
     * A region of slots of one size. It takes their bytes, and two more for each.
     * @param slotSize in bytes
     * @param slotCount slots in all, up to 28,666
     * @throws KernelException InvalidArgument (less than 1, or no integer), OutOfMemory (more than the VM can
     *     allocate)
     */
    static slab(slotSize: number, slotCount: number): Region {
        checkCount("slotSize", slotSize)
        checkCount("slotCount", slotCount)
        const size = slotSize * slotCount
        const slots = new SlotPool(slotCount) // first: it refuses more slots than there can be
        const memory = allocate(size, "")
        const region = new Region(RegionPolicy.Slab, memory, size)
        region.slots = slots
        region.slotSize = slotSize
        return region
    }

    /**
     * The bytes that can be read: all, but of an append-only region those that were appended.
     * @returns bytes, or StaleHandle
     */
    size(): number {
        if (this.isStale()) return -KernelError.StaleHandle
        return this.record.heldBytes
    }

    /**
     * Copies bytes out.
     * @param offset of the first, in bytes
     * @param length in bytes
     * @param into where they go, from byte 0; in RAM
     * @returns `length`, or an error: StaleHandle, InvalidArgument (outside what the region holds; no Buffer,
     *     or one in flash), BufferTooSmall
     */
    read(offset: number, length: number, into: Buffer): number {
        if (this.isStale()) return -KernelError.StaleHandle
        if (!isWithin(this.record, offset, length)) return -KernelError.InvalidArgument
        if (!isWritable(into)) return -KernelError.InvalidArgument
        if (length > into.length) return -KernelError.BufferTooSmall
        into.blitAt(0, this.record.memory, offset, length)
        return length
    }

    /**
     * Reads a number where it is.
     * @param offset in bytes
     * @returns undefined outside what the region holds, once it is destroyed, and for an unknown format
     */
    getAt(offset: number, format: NumberFormat): number {
        if (this.isStale()) return undefined
        return numberAt(this.record, offset, format)
    }

    /**
     * Adds bytes behind those that are there.
     * @param data copied
     * @returns the offset of the first, or an error: StaleHandle, RegionPolicyViolation (not append-only),
     *     InvalidArgument (no Buffer), RegionFull
     */
    append(data: Buffer): number {
        const refused = this.refusal(RegionPolicy.AppendOnly)
        if (refused !== 0) return refused
        if (!(data instanceof Buffer)) return -KernelError.InvalidArgument
        const record = this.record
        const offset = record.heldBytes
        const length = data.length
        if (offset + length > record.memory.length) return -KernelError.RegionFull
        record.memory.blitAt(offset, data, 0, length)
        record.heldBytes = offset + length
        return offset
    }

    /**
     * Allocates a slot. Its bytes are what they were.
     * @returns the slot's number, or an error: StaleHandle, RegionPolicyViolation (no slab), SlabFull
     */
    alloc(): number {
        const refused = this.refusal(RegionPolicy.Slab)
        if (refused !== 0) return refused
        return this.slots.take()
    }

    /**
     * Frees a slot.
     * @returns 0, or an error: StaleHandle, RegionPolicyViolation (no slab), InvalidSlot (not allocated)
     */
    free(slot: number): number {
        const refused = this.refusal(RegionPolicy.Slab)
        if (refused !== 0) return refused
        return this.slots.free(slot)
    }

    /**
     * Writes into an allocated slot.
     * @param offset from the slot's start, in bytes
     * @param data copied
     * @returns 0, or an error: StaleHandle, RegionPolicyViolation (no slab), InvalidArgument (no Buffer, or
     *     outside of the slot), InvalidSlot (not allocated)
     */
    write(slot: number, offset: number, data: Buffer): number {
        const refused = this.refusal(RegionPolicy.Slab)
        if (refused !== 0) return refused
        if (!(data instanceof Buffer)) return -KernelError.InvalidArgument
        if (!isCount(offset)) return -KernelError.InvalidArgument
        const { slotSize, record } = this
        const length = data.length
        if (offset + length > slotSize) return -KernelError.InvalidArgument
        if (!this.slots.isTaken(slot)) return -KernelError.InvalidSlot
        record.memory.blitAt(slot * slotSize + offset, data, 0, length)
        return 0
    }

    /**
     * Gives the memory back. Every other call says StaleHandle from now on, and so does every descriptor.
     * @returns 0, or StaleHandle the second time
     */
    destroy(): number {
        if (this.isStale()) return -KernelError.StaleHandle
        this.record.memory = undefined
        this.slots = undefined
        return 0
    }

    private isStale(): boolean {
        const record = this.record
        if (record.memory === undefined) return true
        return record.generation !== this.generation
    }

    /** Why a call for regions of one policy cannot be made on this one, or 0. */
    private refusal(policy: RegionPolicy): number {
        if (this.isStale()) return -KernelError.StaleHandle
        if (this.record.policy !== policy) return -KernelError.RegionPolicyViolation
        return 0
    }
}

/** @throws KernelException InvalidArgument if it is not 1, 2, 3, ... */
function checkCount(name: string, value: number) {
    if (!isCount(value) || value < 1) refuseArgument("", name, value)
}

/** Enters a region, under the first id that no living region has. */
export function registerRegion(
    policy: RegionPolicy,
    memory: Buffer,
    heldBytes: number
): RegionHandle {
    let id = 0
    let record: RegionRecord = undefined
    while (record === undefined) {
        if (id === records.length) records.push(new RegionRecord())
        const each = records[id++]
        if (each.memory === undefined) if (each.generation < Limit.Generation) record = each
    }
    record.generation++
    record.policy = policy
    record.memory = memory
    record.heldBytes = heldBytes
    return new RegionHandle(id, record.generation)
}

/** Whether bytes lie within what a region holds. */
export function isWithin(record: RegionRecord, offset: any, length: any): boolean {
    if (!isCount(offset)) return false
    if (!isCount(length)) return false
    return length <= record.heldBytes - offset
}

/** A number where it is; undefined outside, or of an unknown format. */
export function numberAt(record: RegionRecord, offset: any, format: any): number {
    const known = formatOf(format)
    if (known === Format.None) return undefined
    if (!isWithin(record, offset, sizeOf(known))) return undefined
    return readNumber(record.memory, offset, known)
}
