// What a field of a format holds, for the suites of schemas. It stands between two bytes that must stay as they are.

import { KernelError, Schema } from "../../src"
import { equal, throwsKernelError } from "./support"

/** Fields a, b, c, ... */
export function schemaOf(formats: any[]): Schema {
    const fields: any = {}
    for (let i = 0; i < formats.length; ++i) fields["abcdefgh"[i]] = formats[i]
    return new Schema(1, fields)
}

/** Expects a field to fit, and to have these bytes. Returns what comes back into a record that has `before`. */
export function carry(
    format: any,
    value: any,
    bytes: string,
    before?: any
): any {
    const schema = schemaOf(["u8", format, "u8"])
    const record = { a: 1, b: value, c: 2 }
    const into = Buffer.alloc(schema.size + 2)
    const what = format + " " + value
    into.fillAt(0, into.length, 0xaa)
    equal(schema.explain(record), "", what + " fits")
    equal(schema.encode(record, into, 1), schema.size, what)
    equal(into.toString("hex"), "aa01" + bytes + "02aa", "bytes of " + what)
    const got = { a: 0, b: before, c: 0 }
    equal(schema.decode(into, 1, got), schema.size, "back: " + what)
    equal(got.a + 10 * got.c, 21, "the others beside " + what)
    return got.b
}

/** Expects a number, a text or a boolean to have these bytes, and to come back, or `back` instead. */
export function holds(format: any, value: any, bytes: string, back = value) {
    equal(carry(format, value, bytes), back, "value of " + format)
}

/** Expects a field not to fit, and nothing to be written. */
export function refuses(format: any, value: any, reason: string) {
    const schema = schemaOf(["u8", format, "u8"])
    const record = { a: 1, b: value, c: 2 }
    const into = Buffer.alloc(schema.size + 2)
    into.fillAt(0, into.length, 0xaa)
    const before = into.toString("hex")
    const what = format + " " + value
    equal(schema.encode(record, into, 1), -KernelError.SchemaMismatch, what)
    equal(into.toString("hex"), before, "nothing of " + what)
    const told = schema.explain(record)
    equal(told[0], "b", "explain names the field of " + what)
    equal(told.indexOf(reason) >= 0, true, what + ", " + told)
    const alone = schemaOf([format]).encode({ a: value }, into, 1)
    equal(alone, -KernelError.SchemaMismatch, "alone: " + what)
}

/** Expects that no field can have this format. */
export function noFormat(format: any) {
    throwsKernelError(
        () => new Schema(1, { a: "u8", b: format }),
        KernelError.InvalidArgument,
        "format " + format
    )
}

/** A text of so many bytes. */
export function textOf(length: number): string {
    let text = "abcdefgh"
    while (text.length < length) text += text
    return text.slice(0, length)
}
