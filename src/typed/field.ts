/**
 * The fields of a record, and how one of them lies in a message.
 *
 *     u8 .. f64, u22.10  a number
 *     bool               a byte: 0 or 1
 *     string:N           the length in bytes (u8, or u16 if N is above 255), then N bytes: UTF-8, filled up with zeros
 *     bytes:N            N bytes
 *     u16[N]             N numbers
 */

import { isCount, isWritable } from "../base/values"
import { Format, formatOf, highestOf, isFloat32, lowestOf, NumberFormat } from "./format"
import { plainOf, readPlain, scaleOf, sizeOf, writePlain } from "./format"

/** The name of a field's format. */
export type FieldFormat =
    NumberFormat | "bool" | `string:${number}` | `bytes:${number}` | `${NumberFormat}[${number}]`

export enum Kind {
    Number,
    Bool,
    Text,
    Bytes,
    List,
}

enum Limit {
    /** The longest text whose length is one byte, and the longest of all. */
    ShortText = 255,
    Text = 65535,
}

/** What a format's name says. */
export class FieldType {
    /** The format of what is written for a number, and how many times 1 is in that. */
    readonly plain: Format
    readonly scale: number
    /** The lowest integer that can be written, and the first that cannot any more. */
    private readonly lowest: number
    private readonly above: number

    constructor(
        readonly kind: Kind,
        /** Of the number, or of each number of a list. */
        readonly format: number,
        /** The numbers of a list, the bytes of a text or of a Buffer. */
        readonly count: number
    ) {
        this.plain = plainOf(format)
        this.scale = scaleOf(format)
        this.lowest = lowestOf(format) * this.scale
        this.above = highestOf(format) * this.scale + 1
    }

    /** What is written for a value: a float as it is, or an integer. Undefined if the format does not hold the value. */
    writtenFor(value: any): number {
        if (typeof value !== "number") return undefined
        const { plain, scale } = this
        if (plain === Format.F64) return value
        if (plain === Format.F32) return isFloat32(value) ? value : undefined
        const integer = Math.round(value * scale)
        if (scale === 1) if (integer !== value) return undefined
        if (integer >= this.lowest) if (integer < this.above) return integer
        return undefined
    }
}

/** Reads a format's name. Undefined for anything else. */
export function fieldTypeOf(name: any): FieldType {
    if (typeof name !== "string") return undefined
    if (name === "bool") return new FieldType(Kind.Bool, Format.U8, 1)
    if (name.slice(0, 7) === "string:") return typeOf(Kind.Text, Format.U8, name.slice(7))
    if (name.slice(0, 6) === "bytes:") return typeOf(Kind.Bytes, Format.U8, name.slice(6))
    const bracket = name.indexOf("[")
    if (bracket < 0) return typeOf(Kind.Number, formatOf(name), "1")
    const last = name.length - 1
    if (name[last] !== "]") return undefined
    return typeOf(Kind.List, formatOf(name.slice(0, bracket)), name.slice(bracket + 1, last))
}

function typeOf(kind: Kind, format: number, countText: string): FieldType {
    const count = parseInt(countText)
    // so "08", "8 ", "8.5" and "Infinity" are none
    if (countText !== "" + count || !isCount(count)) return undefined
    if (count < 1 || count === Infinity) return undefined
    if (format === Format.None) return undefined
    if (kind === Kind.Text && count > Limit.Text) return undefined
    return new FieldType(kind, format, count)
}

/** The bytes of a field in a message. */
export function fieldSize({ kind, format, count }: FieldType): number {
    if (kind === Kind.Text) return prefixSize(count) + count
    return sizeOf(format) * count
}

/** The bytes of a text's length. */
function prefixSize(count: number): number {
    return count > Limit.ShortText ? 2 : 1
}

/** A field of a schema. */
export class Field {
    /** The next field of the same list: see records.ts. */
    next: Field
    /** Its type, if a list has fields of several types. */
    type: FieldType
    constructor(
        readonly name: string,
        /** The offset of its first byte in a message. */
        readonly at: number
    ) {}
}

/** Writes a field of a record, if its type holds the value. Returns whether it does; if not, a part may be written. */
export function packField({ name, at, type }: Field, record: any, into: Buffer): boolean {
    const { kind, plain, count } = type
    const value = record[name]
    if (kind === Kind.Number) return writeHeld(type, value, into, at)
    if (kind === Kind.Text) return writeText(count, value, into, at)
    if (kind === Kind.Bytes) {
        if (!(value instanceof Buffer)) return false
        into.blitAt(at, value, 0, count)
        return value.length === count
    }
    if (!Array.isArray(value)) return false
    for (let i = 0; i < count; ++i)
        if (!writeHeld(type, value[i], into, at + i * sizeOf(plain))) return false
    return value.length === count
}

function writeText(count: number, value: any, into: Buffer, at: number): boolean {
    if (typeof value !== "string") return false
    const length = value.byteLength
    if (length > count) return false
    if (count > Limit.ShortText) into.setAt(at, "u16", length)
    else into.setAt(at, "u8", length)
    at += prefixSize(count)
    into.blitAt(at, value as any, 0, length)
    into.fillAt(at + length, count - length, 0)
    return true
}

function writeHeld(type: FieldType, value: any, into: Buffer, at: number): boolean {
    const number = type.writtenFor(value)
    if (number === undefined) return false
    writePlain(into, at, type.plain, number)
    return true
}

/** Reads a field of a record. An array or a Buffer of the right length is filled; else, and for a text, it gets a new one. */
export function unpackField({ name, at, type }: Field, record: any, from: Buffer) {
    const { kind, plain, scale, count } = type
    if (kind === Kind.Number) {
        record[name] = readPlain(from, at, plain) / scale
        return
    }
    const before = record[name]
    if (kind === Kind.Text) {
        const length = count > Limit.ShortText ? from.getAt(at, "u16") : from.getAt(at, "u8")
        const bytes = copyOf(from, at + prefixSize(count), Math.min(length, count))
        record[name] = bytes.toString()
    } else if (kind === Kind.Bytes) {
        if (isWritable(before) && before.length === count) before.blitAt(0, from, at, count)
        else record[name] = copyOf(from, at, count)
    } else {
        const list: number[] = Array.isArray(before) && before.length === count ? before : []
        for (let i = 0; i < count; ++i)
            list[i] = readPlain(from, at + i * sizeOf(plain), plain) / scale
        record[name] = list
    }
}

function copyOf(from: Buffer, at: number, length: number): Buffer {
    const copy = Buffer.alloc(length)
    copy.blitAt(0, from, at, length)
    return copy
}

/** The value of a field in a new record. */
export function emptyValue({ kind, count }: FieldType): any {
    if (kind === Kind.Bool) return false
    if (kind === Kind.Text) return ""
    if (kind === Kind.Bytes) return Buffer.alloc(count)
    if (kind === Kind.Number) return 0
    const list: number[] = []
    for (let i = 0; i < count; ++i) list.push(0)
    return list
}
