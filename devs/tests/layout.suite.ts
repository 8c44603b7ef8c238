// What a schema says of itself: its size, its layout, its fingerprint, a record to begin with.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    KernelError,
    KernelQueue,
    requiredMemory,
    Schema,
    validateConfig,
} from "../../src"
import { schemaOf, textOf } from "./fields"
import { equal, settle, throwsMessage } from "./support"

/** One field of each kind. */
const status = new Schema(9, {
    sensor: "u8",
    at: "u64",
    celsius: "i8.8",
    ok: "bool",
    place: "string:6",
    key: "bytes:3",
    last: "u16[2]",
})

enum Size {
    Status = 26,
}

/** The fingerprint of a schema of these fields. */
function fingerprintOf(fields: any, typeId = 1): number {
    return new Schema(typeId, fields).fingerprint
}

describe("what a schema says of itself", () => {
    beforeEach(settle)

    test("its size is the sum of its fields", () => {
        equal(status.size, Size.Status, "status")
        equal(schemaOf(["bool"]).size, 1, "bool")
        equal(schemaOf(["bool", "string:12", "bytes:7"]).size, 21, "texts")
        equal(schemaOf(["u64[3]", "i8.8[2]", "u0.8"]).size, 29, "numbers")
    })
    test("make gives a record with every field: 0, false, nothing", () => {
        const made = status.make()
        const names = Object.keys(made).join(",")
        equal(names, "sensor,at,celsius,ok,place,key,last", "names")
        equal(made.sensor, 0, "sensor")
        equal(made.at, 0, "at")
        equal(made.celsius, 0, "celsius")
        equal(made.ok, false, "ok")
        equal(made.place, "", "place")
        equal(made.key instanceof Buffer, true, "key")
        equal(made.key.toString("hex"), "000000", "its bytes")
        equal(Array.isArray(made.last), true, "last")
        equal(made.last.join(","), "0,0", "its numbers")
    })
    test("what make gives fits: all bytes are 0", () => {
        const into = Buffer.alloc(Size.Status)
        into.fillAt(0, Size.Status, 0xee)
        equal(status.explain(status.make()), "", "explain")
        equal(status.encode(status.make(), into, 0), Size.Status, "encode")
        equal(into.toString("hex"), Buffer.alloc(26).toString("hex"), "bytes")
    })
    test("make gives a new record each time, that shares nothing", () => {
        const first = status.make()
        const second = status.make()
        first.key[0] = 1
        first.last[0] = 1
        first.sensor = 1
        equal(second.key[0], 0, "key")
        equal(second.last[0], 0, "last")
        equal(second.sensor, 0, "sensor")
        equal(status.make().last[0], 0, "of a third")
    })
    test("decode fills the Buffer and the array that make gave", () => {
        const into = Buffer.alloc(Size.Status)
        const sent = status.make()
        sent.key = hex`010203`
        sent.last = [4, 5]
        check(status.encode(sent, into, 0))
        const got = status.make()
        const { key, last } = got
        check(status.decode(into, 0, got))
        equal(got.key === key, true, "the same Buffer")
        equal(got.last === last, true, "the same array")
        equal(key.toString("hex"), "010203", "bytes")
        equal(last.join(","), "4,5", "numbers")
    })
    test("its fingerprint is FNV-1a of its names and formats", () => {
        const two: any = { sensor: "u8", celsius: "f32" }
        equal(fingerprintOf(two), 913811445, "sensor:u8;celsius:f32;")
        const german: any = { größe: "string:12", on: "bool" }
        equal(fingerprintOf(german), 1023755089, "größe:string:12;on:bool;")
        equal(fingerprintOf({ a: "u8" }), 4245872356, "a:u8;")
    })
    test("it is the same for the same fields, whatever the type id", () => {
        const fields: any = { a: "u8", b: "u16[2]" }
        const one = fingerprintOf(fields)
        equal(fingerprintOf({ a: "u8", b: "u16[2]" }), one, "once more")
        equal(fingerprintOf(fields, 0), one, "type id 0")
        equal(fingerprintOf(fields, 4294967295), one, "the highest type id")
    })
    test("it changes with a name, a format, the order, a field more", () => {
        const others: any[] = [
            { a: "u8", b: "u16" },
            { a: "u8", c: "u16" },
            { a: "i8", b: "u16" },
            { a: "u8", b: "u16[1]" },
            { b: "u16", a: "u8" },
            { a: "u8" },
            { a: "u8", b: "u16", c: "u8" },
            { A: "u8", b: "u16" },
            { a: "u8", b: "u8.8" },
            { a: "string:2", b: "bytes:2" },
            { a: "bytes:2", b: "string:2" },
        ]
        const seen: number[] = []
        for (const fields of others) {
            const fingerprint = fingerprintOf(fields)
            equal(seen.indexOf(fingerprint), -1, "no. " + seen.length)
            equal(fingerprint, fingerprint >>> 0, "a u32")
            seen.push(fingerprint)
        }
    })
    test("a queue's entries have its size if nothing else is said", () => {
        const config = { ringSize: 2, schema: status }
        const queue = new KernelQueue(config)
        equal(queue.config().maxMsgSize, Size.Status, "maxMsgSize")
        const same = { ringSize: 2, maxMsgSize: Size.Status as number }
        equal(requiredMemory(config), requiredMemory(same), "requiredMemory")
        equal(queue.backing().length, requiredMemory(config), "backing")
        check(queue.sendRecord(status.make()))
        equal(queue.recvRecord(status.make()), Size.Status, "a record")
        equal(queue.send(Buffer.alloc(27)), -26, "one byte more")
        equal(queue.send(Buffer.alloc(25)), -65, "one byte less")
        const none = new KernelQueue({ ringSize: 2 }).config()
        equal(none.maxMsgSize, 64, "no schema")
    })
    test("so it has room for a schema of more than 64 bytes", () => {
        const long = new Schema(1, { text: "string:100" })
        const queue = new KernelQueue({ ringSize: 1, schema: long })
        equal(queue.config().maxMsgSize, 101, "maxMsgSize")
        check(queue.sendRecord({ text: textOf(100) }))
        const got = long.make()
        equal(queue.recvRecord(got), 101, "length")
        equal(got.text, textOf(100), "the text")
    })
    test("entries may be larger than a schema, and not smaller", () => {
        const large = new KernelQueue({
            ringSize: 1,
            maxMsgSize: 40,
            schema: status,
        })
        equal(large.config().maxMsgSize, 40, "maxMsgSize")
        check(large.sendRecord(status.make()))
        equal(large.recvRecord(status.make()), Size.Status, "a record's length")
        equal(large.send(Buffer.alloc(40)), -65, "the size of an entry")
        equal(large.send(Buffer.alloc(41)), -26, "more than that")
        const small = { maxMsgSize: Size.Status - 1, schema: status }
        const refused = -KernelError.InvalidArgument
        equal(validateConfig(small), refused, "validateConfig")
        equal(requiredMemory(small), refused, "requiredMemory")
        throwsMessage(
            () => new KernelQueue(small),
            "InvalidArgument: maxMsgSize 25"
        )
    })
    // The last test, since what it prints would be taken for the name of a suite.
    test("its layout has a line for each field: offset, size, format, name", () => {
        const lines = [
            "0 1 u8 sensor",
            "1 8 u64 at",
            "9 2 i8.8 celsius",
            "11 1 bool ok",
            "12 7 string:6 place",
            "19 3 bytes:3 key",
            "22 4 u16[2] last",
        ]
        equal(status.layout(), lines.join("\n") + "\n", "lines")
        const long = schemaOf(["string:255", "string:256", "f64"]).layout()
        const sizes = "0 256 string:255 a\n256 258 string:256 b\n"
        equal(long, sizes + "514 8 f64 c\n", "both kinds of text")
    })
})
