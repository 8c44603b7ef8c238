// Names that are no format, and what explain says of each kind of misfit.

import * as ds from "@devicescript/core"
import { beforeEach, describe, test } from "@devicescript/test"
import { KernelError, Schema } from "../../src"
import { noFormat, schemaOf } from "./fields"
import { equal, settle } from "./support"

/** The formats whose names have no number of their own, and some of those that have, each with its size. */
const formats: any[][] = [
    ["u8", 1],
    ["i8", 1],
    ["u16", 2],
    ["i16", 2],
    ["u32", 4],
    ["i32", 4],
    ["u64", 8],
    ["i64", 8],
    ["f32", 4],
    ["f64", 8],
    ["bool", 1],
    ["u0.8", 1],
    ["i0.8", 1],
    ["u7.1", 1],
    ["u22.10", 4],
    ["i0.64", 8],
    ["i63.1", 8],
    ["string:1", 2],
    ["string:255", 256],
    ["string:256", 258],
    ["string:9999", 10001],
    ["bytes:1", 1],
    ["bytes:65", 65],
    ["bytes:10000", 10000],
    ["u8[1]", 1],
    ["u8[1000]", 1000],
    ["u16[4]", 8],
    ["f64[3]", 24],
    ["i64[2]", 16],
    ["i8.8[3]", 6],
    ["u0.8[10]", 10],
]

/** Parts of names, names with something around them, and names of other languages. */
const misspelt: any[] = [
    "",
    " ",
    "    ",
    "u",
    "8",
    "16",
    " u8",
    "u8 ",
    "u8\n",
    "u8\u0000",
    "U8",
    "u08",
    "u7",
    "u12",
    "u128",
    "u16 u32",
    "i8  i16",
    "2 u6",
    "s8",
    "b8",
    "f8",
    "f16",
    "f128",
    "float",
    "double",
    "int",
    "number",
    "boolean",
    "Bool",
    "bool ",
    "bool:1",
    "bool[2]",
    "b[8]",
    "buffer",
    "undefined",
    "null",
]

const noFixedPoints: any[] = [
    "u8.0",
    "i8.0",
    "u64.0",
    "u.8",
    "u8.",
    "u.",
    ".",
    "u4.5",
    "u4.3",
    "u0.7",
    "u0.65",
    "i0.65",
    "i1.64",
    "u64.64",
    "u12.12",
    "u08.8",
    "u8.08",
    "u00.8",
    "u8.8 ",
    "u 8.8",
    "u8 .8",
    "u8. 8",
    "u-8.16",
    "u16.-8",
    "u-0.8",
    "u+8.8",
    "u8.8.8",
    "u8,8",
    "u1e0.7",
    "u0x8.8",
    "U8.8",
    "f32.1",
    "f16.16",
    "s8.8",
    "8.8",
    "é8.8",
    "uu8.8",
    "uInfinity.8",
    "uNaN.NaN",
]

const noTexts: any[] = [
    "string",
    "string:",
    "string:0",
    "string:-1",
    "string:08",
    "string: 8",
    "string:8 ",
    "string:+8",
    "string:8.5",
    "string:8.0",
    "string:1e3",
    "string:0x10",
    "string:65536",
    "string:1000000",
    "string:Infinity",
    "string:NaN",
    "string:4[2]",
    "string[4]",
    "String:4",
    "string:u8",
    "string 4",
    "text:4",
    "bytes",
    "bytes:",
    "bytes:0",
    "bytes:-1",
    "bytes:08",
    "bytes:1e3",
    "bytes:0x10",
    "bytes:4 ",
    "bytes:4.5",
    "bytes:Infinity",
    "bytes:-Infinity",
    "bytes:NaN",
    "bytes:4[2]",
    "Bytes:4",
    "byte:4",
]

const noArrays: any[] = [
    "u8[0]",
    "u8[-1]",
    "u8[",
    "u8[2",
    "u8]",
    "u8[]",
    "u8[2]]",
    "u8[[2]",
    "u8[2][2]",
    "u8 [2]",
    "u8[2] ",
    "u8[ 2]",
    "u8[2 ]",
    "u8[02]",
    "u8[+2]",
    "u8[1.5]",
    "u8[2.0]",
    "u8[1e1]",
    "u8[0x2]",
    "u8[x]",
    "u8[Infinity]",
    "u8[NaN]",
    "u8[2]u8",
    "[2]",
    "[]",
    "[2]u8",
    "f16[2]",
    "u8.0[2]",
    "i0.65[2]",
]

const noNames: any[] = [
    undefined,
    null,
    0,
    8,
    -1,
    NaN,
    Infinity,
    true,
    false,
    {},
    { format: "u8" },
    [],
    ["u8"],
    hex`7538`,
    () => "u8",
    Schema,
]

/** Expects that none of these is a format. */
async function noFormats(names: any[]) {
    for (let i = 0; i < names.length; ++i) {
        if (i % 8 === 0) await settle()
        noFormat(names[i])
    }
}

/** Of each reason a format, a value and what explain says. */
const reasons: any[][] = [
    ["u8", undefined, "a: missing"],
    ["bool", undefined, "a: missing"],
    ["string:3", undefined, "a: missing"],
    ["u8", null, "a: no number"],
    ["u8", "1", "a: no number"],
    ["u8", 256, "a: 256 is above 255"],
    ["i8", -129, "a: -129 is below -128"],
    ["i16", 0.5, "a: 0.5 is no integer"],
    ["u64", NaN, "a: NaN is no integer"],
    ["u64", -1, "a: -1 is below 0"],
    ["f32", 1e300, "a: 1e+300 is above 3.402823e+38"],
    ["i8.8", NaN, "a: NaN is no number"],
    ["i8.8", 128, "a: 128 is above 127.9961"],
    ["i8.8", -129, "a: -129 is below -128"],
    ["u1.7", 2, "a: 2 is above 1.992188"],
    ["bool", 1, "a: no boolean"],
    ["bool", null, "a: no boolean"],
    ["string:3", 5, "a: no string"],
    ["string:3", null, "a: no string"],
    ["string:3", "abcd", "a: 4 bytes, more than 3"],
    ["string:3", "éé", "a: 4 bytes, more than 3"],
    ["bytes:2", "ab", "a: no Buffer"],
    ["bytes:2", null, "a: no Buffer"],
    ["bytes:2", hex`01`, "a: 1 bytes, not 2"],
    ["bytes:2", hex`010203`, "a: 3 bytes, not 2"],
    ["u8[2]", 5, "a: no array"],
    ["u8[2]", hex`0102`, "a: no array"],
    ["u8[2]", [1], "a: 1 items, not 2"],
    ["u8[2]", [1, 2, 3], "a: 3 items, not 2"],
    ["u8[2]", [1, undefined], "a[1]: missing"],
    ["u8[2]", [null, 1], "a[0]: no number"],
    ["u8[2]", [1, 256], "a[1]: 256 is above 255"],
    ["i8.8[2]", [1, -129], "a[1]: -129 is below -128"],
]

describe("bad formats", () => {
    beforeEach(settle)

    test("every kind of format has its size", async () => {
        for (const row of formats) {
            await settle()
            equal(schemaOf([row[0]]).size, row[1], row[0])
            equal(schemaOf([row[0], "u8"]).size, row[1] + 1, "and u8")
        }
    })
    test("what is misspelt is no format", async () => {
        await noFormats(misspelt)
    })
    test("a fixed point has 8, 16, 32 or 64 bits, one or more behind the point", async () => {
        await noFormats(noFixedPoints)
    })
    test("a text and bytes have a number of 1 or more", async () => {
        await noFormats(noTexts)
    })
    test("an array has a format of numbers and a number of 1 or more", async () => {
        await noFormats(noArrays)
    })
    test("what is no text is no format", async () => {
        await noFormats(noNames)
    })
    test("explain says of each kind of field what is wrong", () => {
        for (const row of reasons) {
            const told = schemaOf([row[0]]).explain({ a: row[1] })
            equal(told, row[2], row[0] + " " + row[1])
        }
    })
    test("explain says what is wrong first, in the order of the fields", () => {
        const schema = schemaOf(["string:2", "bytes:1", "bool", "u8[1]"])
        const record: any = { a: "abc", b: "", c: 0, d: 0 }
        equal(schema.explain(record), "a: 3 bytes, more than 2", "a")
        record.a = ""
        equal(schema.explain(record), "b: no Buffer", "b")
        record.b = hex`01`
        equal(schema.explain(record), "c: no boolean", "c")
        record.c = true
        equal(schema.explain(record), "d: no array", "d")
        record.d = [1]
        equal(schema.explain(record), "", "all fit")
    })
    test("a field that cannot be read does not fit", async () => {
        const schema = new Schema(1, { suspended: "u8" })
        const task = async () => {}
        const fiber: any = task.start()
        await settle()
        const into = Buffer.alloc(1)
        const refused = schema.encode(fiber, into, 0)
        equal(refused, -KernelError.SchemaMismatch, "encode")
        equal(into[0], 0, "nothing written")
        equal(schema.explain(fiber), "suspended: cannot be read", "explain")
        const own: any = ds.Fiber.self()
        equal(schema.explain(own), "suspended: no number", "it can be read")
    })
})
