/**
 * Descriptors: a name for bytes in a region, sent in place of the bytes.
 *
 *     const whole = new MessageDescriptor(table.handle.id, table.handle.generation, 0, 6)
 *     check(queue.sendDescriptor(whole))
 *
 * A descriptor has 24 bytes in a message, little-endian, in the layout of RuVix:
 *
 *      0  u32  region's id
 *      4  u32  region's generation
 *      8  u64  offset of the first byte
 *     16  u32  length in bytes
 *     20  u32  zero
 *
 * Invariant: the bytes that a descriptor names cannot change, as only immutable and append-only regions can be named.
 * So a receiver reads what the sender checked, or gets an error if the region was destroyed.
 */

import { KernelError } from "../base/errors"
import { isCount, isWritable } from "../base/values"
import { formatOf, NumberFormat, sizeOf } from "./format"
import { numberAt, records, RegionPolicy } from "./region"

/** Offsets in a descriptor, in bytes. */
enum Part {
    RegionId = 0,
    Generation = 4,
    Offset = 8,
    OffsetHigh = 12,
    Length = 16,
    Zero = 20,
}

/** In bytes. */
export enum DescriptorLayout {
    Size = 24,
}

enum Limit {
    /** 2^32: a u32 is below it. */
    U32 = 4294967296,
    /** 2^53: integers below it are exact. */
    Offset = 9007199254740992,
}

/**
 * Names bytes in a region.
 * @devsWhenUsed for the compiler: it leaves out the methods that a program does not call
 */
export class MessageDescriptor {
    /**
     * Makes a descriptor. Nothing is checked here: see `isValid`.
     * @param regionId the region's `handle.id`
     * @param generation the region's `handle.generation`
     * @param offset of the first byte in the region
     * @param length the number of bytes
     */
    constructor(
        public regionId: number,
        public generation: number,
        public offset: number,
        public length: number
    ) {}

    /**
     * Writes the descriptor's 24 bytes.
     * @param into in RAM
     * @param at the offset of the first of them
     * @returns 24, or an error: InvalidArgument (a field is no whole number or too large; no Buffer, or one in flash;
     *     no offset), BufferTooSmall
     */
    toBytes(into: Buffer, at: number): number {
        if (!isWritable(into)) return -KernelError.InvalidArgument
        if (!isCount(at)) return -KernelError.InvalidArgument
        if (!isEncodable(this)) return -KernelError.InvalidArgument
        if (at + DescriptorLayout.Size > into.length) return -KernelError.BufferTooSmall
        writeDescriptor(this, into, at)
        return DescriptorLayout.Size
    }

    /**
     * Reads a descriptor's 24 bytes. They are not checked: see `isValid`.
     * @param at the offset of the first of them
     * @returns 24, or InvalidArgument (no Buffer, no offset, too few bytes)
     */
    fromBytes(from: Buffer, at: number): number {
        if (!(from instanceof Buffer)) return -KernelError.InvalidArgument
        if (!isCount(at)) return -KernelError.InvalidArgument
        if (at + DescriptorLayout.Size > from.length) return -KernelError.InvalidArgument
        readDescriptor(this, from, at)
        return DescriptorLayout.Size
    }

    /** Whether it names bytes that a region holds and that cannot change. */
    isValid(): boolean {
        return packDescriptor(this) === 0
    }

    /**
     * Copies the bytes that it names.
     * @param into where they go, from byte 0; in RAM
     * @returns their number, or an error: InvalidArgument (no Buffer, or one in flash; the descriptor names no byte, or
     *     bytes that the region does not hold), BufferTooSmall, NotFound (no such region), StaleHandle (the region is
     *     destroyed), InvalidDescriptorRegion (the region's bytes can change)
     */
    read(into: Buffer): number {
        if (!isWritable(into)) return -KernelError.InvalidArgument
        const refused = packDescriptor(this)
        if (refused === Refusal.NoDescriptor) return -KernelError.InvalidArgument
        if (this.length > into.length) return -KernelError.BufferTooSmall
        if (refused !== 0) return refused
        const { memory } = records[this.regionId - 1]
        into.blitAt(0, memory, this.offset, this.length)
        return this.length
    }

    /**
     * Reads a number in place, with no copy of the bytes.
     * @param offset in bytes, from the first byte that the descriptor names
     * @param format see `NumberFormat`
     * @returns the number; undefined outside what the descriptor names, for an unknown format, or if it is not valid
     */
    getAt(offset: number, format: NumberFormat): number {
        if (!isCount(offset)) return undefined
        if (!this.isValid()) return undefined
        if (offset + sizeOf(formatOf(format)) > this.length) return undefined
        const record = records[this.regionId - 1]
        return numberAt(record, this.offset + offset, format)
    }
}

/** What `packDescriptor` returns for what is no descriptor: a wrong argument, whatever the regions are. */
export enum Refusal {
    NoDescriptor = 1,
}

/** The bytes of the descriptor that was packed last. */
export const packed = Buffer.alloc(DescriptorLayout.Size)

/**
 * Checks a descriptor against the kernel's record of its region, and writes it to `packed`. It makes no calls: each
 * would take as long as a dozen of these lines.
 * @returns as `refusalOf`
 */
export function packDescriptor(descriptor: MessageDescriptor): number {
    if (descriptor instanceof MessageDescriptor) {
        const regionId = descriptor.regionId
        const generation = descriptor.generation
        const offset = descriptor.offset
        const length = descriptor.length
        if (regionId === regionId >>> 0) {
            const record = records[regionId - 1]
            if (record !== undefined)
                if (record.generation === generation)
                    if (offset === offset >>> 0)
                        if (length === length >>> 0)
                            if (length <= record.heldBytes - offset)
                                if (record.policy !== RegionPolicy.Slab)
                                    if (length > 0) {
                                        const out = packed
                                        out.setAt(Part.RegionId, "u32", regionId)
                                        out.setAt(Part.Generation, "u32", generation)
                                        out.setAt(Part.Offset, "u32", offset)
                                        out.setAt(Part.Length, "u32", length)
                                        return 0
                                    }
        }
    }
    return refusalOf(descriptor)
}

/**
 * Why a descriptor cannot be sent.
 * @returns NoDescriptor (no MessageDescriptor, a field that is no whole number, or no byte), or an error: NotFound,
 *     StaleHandle, InvalidDescriptorRegion (a slab: its bytes can change), InvalidArgument (not within what the region
 *     holds)
 */
function refusalOf(descriptor: any): number {
    if (!(descriptor instanceof MessageDescriptor)) return Refusal.NoDescriptor
    const { regionId, length } = descriptor
    if (length === 0 || !hasCounts(descriptor)) return Refusal.NoDescriptor
    if (regionId === 0 || regionId > records.length) return -KernelError.NotFound
    const record = records[regionId - 1]
    if (record.memory === undefined) return -KernelError.StaleHandle
    if (record.generation !== descriptor.generation) return -KernelError.StaleHandle
    if (record.policy === RegionPolicy.Slab) return -KernelError.InvalidDescriptorRegion
    return -KernelError.InvalidArgument
}

/** Whether all fields are whole numbers, 0 or more. */
function hasCounts(descriptor: MessageDescriptor): boolean {
    if (!isCount(descriptor.regionId)) return false
    if (!isCount(descriptor.generation)) return false
    if (!isCount(descriptor.offset)) return false
    return isCount(descriptor.length)
}

/** Writes a descriptor. Not checked: its fields must fit (`isEncodable`), and `into` must have room. */
export function writeDescriptor(descriptor: MessageDescriptor, into: Buffer, at: number) {
    const offset = descriptor.offset
    into.setAt(at + Part.RegionId, "u32", descriptor.regionId)
    into.setAt(at + Part.Generation, "u32", descriptor.generation)
    into.setAt(at + Part.Offset, "u32", offset >>> 0)
    into.setAt(at + Part.OffsetHigh, "u32", Math.floor(offset / Limit.U32))
    into.setAt(at + Part.Length, "u32", descriptor.length)
    into.setAt(at + Part.Zero, "u32", 0)
}

/** Reads a descriptor. Not checked: the bytes must be there. */
function readDescriptor(descriptor: MessageDescriptor, from: Buffer, at: number) {
    descriptor.regionId = from.getAt(at, "u32")
    descriptor.generation = from.getAt(at + Part.Generation, "u32")
    descriptor.offset = from.getAt(at + Part.Offset, "u32")
    descriptor.length = from.getAt(at + Part.Length, "u32")
    const high = from.getAt(at + Part.OffsetHigh, "u32")
    if (high > 0) descriptor.offset += high * Limit.U32
}

/** Reads a message's descriptor into the one object that `message` keeps for that: see `Describe`. */
export function describeMessage(message: any, from: Buffer, at: number) {
    let descriptor: MessageDescriptor = message.ownDescriptor
    if (descriptor === undefined) {
        descriptor = new MessageDescriptor(0, 0, 0, 0)
        message.ownDescriptor = descriptor
    }
    message.descriptor = descriptor
    descriptor.regionId = from.getAt(at, "u32")
    descriptor.generation = from.getAt(at + Part.Generation, "u32")
    descriptor.offset = from.getAt(at + Part.Offset, "u32")
    descriptor.length = from.getAt(at + Part.Length, "u32")
}

/** Whether each field fits into its place in the 24 bytes. */
function isEncodable(descriptor: MessageDescriptor): boolean {
    if (!hasCounts(descriptor)) return false
    if (descriptor.regionId >= Limit.U32) return false
    if (descriptor.generation >= Limit.U32) return false
    if (descriptor.length >= Limit.U32) return false
    return descriptor.offset < Limit.Offset
}
