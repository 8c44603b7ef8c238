/**
 * Regions: memory with one policy. Its bytes are reached only by the calls of the region, so all keep the policy.
 *
 *     const table = Region.immutable(hex`0a00 1400 1e00`)
 *     const log = Region.appendOnly(4096)
 *     const offset = check(log.append(line))
 *
 * The kernel's own records (`records`) own the memory. Nothing that a caller says of a region is believed.
 *
 * Invariant: a pair of id and generation names one region for ever. When a region is destroyed its id is used again,
 * with the next generation. So an old handle stays stale.
 *
 * The order of errors: StaleHandle for a destroyed region, then RegionPolicyViolation, then wrong arguments.
 */

import { KernelError } from "../base/errors"
import { allocate } from "../base/memory"
import { isCount, isWritable, refuseArgument } from "../base/values"
import { Format, formatOf, NumberFormat, readNumber, sizeOf } from "./format"
import { SlotPool } from "./slots"

/** What may be done with a region's bytes. */
export enum RegionPolicy {
    /** The bytes never change. */
    Immutable = 0,
    /** Bytes can be added at the end. They never change then. */
    AppendOnly = 1,
    /** The bytes are slots, which can be allocated, written and freed. */
    Slab = 2,
}

/** The name of a region. */
export class RegionHandle {
    constructor(
        /** 1 or more. */
        readonly id: number,
        /** Counts the regions under this id: 1 for the first. */
        readonly generation: number
    ) {}
}

enum Limit {
    /** The largest u32. An id that has had so many regions is not used again. */
    Generation = 4294967295,
}

/** What the kernel knows of the region under an id, and its memory. */
export class RegionRecord {
    generation = 0
    policy: RegionPolicy = RegionPolicy.Immutable
    /** Undefined once the region is destroyed. */
    memory: Buffer = undefined
    /** The bytes that can be read: the first ones of `memory`. None once it is destroyed. */
    heldBytes = 0
}

/** The record of id `i` is at index `i - 1`. Records are never removed. */
export const records: RegionRecord[] = []

/**
 * Memory with one policy.
 * @devsWhenUsed for the compiler: it leaves out the methods that a program does not call
 */
export class Region {
    /** The region's name, for descriptors. */
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
     * Makes a region whose bytes never change.
     * @param data a Buffer in flash is used in place; one in RAM is copied
     * @throws KernelException InvalidArgument (no Buffer)
     */
    static immutable(data: Buffer): Region {
        if (!(data instanceof Buffer)) refuseArgument("", "data", data)
        const memory = isWritable(data) ? Buffer.from(data) : data
        return new Region(RegionPolicy.Immutable, memory, memory.length)
    }

    /**
     * Makes an empty region that only grows.
     * @param maxSize the most bytes that it holds, allocated here
     * @throws KernelException InvalidArgument (less than 1, or no integer), OutOfMemory (more than the VM can
     *     allocate)
     */
    static appendOnly(maxSize: number): Region {
        checkCount("maxSize", maxSize)
        return new Region(RegionPolicy.AppendOnly, allocate(maxSize, ""), 0)
    }

    /**
     * Makes a region of slots of one size, all free. It takes two bytes of memory more for each slot.
     * @param slotSize bytes of a slot
     * @param slotCount slots in all: 1 to 28,666
     * @throws KernelException InvalidArgument (less than 1, or no integer), OutOfMemory (more than the VM can
     *     allocate)
     */
    static slab(slotSize: number, slotCount: number): Region {
        checkCount("slotSize", slotSize)
        checkCount("slotCount", slotCount)
        const size = slotSize * slotCount
        const slots = new SlotPool(slotCount) // first: it refuses too many slots
        const memory = allocate(size, "")
        const region = new Region(RegionPolicy.Slab, memory, size)
        region.slots = slots
        region.slotSize = slotSize
        return region
    }

    /**
     * The number of bytes that can be read. Of an append-only region these are the appended ones, else all.
     * @returns the bytes, or StaleHandle
     */
    size(): number {
        if (this.isStale()) return -KernelError.StaleHandle
        return this.record.heldBytes
    }

    /**
     * Copies bytes out.
     * @param offset of the first byte
     * @param length bytes to copy
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
     * Reads a number in place.
     * @param offset of its first byte
     * @param format see `NumberFormat`
     * @returns the number; undefined outside what the region holds, for a destroyed region, or an unknown format
     */
    getAt(offset: number, format: NumberFormat): number {
        if (this.isStale()) return undefined
        return numberAt(this.record, offset, format)
    }

    /**
     * Appends bytes.
     * @param data the bytes, copied
     * @returns the offset of the first one, or an error: StaleHandle, RegionPolicyViolation (not append-only),
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
     * Allocates a slot. Its bytes are not cleared.
     * @returns the slot's number, or an error: StaleHandle, RegionPolicyViolation (no slab), SlabFull
     */
    alloc(): number {
        const refused = this.refusal(RegionPolicy.Slab)
        if (refused !== 0) return refused
        return this.slots.take()
    }

    /**
     * Frees a slot.
     * @param slot its number, from `alloc`
     * @returns 0, or an error: StaleHandle, RegionPolicyViolation (no slab), InvalidSlot (not allocated)
     */
    free(slot: number): number {
        const refused = this.refusal(RegionPolicy.Slab)
        if (refused !== 0) return refused
        return this.slots.free(slot)
    }

    /**
     * Writes into an allocated slot.
     * @param slot its number, from `alloc`
     * @param offset in bytes from the start of the slot
     * @param data the bytes, copied
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
     * Destroys the region and gives its memory back. From now on its calls and its descriptors fail with StaleHandle.
     * @returns 0, or StaleHandle if it is destroyed already
     */
    destroy(): number {
        if (this.isStale()) return -KernelError.StaleHandle
        this.record.memory = undefined
        this.record.heldBytes = 0
        this.slots = undefined
        return 0
    }

    private isStale(): boolean {
        const record = this.record
        if (record.memory === undefined) return true
        return record.generation !== this.generation
    }

    /** The error of a call that only `policy` allows, or 0. */
    private refusal(policy: RegionPolicy): number {
        if (this.isStale()) return -KernelError.StaleHandle
        if (this.record.policy !== policy) return -KernelError.RegionPolicyViolation
        return 0
    }
}

/** Checks a size or a number. @throws KernelException InvalidArgument if it is not 1, 2, 3, ... */
function checkCount(name: string, value: number) {
    if (!isCount(value) || value < 1) refuseArgument("", name, value)
}

/** Registers a region under the first id that no living region has. Returns its handle. */
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

/** Whether `length` bytes from `offset` on lie within what a region holds. */
export function isWithin(record: RegionRecord, offset: any, length: any): boolean {
    if (!isCount(offset)) return false
    if (!isCount(length)) return false
    return length <= record.heldBytes - offset
}

/** Reads a number in place. Undefined outside what the region holds, or for an unknown format. */
export function numberAt(record: RegionRecord, offset: any, format: any): number {
    const known = formatOf(format)
    if (known === Format.None) return undefined
    if (!isWithin(record, offset, sizeOf(known))) return undefined
    return readNumber(record.memory, offset, known)
}
