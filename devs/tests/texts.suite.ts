// Fields of other kinds than numbers: booleans, texts, bytes, arrays.

import { beforeEach, describe, test } from "@devicescript/test"
import { check, KernelError, KernelQueue, Schema } from "../../src"
import { carry, holds, refuses, schemaOf, textOf } from "./fields"
import { equal, settle } from "./support"

/** Expects an array to have these bytes and to come back. */
function holdsList(format: any, list: number[], bytes: string) {
    const got: number[] = carry(format, list, bytes)
    equal(Array.isArray(got), true, "an array of " + format)
    equal(got.join(","), list.join(","), "items of " + format)
}

/** Expects bytes to come back, in a Buffer other than `before`. */
function comesNew(before: any, promise: string) {
    const got: Buffer = carry("bytes:2", hex`0102`, "0102", before)
    equal(got instanceof Buffer, true, promise)
    equal(got !== before, true, "a new one: " + promise)
    got.setAt(0, "u16", 0xffff) // in RAM
    equal(got.toString("hex"), "ffff", promise)
}

describe("fields of texts, bytes and arrays", () => {
    beforeEach(settle)

    test("a boolean is true or false, and nothing else", () => {
        holds("bool", true, "01")
        holds("bool", false, "00")
        const none: any[] = [0, 1, null, "true", "", "false", [true], {}, NaN]
        for (const value of none) refuses("bool", value, "b: no boolean")
        refuses("bool", undefined, "b: missing")
    })
    test("any byte but 0 is true", () => {
        const got: any = {}
        const schema = schemaOf(["bool", "bool", "bool"])
        check(schema.decode(hex`0200ff`, 0, got))
        equal(got.a, true, "2")
        equal(got.b, false, "0")
        equal(got.c, true, "255")
    })
    test("a text is its length in bytes, then UTF-8, then zeros", () => {
        equal(schemaOf(["string:5"]).size, 6, "size")
        holds("string:5", "", "000000000000")
        holds("string:5", "abc", "036162630000")
        holds("string:5", "abcde", "056162636465")
        holds("string:1", "a", "0161")
        holds("string:5", "\u0000", "010000000000")
        holds("string:5", "a\u0000b", "036100620000")
    })
    test("what stood there before is no part of a shorter text", () => {
        const schema = new Schema(1, { text: "string:5" })
        const into = Buffer.alloc(6)
        check(schema.encode({ text: "abcde" }, into, 0))
        check(schema.encode({ text: "x" }, into, 0))
        equal(into.toString("hex"), "017800000000", "bytes")
    })
    test("a text is counted in bytes, and never cut", () => {
        holds("string:4", "éé", "04c3a9c3a9")
        refuses("string:3", "éé", "b: 4 bytes, more than 3")
        holds("string:3", "€", "03e282ac")
        refuses("string:2", "€", "b: 3 bytes, more than 2")
        holds("string:4", "\u{1f600}", "04f09f9880")
        holds("string:4", "\u{10ffff}", "04f48fbfbf")
        refuses("string:3", "\u{10ffff}", "b: 4 bytes, more than 3")
        holds("string:5", "a\u{10ffff}", "0561f48fbfbf")
        refuses("string:5", "abcdef", "b: 6 bytes, more than 5")
    })
    test("half a surrogate pair comes into a text as U+FFFD, which comes back", () => {
        const text = hex`eda080`.toString()
        equal(text, "\ufffd", "what the VM makes of it")
        holds("string:3", text, "03efbfbd")
    })
    test("what is no string is no text", () => {
        const none: any[] = [null, 5, true, {}, ["a"], hex`61`, NaN]
        for (const value of none) refuses("string:5", value, "b: no string")
        refuses("string:5", undefined, "b: missing")
    })
    test("a text of up to 255 bytes has one byte for its length, a longer one two", async () => {
        equal(schemaOf(["string:255"]).size, 256, "size of 255")
        equal(schemaOf(["string:256"]).size, 258, "size of 256")
        const text = textOf(255)
        const hexText = Buffer.from(text).toString("hex")
        holds("string:255", text, "ff" + hexText)
        await settle()
        refuses("string:255", text + "x", "b: 256 bytes, more than 255")
        holds("string:256", text, "ff00" + hexText + "00")
        await settle()
        holds("string:256", text + "x", "0001" + hexText + "78")
        refuses("string:256", text + "xy", "b: 257 bytes, more than 256")
        await settle()
        const long = textOf(1000)
        const bytes = Buffer.from(long).toString("hex")
        holds("string:1000", long, "e803" + bytes)
    })
    test("a text of up to 65,535 bytes is a format, whether a Buffer has room or not", () => {
        let thrown: any = undefined
        try {
            new Schema(1, { text: "string:65535" })
        } catch (error) {
            thrown = error
        }
        equal(thrown.code, KernelError.OutOfMemory, "65535")
        try {
            new Schema(1, { text: "string:65536" })
        } catch (error) {
            thrown = error
        }
        equal(thrown.code, KernelError.InvalidArgument, "65536")
    })
    test("a length beyond the field reads the field, and no byte more", () => {
        const short = schemaOf(["string:3", "u8"])
        const got: any = {}
        check(short.decode(hex`ff61626307`, 0, got))
        equal(got.a, "abc", "255 of 3")
        equal(got.b, 7, "the next field")
        check(short.decode(hex`0161626307`, 0, got))
        equal(got.a, "a", "1 of 3")
        const long = schemaOf(["string:256", "u8"])
        const bytes = Buffer.alloc(long.size)
        bytes.fillAt(0, bytes.length, 0x61)
        bytes.setAt(0, "u16", 0xffff)
        check(long.decode(bytes, 0, got))
        const text: string = got.a
        equal(text.length, 256, "65535 of 256")
        equal(got.b, 0x61, "the next field then")
    })
    test("a message by a plain send is read in the same way", () => {
        const schema = new Schema(1, { text: "string:3", n: "u8" })
        const queue = new KernelQueue({ ringSize: 2, schema })
        const into = schema.make()
        check(queue.send(hex`ff61626307`))
        check(queue.send(hex`02ff610009`)) // no UTF-8
        equal(queue.recvRecord(into), 5, "length")
        equal(into.text, "abc", "text")
        equal(into.n, 7, "the next field")
        equal(queue.recvRecord(into), 5, "no UTF-8")
        equal(into.text.slice(1), "a", "what is a character of it")
        equal(into.n, 9, "the next field then")
    })
    test("bytes have just their number", () => {
        equal(schemaOf(["bytes:3"]).size, 3, "size")
        const got: Buffer = carry("bytes:3", hex`0100ff`, "0100ff")
        equal(got.toString("hex"), "0100ff", "back")
        refuses("bytes:3", hex`0102`, "b: 2 bytes, not 3")
        refuses("bytes:3", hex`01020304`, "b: 4 bytes, not 3")
        refuses("bytes:3", hex``, "b: 0 bytes, not 3")
        const none: any[] = [null, "abc", 5, true, {}, [1, 2, 3]]
        for (const value of none) refuses("bytes:3", value, "b: no Buffer")
        refuses("bytes:3", undefined, "b: missing")
    })
    test("bytes come into the caller's Buffer, if it has their number", () => {
        const own = Buffer.alloc(2)
        const got = carry("bytes:2", hex`0102`, "0102", own)
        equal(got === own, true, "the same")
        equal(own.toString("hex"), "0102", "filled")
    })
    test("bytes come in a new Buffer if there is none of their number in RAM", () => {
        const long = Buffer.alloc(3)
        comesNew(undefined, "nothing was there")
        comesNew(null, "null")
        comesNew("ab", "a text")
        comesNew([1, 2], "an array")
        comesNew(long, "too long")
        comesNew(Buffer.alloc(1), "too short")
        comesNew(hex`0000`, "in flash")
        equal(long.toString("hex"), "000000", "untouched")
    })
    test("an array has its numbers one behind the other", async () => {
        equal(schemaOf(["u16[4]"]).size, 8, "size")
        holdsList("u16[4]", [1, 2, 65535, 0], "01000200ffff0000")
        holdsList("u8[1]", [7], "07")
        holdsList("i8[3]", [-1, 127, -128], "ff7f80")
        holdsList("i16[2]", [-2, 258], "feff0201")
        holdsList("u32[2]", [1, 4294967295], "01000000ffffffff")
        holdsList("i32[1]", [-2147483648], "00000080")
        await settle()
        holdsList("f32[2]", [1.5, -2.5], "0000c03f000020c0")
        holdsList("f64[1]", [-2.5], "00000000000004c0")
        holdsList("u64[1]", [4294967296], "0000000001000000")
        holdsList("i64[2]", [-1, 1], "ffffffffffffffff0100000000000000")
        holdsList("i8.8[2]", [-1.5, 0.5], "80fe8000")
        holdsList("u22.10[1]", [21.5], "00560000")
    })
    test("an array of another length is refused", () => {
        refuses("u8[3]", [1, 2], "b: 2 items, not 3")
        refuses("u8[3]", [1, 2, 3, 4], "b: 4 items, not 3")
        refuses("u8[3]", [], "b: 0 items, not 3")
        const none: any[] = [null, "123", 5, true, hex`010203`, { length: 3 }]
        for (const value of none) refuses("u8[3]", value, "b: no array")
        refuses("u8[3]", undefined, "b: missing")
    })
    test("an array with an item that does not fit is refused", () => {
        const sparse: any[] = []
        sparse[2] = 3
        sparse[0] = 1
        refuses("u8[3]", sparse, "b[1]: missing")
        refuses("u8[3]", [1, undefined, 3], "b[1]: missing")
        refuses("u8[3]", [256, 2, 3], "b[0]: 256 is above 255")
        refuses("u8[3]", [1, 2, -1], "b[2]: -1 is below 0")
        refuses("u8[3]", [1, 0.5, 3], "b[1]: 0.5 is no integer")
        refuses("u8[3]", [1, 2, "3"], "b[2]: no number")
        refuses("u8[3]", [1, 2, [3]], "b[2]: no number")
        refuses("u8[3]", [1, 2, true], "b[2]: no number")
        refuses("i8.8[2]", [1, NaN], "b[1]: NaN is no number")
        refuses("f32[2]", [1, 1e300], "b[1]: 1e+300 is above")
    })
    test("numbers come into the caller's array, if it has their number", () => {
        const own = [8, 9]
        const got = carry("u8[2]", [1, 2], "0102", own)
        equal(got === own, true, "the same")
        equal(own.join(","), "1,2", "filled")
        const mixed: any[] = ["a", undefined]
        equal(carry("u8[2]", [1, 2], "0102", mixed) === mixed, true, "mixed")
        equal(mixed.join(","), "1,2", "filled, too")
    })
    test("numbers come in a new array if there is none of their number", () => {
        const long = [7, 8, 9]
        const others: any[] = [undefined, null, "ab", hex`0000`, [], [1], long]
        for (const before of others) {
            const got: number[] = carry("u8[2]", [1, 2], "0102", before)
            equal(got !== before, true, "a new one")
            equal(got.join(","), "1,2", "items")
        }
        equal(long.join(","), "7,8,9", "untouched")
    })
})
