/**
 * Schemas: a record is sent as its fields, numbers in a row with no padding.
 *
 *     const reading = new Schema(7, [
 *         { name: "sensor", format: "u8" },
 *         { name: "celsius", format: "f32" },
 *     ])
 *     const queue = new KernelQueue({ schema: reading, maxMsgSize: reading.size })
 *     check(queue.sendRecord({ sensor: 2, celsius: 21.5 }))
 *
 * Invariant: a value is written only if its format holds it, an f32 up to its precision. The VM would clamp or round
 * any other value without an error. Here it is refused.
 */

import { MessageSchema } from "../base/config"
import { KernelError } from "../base/errors"
import { isCount, isRecord, isWritable, refuseArgument } from "../base/values"
import { Format, formatOf, highestOf, lowestOf } from "./format"
import { NumberFormat, readNumber, sizeOf } from "./format"

/** A field of a record. The fields lie in the order of their list, with no padding. */
export interface SchemaField {
    name: string
    /** The format of the number, and so its size. */
    format: NumberFormat
}

enum Limit {
    /** The largest u32. */
    TypeId = 4294967295,
}

/** What a queue uses of its schema. */
export interface RecordCodec {
    /** The size of a record in bytes. */
    readonly size: number
    misfit(record: any): number
    encodeUnchecked(record: any, into: Buffer, start: number): void
    decodeUnchecked(from: Buffer, start: number, record: any): void
}

/**
 * The layout of a record: the name, format and offset of each field.
 * @devsWhenUsed for the compiler: it leaves out the methods that a program does not call
 */
export class Schema extends MessageSchema {
    // One item for each field. Offsets are in bytes from the start of the record.
    private readonly names: string[] = []
    private readonly formats: Format[] = []
    private readonly offsets: number[] = []
    private readonly lowest: number[] = []
    private readonly highest: number[] = []

    /**
     * @param typeId the id of the WIT type, a u32. It is not sent: both ends must know the schema
     * @param fields at least one, in the order of their bytes
     * @throws KernelException InvalidArgument (`typeId` is no u32; no fields; a field without a name, with the name of
     *     another field, or with an unknown format)
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
     * Writes a record's fields into a buffer. On an error nothing is written.
     * @param record has all fields of the schema; others are ignored
     * @param into has room for `size` bytes from `at` on; in RAM
     * @param at where the first field goes, in bytes
     * @returns `size`, or an error: InvalidArgument (no record, no Buffer or one in flash, no offset), BufferTooSmall,
     *     SchemaMismatch (`explain` says why)
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
     * Reads a record's fields from a buffer. On an error `record` is untouched.
     * @param from holds `size` bytes from `at` on
     * @param at where the first field is, in bytes
     * @param record its schema fields are set; others stay as they are
     * @returns `size`, or InvalidArgument (no Buffer, no offset, too few bytes; no record, or one of the VM's own
     *     objects)
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
     * Says why a record does not fit, for logs: the first field that does not, and the reason. "" if all fit.
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
     * Finds the first field that is missing, or whose value its format cannot hold. Internal.
     * @param record a record: see `isRecord`
     * @returns the index of the field; -1 if all fit
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
     * As `encode`, without checks: the caller knows that the record fits and has room. Internal.
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
     * As `decode`, without checks: the caller knows that the bytes are there and the record can be filled. Internal.
     */
    protected decodeUnchecked(from: Buffer, start: number, record: any) {
        const { names, formats, offsets } = this
        for (let i = 0; i < names.length; ++i)
            record[names[i]] = readNumber(from, start + offsets[i], formats[i])
    }
}

/**
 * The `move` of a task that waits for a record: fills the record from a message. See `Fill` in handoff.ts.
 * @param queue the queue with the schema. Each of its messages has the size of a record
 * @param from has the payload, from `at` on
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

/** Whether a value is a record whose fields can be set. Some of the VM's own objects refuse that. */
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
 * The size of a record in bytes. Checks all of a schema first.
 * @throws KernelException InvalidArgument: see the constructor of `Schema`
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

/** Whether a field earlier in the list has the same name. */
function isNameTaken(fields: SchemaField[], index: number): boolean {
    for (let i = 0; i < index; ++i) if (fields[i].name === fields[index].name) return true
    return false
}
