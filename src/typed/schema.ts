/**
 * Typed messages: a record's fields as numbers in a row, with no padding between them.
 *
 *     const reading = new Schema(7, [
 *         { name: "sensor", format: "u8" },
 *         { name: "celsius", format: "f32" },
 *     ])
 *     const queue = new KernelQueue({ schema: reading, maxMsgSize: reading.size })
 *     check(queue.sendRecord({ sensor: 2, celsius: 21.5 }))
 *
 * What a format cannot hold, and what is no integer where it should be one, the VM clamps or rounds, and says
 * nothing: here it is refused.
 */

import { MessageSchema } from "../base/config"
import { KernelError } from "../base/errors"
import { isCount, isRecord, isWritable, refuseArgument } from "../base/values"
import { Format, formatOf, highestOf, lowestOf } from "./format"
import { NumberFormat, readNumber, sizeOf } from "./format"

/** A field of a record. */
export interface SchemaField {
    name: string
    /** The fields of a record lie in the order of the list, with no padding between them. */
    format: NumberFormat
}

enum Limit {
    /** The largest u32. */
    TypeId = 4294967295,
}

/** What a queue knows of its schema. */
export interface RecordCodec {
    /** Bytes of a record. */
    readonly size: number
    misfit(record: any): number
    encodeUnchecked(record: any, into: Buffer, start: number): void
    decodeUnchecked(from: Buffer, start: number, record: any): void
}

/**
 * The layout of a record: which number stands where, and in what format.
 * @devsWhenUsed for the compiler: it leaves out the methods that a program does not call
 */
export class Schema extends MessageSchema {
    // Of each field. Offsets in bytes from the record's start.
    private readonly names: string[] = []
    private readonly formats: Format[] = []
    private readonly offsets: number[] = []
    private readonly lowest: number[] = []
    private readonly highest: number[] = []

    /**
     * @param typeId the WIT type's id, a u32. No message carries it: both ends know the schema
     * @param fields at least one
     * @throws KernelException InvalidArgument (`typeId` is no u32; no fields; a field that has no name, or that
     *     of another, or an unknown format)
     */
    constructor(
        readonly typeId: number,
        fields: SchemaField[]
    ) {
        super(checkedSize(typeId, fields))
        let offset = 0
        for (const field of fields) {
            const format = formatOf(field.format)
            this.names.push(field.name)
            this.formats.push(format)
            this.offsets.push(offset)
            this.lowest.push(lowestOf(format))
            this.highest.push(highestOf(format))
            offset += sizeOf(format)
        }
    }

    /**
     * Writes a record's fields.
     * @param into has room for `size` bytes from `at` on; in RAM
     * @returns the bytes written, or an error, and then nothing was written: InvalidArgument (no record, no
     *     Buffer or one in flash, no offset), BufferTooSmall, SchemaMismatch (`explain` says why)
     */
    encode(record: any, into: Buffer, at: number): number {
        if (!isRecord(record)) return -KernelError.InvalidArgument
        if (!isWritable(into)) return -KernelError.InvalidArgument
        if (!isCount(at)) return -KernelError.InvalidArgument
        if (at + this.size > into.length) return -KernelError.BufferTooSmall
        if (this.misfit(record) >= 0) return -KernelError.SchemaMismatch
        this.encodeUnchecked(record, into, at)
        return this.size
    }

    /**
     * Reads a record's fields. What else `record` has stays as it was.
     * @param from holds `size` bytes from `at` on
     * @returns the bytes read, or InvalidArgument (no Buffer, no offset, too few bytes; no record, or one of the
     *     VM's own objects), and then nothing was read
     */
    decode(from: Buffer, at: number, record: any): number {
        if (!(from instanceof Buffer)) return -KernelError.InvalidArgument
        if (!isCount(at)) return -KernelError.InvalidArgument
        if (at + this.size > from.length) return -KernelError.InvalidArgument
        if (!isFillable(record)) return -KernelError.InvalidArgument
        this.decodeUnchecked(from, at, record)
        return this.size
    }

    /**
     * Why a record does not fit, for logs: its first field that does not, and the reason. "" if all fit.
     */
    explain(record: any): string {
        if (!isRecord(record)) return "no record"
        const i = this.misfit(record)
        if (i < 0) return ""
        const name = this.names[i]
        const value = record[name]
        if (value === undefined) return name + ": missing"
        if (typeof value !== "number") return name + ": no number"
        const { lowest, highest } = this
        if (value < lowest[i]) return name + ": " + value + " is below " + lowest[i]
        if (value > highest[i]) return name + ": " + value + " is above " + highest[i]
        return name + ": " + value + " is no integer"
    }

    /**
     * The index of the first field that is not there, or has no value that its format can hold; -1 if all fit.
     * The library's own.
     * @param record an object
     */
    protected misfit(record: any): number {
        const { names, formats } = this
        for (let i = 0; i < names.length; ++i) {
            const value = record[names[i]]
            if (typeof value !== "number") return i
            const format = formats[i]
            if (format <= Format.I32) {
                if (value !== Math.floor(value)) return i
                if (value < this.lowest[i]) return i
                if (value > this.highest[i]) return i
            } else if (format === Format.F32) {
                const size = Math.abs(value)
                if (size > this.highest[i]) if (size !== Infinity) return i
            }
        }
        return -1
    }

    /**
     * As `encode`, of a record that fits, to where it has room: neither is looked at. The library's own.
     */
    protected encodeUnchecked(record: any, into: Buffer, start: number) {
        const { names, formats, offsets } = this
        for (let i = 0; i < names.length; ++i) {
            const at = start + offsets[i]
            const format = formats[i]
            const value = record[names[i]]
            if (format === Format.U8) into.setAt(at, "u8", value)
            else if (format === Format.I8) into.setAt(at, "i8", value)
            else if (format === Format.U16) into.setAt(at, "u16", value)
            else if (format === Format.I16) into.setAt(at, "i16", value)
            else if (format === Format.U32) into.setAt(at, "u32", value)
            else if (format === Format.I32) into.setAt(at, "i32", value)
            else if (format === Format.F32) into.setAt(at, "f32", value)
            else into.setAt(at, "f64", value)
        }
    }

    /**
     * As `decode`, of bytes that are there, into a record that can be filled: neither is looked at. The library's
     * own.
     */
    protected decodeUnchecked(from: Buffer, start: number, record: any) {
        const { names, formats, offsets } = this
        for (let i = 0; i < names.length; ++i)
            record[names[i]] = readNumber(from, start + offsets[i], formats[i])
    }
}

/**
 * What a task brings that waits for a record: it fills `record` from a message. See `Fill` in handoff.ts.
 * @param queue has the schema
 * @param from has the message's bytes, from `at` on
 */
export function fillRecord(
    queue: any,
    record: any,
    length: number,
    word: number,
    from: Buffer,
    at: number
) {
    queue.settings.schema.decodeUnchecked(from, at, record)
}

const nothing = {}

/** Whether a value is a record whose fields can be set: those of some of the VM's own objects cannot. */
export function isFillable(record: any): boolean {
    if (!isRecord(record)) return false
    try {
        Object.assign(record, nothing)
        return true
    } catch {
        return false
    }
}

/**
 * A record's size in bytes.
 * @throws KernelException InvalidArgument for what makes no schema
 */
function checkedSize(typeId: any, fields: any): number {
    if (!isCount(typeId) || typeId > Limit.TypeId) refuseArgument("", "typeId", typeId)
    let size = 0
    if (Array.isArray(fields))
        for (let i = 0; i < fields.length; ++i) {
            const field = fields[i]
            if (!isRecord(field)) refuseArgument("", "fields", field)
            const { name, format } = field
            if (typeof name !== "string" || name === "" || isNameTaken(fields, i))
                refuseArgument("", "name", name)
            const known = formatOf(format)
            if (known === Format.None) refuseArgument("", name, format)
            size += sizeOf(known)
        }
    if (size === 0) refuseArgument("", "fields", fields)
    return size
}

/** Whether a field before this one has its name. */
function isNameTaken(fields: SchemaField[], index: number): boolean {
    for (let i = 0; i < index; ++i) if (fields[i].name === fields[index].name) return true
    return false
}
