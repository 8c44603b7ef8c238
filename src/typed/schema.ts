/**
 * Schemas: a record is sent as its fields, in their order, with no padding.
 *
 *     const reading = new Schema(7, { sensor: "u8", celsius: "f32", ok: "bool", name: "string:12" })
 *     const queue = new KernelQueue({ schema: reading })
 *     check(queue.sendRecord({ sensor: 2, celsius: 21.5, ok: true, name: "attic" }))
 *
 * The compiler knows the record's type: a field that is missing, misspelt or of a wrong type is an error.
 *
 * Invariant: a value is written only if its format holds it, a float and a fixed point up to their precision. The VM
 * would clamp or round any other value without an error. Here it is refused.
 */

import { MessageSchema } from "../base/config"
import { KernelError } from "../base/errors"
import { allocate } from "../base/memory"
import { isCount, isRecord, isWritable, refuseArgument } from "../base/values"
import { emptyValue, Field, FieldFormat, fieldSize, FieldType, fieldTypeOf, Kind } from "./field"
import { Format } from "./format"
import { reasonOf } from "./reason"
import { FieldList, makeRecordCalls, Put, RecordQueue } from "./records"

/** The fields of a schema: the format of each name. They lie in their order, with no padding. */
export interface SchemaFields {
    [name: string]: FieldFormat
}

/** The type of a field's value. */
export type FieldValue<Format> = Format extends "bool"
    ? boolean
    : Format extends `string:${number}`
      ? string
      : Format extends `bytes:${number}`
        ? Buffer
        : Format extends `${string}[${number}]`
          ? number[]
          : number

/**
 * The type of a record with these fields; any for the fields of any schema.
 *
 * Being a condition, it has no name in an editor or in an error: they show the record's fields.
 */
export type RecordOf<Fields> = 0 extends 1 & Fields
    ? any
    : { -readonly [Name in keyof Fields]: FieldValue<Fields[Name]> }

/**
 * The type of a schema's records, to give it a name:
 *
 *     type Reading = SchemaRecord<typeof reading>
 */
export type SchemaRecord<Of extends Schema> =
    Of extends MessageSchema<infer Record> ? Record : never

enum Limit {
    /** The largest u32. */
    TypeId = 4294967295,
}

/** FNV-1a, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
enum Fnv {
    Basis = 0x811c9dc5,
    Prime = 0x01000193,
}

/**
 * The layout of a record.
 * @devsWhenUsed for the compiler: it leaves out the methods that a program does not call
 */
export class Schema<Fields extends SchemaFields = any> extends MessageSchema<RecordOf<Fields>> {
    /**
     * The same for all schemas with the same names, formats and order, on any board and in any version: FNV-1a (32 bits)
     * of the text `name:format;`, field by field, in UTF-8. It is not sent. Compare it where two programs meet.
     */
    readonly fingerprint: number
    /** A copy: the caller's object may change. */
    private readonly fields: Fields
    /** The first field of each list, undefined for none: see records.ts. */
    private readonly firsts: Field[] = []
    /** The bytes of a record on its way into a queue, and of one on its way out. */
    protected readonly sent: Buffer
    protected readonly received: Buffer
    /** What `encode` and `decode` use in place of a queue. */
    protected readonly alone: RecordQueue = new NoQueue()

    /**
     * @param typeId the id of the WIT type, a u32. It is not sent: both ends must know the schema
     * @param fields the format of each field, at least one, in the order of their bytes: see `FieldFormat`
     * @throws KernelException InvalidArgument (`typeId` is no u32; no fields; a field without a name, or with an
     *     unknown format), OutOfMemory (a record has more bytes than the VM can allocate at once)
     */
    constructor(
        readonly typeId: number,
        fields: Fields
    ) {
        super(checkedSize(typeId, fields))
        this.fields = Object.assign({}, fields)
        this.sent = allocate(this.size, "")
        this.received = allocate(this.size, "")
        const names = Object.keys(fields)
        let text = ""
        for (const name of names) text += name + ":" + fields[name] + ";"
        this.fingerprint = hashOf(text)
        let at = this.size
        for (let i = names.length - 1; i >= 0; --i) at = this.link(names[i], at)
        makeRecordCalls(this.alone, putNothing, this.firsts, this.sent, this.received, isChecked)
    }

    /** A new record with every field: 0, false, "", a Buffer or an array of zeros. */
    make(): RecordOf<Fields> {
        const record: any = {}
        for (const name of Object.keys(this.fields))
            record[name] = emptyValue(fieldTypeOf(this.fields[name]))
        return record
    }

    /**
     * Writes a record's fields into a buffer. On an error nothing is written.
     * @param record has all fields of the schema; others are ignored
     * @param into has room for `size` bytes from `at` on; in RAM
     * @param at where the first field goes, in bytes
     * @returns `size`, or an error: InvalidArgument (no record, no Buffer or one in flash, no offset), BufferTooSmall,
     *     SchemaMismatch (`explain` says why)
     */
    encode(record: RecordOf<Fields>, into: Buffer, at: number): number {
        const { size, sent } = this
        if (!isRecord(record)) return -KernelError.InvalidArgument
        if (!isWritable(into)) return -KernelError.InvalidArgument
        if (!isCount(at)) return -KernelError.InvalidArgument
        if (at + size > into.length) return -KernelError.BufferTooSmall
        const refused = this.alone.sendRecord(record)
        if (refused !== 0) return refused
        into.blitAt(at, sent, 0, size)
        return size
    }

    /**
     * Reads a record's fields from a buffer. On an error `record` is untouched.
     * @param from holds `size` bytes from `at` on
     * @param at where the first field is, in bytes
     * @param record its schema fields are set, an array or a Buffer of the right length is filled; other fields stay as
     *     they are
     * @returns `size`, or InvalidArgument (no Buffer, no offset, too few bytes; no record, or one of the VM's own
     *     objects)
     */
    decode(from: Buffer, at: number, record: RecordOf<Fields>): number {
        const { size, received } = this
        if (!(from instanceof Buffer)) return -KernelError.InvalidArgument
        if (!isCount(at)) return -KernelError.InvalidArgument
        if (at + size > from.length) return -KernelError.InvalidArgument
        if (!isFillable(record)) return -KernelError.InvalidArgument
        received.blitAt(0, from, at, size)
        this.alone.recvRecord(record)
        return size
    }

    /**
     * Says why a record does not fit, for logs: the first field that does not, and the reason. "" if all fit.
     */
    explain(record: any): string {
        if (!isRecord(record)) return "no record"
        for (const name of Object.keys(this.fields)) {
            let value: any
            try {
                value = record[name]
            } catch {
                return name + ": cannot be read" // some of the VM's own objects refuse that
            }
            const reason = reasonOf(name, fieldTypeOf(this.fields[name]), value)
            if (reason !== "") return reason
        }
        return ""
    }

    /**
     * Prints the layout of a message, a line for each field: offset and size in bytes, format, name.
     * @returns the same lines as one text
     */
    layout(): string {
        let text = ""
        let at = 0
        for (const name of Object.keys(this.fields)) {
            const format = this.fields[name]
            const size = fieldSize(fieldTypeOf(format))
            const line = at + " " + size + " " + format + " " + name
            console.log(line)
            text += line + "\n"
            at += size
        }
        return text
    }

    /** Gives a queue its calls for records. Internal. */
    protected register(queue: any, put: Put) {
        makeRecordCalls(queue, put, this.firsts, this.sent, this.received, isFillable)
    }

    /** Puts a field in front of its list. Returns its offset. */
    private link(name: string, end: number): number {
        const type = fieldTypeOf(this.fields[name])
        const at = end - fieldSize(type)
        const field = new Field(name, at)
        const list = listOf(type)
        if (list === FieldList.Rare) field.type = type
        field.next = this.firsts[list]
        this.firsts[list] = field
        return at
    }
}

/** Stands in place of a queue for `encode` and `decode`: it moves no bytes. */
class NoQueue {
    sendRecord: (record: any, priority?: number) => number
    recvRecord: (record: any) => number

    recv(): number {
        return 0
    }

    refuseRecord(): number {
        return -KernelError.SchemaMismatch
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
    const schema = queue.settings.schema
    const into: Buffer = schema.received
    into.blitAt(0, from, at, length)
    schema.alone.recvRecord(record)
}

const nothing = {}

/** Whether a value is a record whose fields can be set. Some of the VM's own objects refuse that. */
function isFillable(record: any): boolean {
    if (!isRecord(record)) return false
    try {
        Object.assign(record, nothing)
        return true
    } catch {
        return false
    }
}

function putNothing(): number {
    return 0
}

/** For a record that was checked before. */
function isChecked(): boolean {
    return true
}

/**
 * The size of a record in bytes. Checks all of a schema first.
 * @throws KernelException InvalidArgument: see the constructor of `Schema`
 */
function checkedSize(typeId: any, fields: any): number {
    if (!isCount(typeId) || typeId > Limit.TypeId) refuseArgument("", "typeId", typeId)
    if (!isFillable(fields)) refuseArgument("", "fields", fields)
    let size = 0
    for (const name of Object.keys(fields)) {
        const type = fieldTypeOf(fields[name])
        if (name === "") refuseArgument("", "name", name)
        if (type === undefined) refuseArgument("", name, fields[name])
        size += fieldSize(type)
    }
    if (size === 0) refuseArgument("", "fields", fields)
    return size
}

/** The list of a field of this type: see records.ts. */
function listOf({ kind, format }: FieldType): number {
    if (kind === Kind.Bool) return FieldList.Bool
    if (kind !== Kind.Number) return FieldList.Rare
    if (format === Format.U64 || format === Format.I64) return FieldList.Rare
    return format < FieldList.Bool ? format : FieldList.Rare
}

/** FNV-1a, 32 bits, of a text in UTF-8. */
function hashOf(text: string): number {
    const bytes = Buffer.from(text)
    let hash: number = Fnv.Basis
    for (let i = 0; i < bytes.length; ++i) hash = Math.imul(hash ^ bytes[i], Fnv.Prime)
    return hash >>> 0
}
