// CONTRACT of regions, descriptors, records and configurations, as plainly as it can be said.

import { errors } from "../model"
import {
    configs,
    counts,
    Field,
    messageSizes,
    names,
    overflows,
    ringSizes,
} from "../programs/calls"
import { schemaSize } from "./shape"

const bufferMax = 57332
const u32Count = 2 ** 32
const descriptorSize = 24

/** 0, 1, 2, ... or without limit. */
export function isCount(value: unknown): value is number {
    return typeof value === "number" && value >= 0 && value % 1 === 0
        ? true
        : value === Infinity
}

export class Region {
    isAlive = true
    /** Of an append-only region: what was appended. */
    bytes: number[] = []
    readonly taken = new Set<number>()
    constructor(
        readonly kind: "immutable" | "append" | "slab",
        readonly id: number,
        readonly generation: number,
        readonly size: number,
        readonly slotSize = 0
    ) {
        if (kind === "slab") this.bytes = Array(size).fill(0)
    }

    holds(offset: unknown, length: unknown) {
        if (!isCount(offset) || !isCount(length)) return false
        return length <= this.bytes.length - offset
    }

    read(offset: any, length: any, room: number | undefined) {
        if (!this.isAlive) return errors.staleHandle
        if (!this.holds(offset, length) || room === undefined)
            return errors.invalidArgument
        return length > room ? errors.bufferTooSmall : length
    }

    append(data: number[] | undefined) {
        if (!this.isAlive) return errors.staleHandle
        if (this.kind !== "append") return errors.policyViolation
        if (!data) return errors.invalidArgument
        const offset = this.bytes.length
        if (offset + data.length > this.size) return errors.regionFull
        this.bytes.push(...data)
        return offset
    }

    /** Any free slot will do: that which the board took, if it is one. */
    alloc(slot: number) {
        if (!this.isAlive) return errors.staleHandle
        if (this.kind !== "slab") return errors.policyViolation
        const count = this.size / this.slotSize
        if (this.taken.size === count) return errors.slabFull
        if (slot < 0 || slot >= count || this.taken.has(slot))
            return "a free slot"
        this.taken.add(slot)
        return slot
    }

    free(slot: any) {
        if (!this.isAlive) return errors.staleHandle
        if (this.kind !== "slab") return errors.policyViolation
        return this.taken.delete(slot) ? 0 : errors.invalidSlot
    }

    write(slot: any, offset: any, data: number[] | undefined) {
        if (!this.isAlive) return errors.staleHandle
        if (this.kind !== "slab") return errors.policyViolation
        if (!data || !isCount(offset)) return errors.invalidArgument
        if (offset + data.length > this.slotSize) return errors.invalidArgument
        if (!this.taken.has(slot)) return errors.invalidSlot
        this.bytes.splice(slot * this.slotSize + offset, data.length, ...data)
        return 0
    }

    destroy() {
        if (!this.isAlive) return errors.staleHandle
        this.isAlive = false
        return 0
    }
}

/** What a maker of regions is given: what it makes, or throws. */
export function regionError(kind: number, first: any, second: any) {
    const isSize = (value: any) => isCount(value) && value >= 1
    if (kind === 1) {
        if (!isSize(first)) return errors.invalidArgument
        return first > bufferMax ? errors.outOfMemory : 0
    }
    if (!isSize(first) || !isSize(second)) return errors.invalidArgument
    const isTooLarge = second * 2 > bufferMax || first * second > bufferMax
    return isTooLarge ? errors.outOfMemory : 0
}

export class Regions {
    readonly all: Region[] = []

    add(region: Region) {
        this.all.push(region)
    }

    /** Whether a new region may have this handle: a new id, or that of a dead one with the next generation. */
    mayHave(id: number, generation: number) {
        const former = this.all.filter(region => region.id === id)
        if (former.some(({ isAlive }) => isAlive)) return false
        const ids = new Set(this.all.map(region => region.id))
        const isKnown = former.length > 0
        return (
            generation === former.length + 1 &&
            (isKnown || id === ids.size + 1) &&
            id >= 1
        )
    }

    /** What a descriptor names, or why it names nothing. */
    find({ id, generation, offset, length }: Descriptor): Region | number {
        const named = this.all.filter(region => region.id === id)
        if (named.length === 0) return errors.notFound
        const region = named.find(
            each => each.isAlive && each.generation === generation
        )
        if (!region) return errors.staleHandle
        if (region.kind === "slab") return errors.invalidDescriptorRegion
        return region.holds(offset, length) ? region : errors.invalidArgument
    }
}

export interface Descriptor {
    id: any
    generation: any
    offset: any
    length: any
}

/** What no region can have is a wrong argument, whatever it names. */
export function isDescriptor(given: Descriptor | undefined) {
    if (!given) return false
    const { id, generation, offset, length } = given
    return [id, generation, offset, length].every(isCount) && length > 0
}

/** Little-endian; undefined if a field does not fit. */
export function descriptorBytes(of: Descriptor): number[] | undefined {
    const { id, generation, offset, length } = of
    const isU32 = (value: any) => isCount(value) && value < u32Count
    if (![id, generation, length].every(isU32)) return undefined
    if (!isCount(offset) || offset >= 2 ** 53) return undefined
    const bytes = Buffer.alloc(descriptorSize)
    bytes.writeUInt32LE(id, 0)
    bytes.writeUInt32LE(generation, 4)
    bytes.writeBigUInt64LE(BigInt(offset), 8)
    bytes.writeUInt32LE(length, 16)
    return [...bytes]
}

export function descriptorOf(bytes: number[], at: number): Descriptor {
    const from = Buffer.from(bytes)
    return {
        id: from.readUInt32LE(at),
        generation: from.readUInt32LE(at + 4),
        offset: Number(from.readBigUInt64LE(at + 8)),
        length: from.readUInt32LE(at + 16),
    }
}

const float32Max = 3.4028234663852886e38

/** Whether each field holds the value of a record. A fixed point is rounded to its steps, here of a 256th. */
const holds: Record<string, (value: any) => boolean> = {
    a: value => isInteger(value, 0, 255),
    b: value => isInteger(value, -32768, 32767),
    c: value =>
        typeof value === "number" &&
        !(Math.abs(value) > float32Max && Number.isFinite(value)),
    d: value => typeof value === "boolean",
    e: value =>
        typeof value === "number" && isInteger(stepsOf(value), -32768, 32767),
    f: value =>
        Array.isArray(value) &&
        value.length === 2 &&
        value.every(each => isInteger(each, 0, 255)),
}

function isInteger(value: any, low: number, high: number) {
    return (
        typeof value === "number" &&
        Number.isInteger(value) &&
        value >= low &&
        value <= high
    )
}

/** Halfway is away from zero. */
function stepsOf(value: number) {
    return Math.sign(value) * Math.round(Math.abs(value) * 256)
}

/** The first field of a record that its format cannot hold; "" if all fit. */
export function misfitOf(record: any): string {
    return Object.keys(holds).find(name => !holds[name](record[name])) ?? ""
}

export function recordBytes({ a, b, c, d, e, f }: any): number[] {
    const bytes = Buffer.alloc(schemaSize)
    bytes.writeUInt8(a, 0)
    bytes.writeInt16LE(b, 1)
    bytes.writeFloatLE(c, 3)
    bytes.writeUInt8(d ? 1 : 0, 7)
    bytes.writeInt16LE(stepsOf(e), 8)
    bytes.set(f, 10)
    return [...bytes]
}

/** A record's numbers, in the order of the trace. */
export function recordOf(bytes: number[], at = 0) {
    const from = Buffer.from(bytes)
    return [
        from.readUInt8(at),
        from.readInt16LE(at + 1),
        from.readFloatLE(at + 3),
        from.readUInt8(at + 7) === 0 ? 0 : 1,
        from.readInt16LE(at + 8) / 256,
        2,
        from.readUInt8(at + 10),
        from.readUInt8(at + 11),
    ]
}

/** A number in a buffer; undefined for no format. */
export function numberAt(bytes: number[], at: number, format: any) {
    const from = Buffer.from(bytes)
    if (format === "u8") return from.readUInt8(at)
    if (format === "i8") return from.readInt8(at)
    if (format === "u16") return from.readUInt16LE(at)
    if (format === "i16") return from.readInt16LE(at)
    if (format === "u32") return from.readUInt32LE(at)
    if (format === "i32") return from.readInt32LE(at)
    if (format === "f32") return from.readFloatLE(at)
    return from.readDoubleLE(at)
}

export function sizeOf(format: any): number | undefined {
    const size = /^[uif](8|16|32|64)$/.exec(format)
    return size ? Number(size[1]) / 8 : undefined
}

/** A configuration by the bytes of its call. */
export interface Config {
    isValid: boolean
    ringSize: number
    maxMsgSize: number
    name: string
}

export function configOf(call: Uint8Array): Config {
    const what = call[Field.Object]
    const defaults = { ringSize: 16, maxMsgSize: 64, name: "" }
    if (what !== 0) return { ...defaults, isValid: configs[what] === undefined }
    const ringSize = ringSizes[call[Field.Buffer]] ?? defaults.ringSize
    const hasSchema = call[Field.Second] === 1
    const byDefault = hasSchema ? schemaSize : 64
    const maxMsgSize = messageSizes[call[Field.Priority]] ?? byDefault
    const overflow = overflows[call[Field.Timeout]] ?? 0
    const given = names[call[Field.First]]
    const name = given === undefined ? "" : given
    const isPower =
        typeof ringSize === "number" &&
        ringSize >= 1 &&
        ringSize <= 2 ** 53 &&
        Math.log2(ringSize) % 1 === 0
    const isSize =
        isCount(maxMsgSize) && maxMsgSize >= 1 && maxMsgSize <= 2 ** 20
    const holdsRecord = !hasSchema || (isSize && schemaSize <= maxMsgSize)
    const isValid =
        isPower &&
        isSize &&
        (overflow === 0 || overflow === 1) &&
        typeof name === "string" &&
        holdsRecord
    return { isValid, ringSize, maxMsgSize, name }
}

export function queueError(
    { isValid, ringSize }: Config,
    backing: number,
    needed: number
) {
    if (!isValid) return errors.invalidArgument
    if (backing === 1 || backing === 2) return errors.invalidArgument
    // the driver has no larger buffer than this
    if (backing === 3 || needed >= 5000) return errors.outOfMemory
    return ringSize
}

/** What stands at an index of `counts`. */
export const countAt = (index: number) => counts[index]
