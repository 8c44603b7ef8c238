// Records on their way: into bytes and back, and through a queue. For tasks that wait see records.suite.ts.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    MsgPriority,
    OverflowPolicy,
    ReceivedMessage,
    RingEntry,
    Schema,
} from "../../src"
import { refuses, schemaOf } from "./fields"
import { bytesOf, drain, fill, queueWith, reading, record } from "./readings"
import { equal, settle, stateOf, statsOf, throwsMessage } from "./support"

/** What each format holds: both limits, and what lies between. */
const held: any[][] = [
    ["u8", 0, 255, 128, -0],
    ["i8", -128, 127, 0, -1],
    ["u16", 0, 65535, 32768],
    ["i16", -32768, 32767, -1],
    ["u32", 0, 4294967295, 2147483648, 2147483647],
    ["i32", -2147483648, 2147483647, 0, -1],
    ["f32", 3.4028234663852886e38, -3.4028234663852886e38, 0.5, -0.25],
    ["f32", 1.1754943508222875e-38, 16777216, NaN, Infinity, -Infinity],
    ["f64", 1.7976931348623157e308, -1.7976931348623157e308, 0.1, -0.1],
    ["f64", 2.2250738585072014e-308, 9007199254740992, 4294967296.5],
    ["f64", NaN, Infinity, -Infinity, 0],
]

/** What they do not: one beyond each limit, and why. */
const beyond: any[][] = [
    ["u8", -1, "-1 is below 0", 256, "256 is above 255"],
    ["i8", -129, "-129 is below -128", 128, "128 is above 127"],
    ["u16", -1, "-1 is below 0", 65536, "65536 is above 65535"],
    ["i16", -32769, "-32769 is below -32768", 32768, "32768 is above 32767"],
    ["u32", -1, "-1 is below 0", 4294967296, "4294967296 is above 4294967295"],
    ["i32", -2147483649, "-2147483649 is below -2147483648"],
    ["i32", 2147483648, "2147483648 is above 2147483647"],
    ["f32", -3.402823466385289e38, "-3.402823e+38 is below -3.402823e+38"],
    ["f32", 3.402823466385289e38, "3.402823e+38 is above 3.402823e+38"],
    ["f32", -1e300, "-1e+300 is below -3.402823e+38"],
]

const integers: any[] = ["u8", "i8", "u16", "i16", "u32", "i32"]

/** No integers, or of no integer format: all of them. */
const noIntegers: any[][] = [
    [0.5, "0.5 is no integer"],
    [126.5, "126.5 is no integer"],
    [NaN, "NaN is no integer"],
    [Infinity, "Infinity is above "],
    [-Infinity, "-Infinity is below "],
    [9007199254740992, " is above "],
    [-9007199254740992, " is below "],
    [1e300, "1e+300 is above "],
    [-1e300, "-1e+300 is below "],
]

function refusedAs(typeId: any, fields: any, message: string) {
    throwsMessage(
        () => new Schema(typeId, fields),
        "InvalidArgument: " + message
    )
}

describe("typed messages", () => {
    test("an exception names what makes no schema", () => {
        const cases: any[][] = [
            [-1, { n: "u8" }, "typeId -1"],
            [1, undefined, "fields undefined"],
            [1, {}, "fields object"],
            [1, [], "fields object"],
            [1, [{ name: "n", format: "u8" }], "fields object"],
            [1, { n: "u8", m: 5 }, "m 5"],
            [1, { n: "u8", m: undefined }, "m undefined"],
            [1, { "": "u8" }, 'name ""'],
            [1, { n: "u7" }, 'n "u7"'],
        ]
        for (const each of cases) refusedAs(each[0], each[1], each[2])
    })
    beforeEach(settle)

    test("fields lie in their order, little-endian", () => {
        const schema = schemaOf([...integers, "f32", "f64"])
        const values: any = { a: 1, b: -2, c: 0x0102, d: -3 }
        values.e = 0x01020304
        values.f = -4
        values.g = 1.5
        values.h = -2.5
        const into = Buffer.alloc(26)
        equal(schema.size, 26, "size")
        equal(schema.typeId, 1, "typeId")
        equal(schema.encode(values, into, 0), 26, "encode")
        const integerBytes = "01fe0201fdff04030201fcffffff"
        const floatBytes = "0000c03f00000000000004c0"
        equal(into.toString("hex"), integerBytes + floatBytes, "bytes")
    })
    test("there is no padding between fields", () => {
        const schema = schemaOf(["i8", "f64", "u8", "u32", "u8", "f32", "i16"])
        const values = { a: -1, b: 1, c: 2, d: 4278255360, e: 3, f: -2, g: 258 }
        const into = Buffer.alloc(24)
        equal(schema.size, 21, "size")
        check(schema.encode(values, into, 0))
        const hex = "ff000000000000f03f0200ff00ff03000000c00201"
        equal(into.toString("hex"), hex + "000000", "bytes")
    })
    test("each format holds its limits and what lies between", async () => {
        for (const row of held) {
            await settle()
            const schema = schemaOf(["u8", row[0], "u8"])
            const into = Buffer.alloc(schema.size)
            for (const value of row.slice(1)) {
                const what = row[0] + " " + value
                const values = { a: 1, b: value, c: 2 }
                const got = { a: 0, b: 77, c: 0 }
                equal(schema.explain(values), "", "fits: " + what)
                equal(schema.encode(values, into, 0), schema.size, what)
                equal(schema.decode(into, 0, got), schema.size, "back: " + what)
                const isNaN = value !== value && got.b !== got.b
                if (!isNaN) equal(got.b, value, "value of " + what)
                equal(got.a + 10 * got.c, 21, "the others beside " + what)
            }
        }
    })
    test("one beyond a limit is refused, and nothing is written", async () => {
        for (const row of beyond) {
            await settle()
            for (let i = 1; i < row.length; i += 2)
                refuses(row[0], row[i], "b: " + row[i + 1])
        }
    })
    test("what is no integer is refused in all integer formats", async () => {
        for (const format of integers) {
            await settle()
            for (const row of noIntegers) refuses(format, row[0], row[1])
        }
        refuses("i8", -0.5, "b: -0.5 is no integer")
        refuses("u32", 4294967294.5, "is no integer")
        refuses("i32", -2147483647.5, "is no integer")
    })
    test("what is no number is refused in all formats", async () => {
        const none: any[] = [null, "1", "", true, false, {}, [1], hex`01`]
        for (const format of [...integers, "f32", "f64"]) {
            await settle()
            for (const value of none) refuses(format, value, "b: no number")
            refuses(format, undefined, "b: missing")
        }
    })
    test("explain says why: the first field that does not fit", () => {
        equal(reading.explain({ sensor: 1 }), "celsius: missing", "not there")
        equal(reading.explain({}), "sensor: missing", "the first")
        const late = { sensor: 255, celsius: "21" }
        equal(reading.explain(late), "celsius: no number", "the second")
        const both = { sensor: 256, celsius: null as number }
        equal(reading.explain(both), "sensor: 256 is above 255", "both")
        equal(reading.explain({ sensor: 1, celsius: NaN }), "", "all fit")
        const none: any[] = [undefined, null, 5, "x", [1], hex`01`]
        for (const value of none)
            equal(reading.explain(value), "no record", "" + value)
    })
    test("encode and decode touch their own bytes only", () => {
        const into = Buffer.alloc(9)
        into.fillAt(0, 9, 0xee)
        equal(reading.encode({ sensor: 1, celsius: 1.5 }, into, 3), 5, "encode")
        equal(into.toString("hex"), "eeeeee010000c03fee", "bytes")
        const got = record(0)
        equal(reading.decode(into, 3, got), 5, "decode")
        equal(got.sensor + got.celsius, 2.5, "values")
        equal(reading.encode(got, into, 4), 5, "up to the very end")
        equal(into.toString("hex"), "eeeeee01010000c03f", "bytes then")
        equal(reading.decode(into, 4, got), 5, "back")
        equal(got.celsius, 1.5, "value then")
    })
    test("what else a record has is ignored by encode and kept by decode", () => {
        const more: any = { place: "roof", sensor: 1, celsius: 2, n: NaN }
        const into = Buffer.alloc(5)
        equal(reading.explain(more), "", "explain")
        equal(reading.encode(more, into, 0), 5, "encode")
        equal(into.toString("hex"), "0100000040", "bytes")
        const got: any = { place: "cellar", sensor: 9, n: "n" }
        check(reading.decode(into, 0, got))
        equal(got.place, "cellar", "kept")
        equal(got.n, "n", "kept too")
        equal(got.sensor, 1, "filled in")
        equal(got.celsius, 2, "added")
    })
    test("decode sets the schema's fields and no others", () => {
        const schema = new Schema(1, { n: "u8" })
        const record: any = {}
        equal(schema.decode(hex`07ff`, 0, record), 1, "decoded")
        equal(Object.keys(record).join(","), "n", "fields")
    })
    test("a schema keeps its own fields", () => {
        const fields: any = { a: "u8", b: "u16" }
        const schema = new Schema(0, fields)
        fields.b = "f64"
        fields.c = "u8"
        const into = Buffer.alloc(3)
        equal(Object.keys(schema.make()).join(","), "a,b", "make")
        equal(schema.explain({ a: 1, b: 2 }), "", "explain")
        equal(schema.encode({ a: 1, b: 2 }, into, 0), 3, "encode")
        equal(into.toString("hex"), "010200", "bytes")
    })
    test("records come out as they went in, by priority, then in order", () => {
        const queue = queueWith(8)
        const priorities = [0, 1, 3, 1, 2, 3, 0]
        for (let i = 0; i < 7; ++i)
            equal(queue.sendRecord(record(i), priorities[i]), 0, "sent")
        equal(queue.sendRecord(record(7)), 0, "Normal by default")
        equal(queue.sendRecord(record(8)), -KernelError.QueueFull, "full")
        const into = record(99)
        equal(queue.recvRecord(into), 5, "length")
        equal(into.sensor, 2, "the most urgent")
        equal(into.celsius, 2.5, "whole")
        equal(drain(queue), "5,4,1,3,7,0,6", "the rest in order")
        into.sensor = 99
        equal(queue.recvRecord(into), -KernelError.QueueEmpty, "empty")
        equal(into.sensor, 99, "untouched by a failure")
        const { sent, received, highWater } = statsOf(queue)
        equal(sent * 100 + received * 10 + highWater, 888, "counts")
    })
    test("records run round and round the ring, into the same object", async () => {
        const queue = queueWith(4)
        const into = record(0)
        for (let i = 0; i < 200; ++i) {
            if (i % 20 === 0) await settle()
            check(queue.sendRecord(record(i % 256), i % 3))
            equal(queue.recvRecord(into), 5, "length")
            equal(into.sensor, i % 256, "sensor")
            equal(into.celsius, (i % 256) + 0.5, "celsius")
        }
        equal(queue.recvCount(), 200, "all of them")
    })
    test("a message has the bytes that encode writes", () => {
        const queue = queueWith(2)
        fill(queue, [1])
        equal(queue.send(bytesOf(2)), 0, "send of the schema's size")
        const into = Buffer.alloc(8)
        const message = new ReceivedMessage()
        equal(queue.recvTyped(into, message), 5, "recvTyped")
        const expected = bytesOf(1).toString("hex") + "000000"
        equal(into.toString("hex"), expected, "bytes")
        equal(message.length, 5, "message.length")
        equal(message.isDescriptor(), false, "inline")
        equal(message.priority, MsgPriority.Normal, "priority")
        const got = record(0)
        equal(queue.recvRecord(got), 5, "recvRecord")
        equal(got.celsius, 2.5, "decoded")
    })
    test("a message of another size is SchemaMismatch, too large an error before", async () => {
        const queue = queueWith(2)
        fill(queue, [0, 1])
        check(queue.recvRecord(record(9))) // it was full before: the usual send
        const before = stateOf(queue)
        for (const length of [0, 1, 4, 6, 8, 9]) {
            const msg = Buffer.alloc(length)
            const error = length > 8 ? -26 : -65
            equal(queue.send(msg), error, "send of " + length)
            const result = await queue.sendTimeout(msg, FOREVER)
            equal(result, error, "sendTimeout of " + length)
            equal(queue.sendBatch([msg]), error, "sendBatch of " + length)
        }
        equal(stateOf(queue), before, "as it was")
        const batch = [bytesOf(2), Buffer.alloc(4)]
        equal(queue.sendBatch(batch), 1, "up to the first that does not fit")
        equal(drain(queue), "1,2", "what was accepted")
    })
    test("a record that does not fit leaves the queue as it was", async () => {
        for (const overflow of [0, 1]) {
            const queue = queueWith(2, overflow)
            for (let n = 0; n <= 2; ++n) {
                const before = stateOf(queue)
                const bad = { sensor: 256, celsius: 0 }
                equal(queue.sendRecord(bad), -65, "full or not: " + n)
                equal(queue.sendRecord(bad, 3), -65, "urgent: " + n)
                const result = await queue.sendRecordTimeout(bad, FOREVER)
                equal(result, -65, "with a timeout: " + n)
                equal(stateOf(queue), before, "as it was with " + n)
                if (n < 2) fill(queue, [n])
            }
            equal(drain(queue), "0,1", "nothing dropped")
        }
    })
    test("DropOldest drops for a record, too", async () => {
        const queue = queueWith(2, OverflowPolicy.DropOldest)
        fill(queue, [1, 2, 3])
        check(queue.sendRecord(record(4), MsgPriority.Urgent))
        equal(statsOf(queue).dropped, 2, "dropped")
        check(queue.sendRecord(record(5), MsgPriority.High))
        const low = queue.sendRecord(record(6), MsgPriority.Low)
        equal(low, -KernelError.QueueFull, "all are above it")
        const high = await queue.sendRecordTimeout(record(7), 9, 2)
        equal(high, 0, "with a timeout")
        equal(drain(queue), "4,7", "what is left")
    })
    test("a record is free when sendRecord returns", () => {
        const queue = queueWith(2)
        const reused = record(1)
        check(queue.sendRecord(reused))
        reused.sensor = 2
        reused.celsius = 2.5
        check(queue.sendRecord(reused))
        reused.sensor = undefined
        equal(drain(queue), "1,2", "what it said then")
    })
    test("a record is written and read in place", () => {
        const queue = queueWith(2)
        const backing = queue.backing()
        const at = check(queue.reserve(reading.size, MsgPriority.High))
        equal(reading.encode(record(4), backing, at), 5, "encode in place")
        fill(queue, [1])
        equal(queue.commit(5), 0, "commit")
        const entry = new RingEntry()
        const got = record(0)
        const first = check(queue.front(entry))
        equal(reading.decode(backing, first, got), 5, "decode in place")
        equal(got.sensor, 4, "the reserved one")
        equal(entry.length, 5, "its length")
        equal(queue.release(), 0, "release")
        equal(drain(queue), "1", "the other one")
    })
    test("a reservation has the schema's size, and so has its commit", () => {
        const queue = queueWith(2)
        const before = stateOf(queue)
        for (const length of [0, 4, 6, 8])
            equal(queue.reserve(length), -65, "reserve " + length)
        equal(queue.reserve(9), -26, "too large first")
        equal(stateOf(queue), before, "as it was")
        const at = check(queue.reserve(5))
        check(reading.encode(record(3), queue.backing(), at))
        for (const length of [0, 4]) equal(queue.commit(length), -65, "commit")
        equal(queue.commit(6), -KernelError.InvalidArgument, "a longer one")
        equal(queue.available(), 1, "the reservation is there")
        equal(queue.sendCount(), 0, "nothing was sent")
        equal(queue.commit(5), 0, "commit then")
        equal(drain(queue), "3", "the record")
    })
})
