// What a caller in JavaScript may get wrong with schemas and records: each gets the error that the contract
// names, and leaves the queue exactly as it was.

import * as ds from "@devicescript/core"
import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelQueue,
    OverflowPolicy,
    Region,
    requiredMemory,
    RingBuffer,
    Schema,
    validateConfig,
} from "../../src"
import { drain, fill, queueWith, reading, record } from "./readings"
import { equal, nameOf, queueOf, settle, stateOf } from "./support"
import { throwsKernelError } from "./support"
import { endsWith, startRecvRecord, startSendRecord } from "./tasks"
import { noPriorities, noTimeouts } from "./wrong"

enum Code {
    QueueFull = -6,
    QueueEmpty = -7,
    Timeout = -8,
    BufferTooSmall = -24,
    InvalidArgument = -25,
    MessageTooLarge = -26,
    QueueClosed = -64,
    SchemaMismatch = -65,
}

/** Nothing that could be a record. */
const noRecords: any[] = [
    undefined,
    null,
    "abc",
    "",
    NaN,
    0,
    1.5,
    true,
    [],
    [1, 2],
    Buffer.alloc(5),
    hex`0102030405`,
    () => 1,
    Schema,
]

/** Nothing that could be a place in a Buffer. */
const noPlaces: any[] = [
    undefined,
    null,
    "0",
    "",
    NaN,
    -1,
    -5,
    -2147483648,
    0.5,
    -Infinity,
    true,
    {},
    [0],
]

/** Nothing that could be the fields of a record. */
const noFields: any[] = [
    undefined,
    null,
    "u8",
    "",
    0,
    5,
    NaN,
    true,
    {},
    [],
    ["u8"],
    [{ name: "a", format: "u8" }],
    [{ a: "u8" }],
    JSON,
    ds.Fiber.self(),
    hex`01`,
    Buffer.alloc(1),
    () => 1,
    Schema,
    { "": "u8" },
    { a: "u8", "": "u8" },
    { name: "a", format: "u8" },
]

const noFormats: any[] = [
    undefined,
    null,
    "",
    "u7",
    "U8",
    "u8 ",
    "f16",
    "f32[0]",
    5,
    0,
    -1,
    true,
    {},
    [],
    ["u8"],
    hex`7538`,
]

const noTypeIds: any[] = [
    undefined,
    null,
    "1",
    "",
    NaN,
    -1,
    0.5,
    4294967296,
    9007199254740992,
    Infinity,
    true,
    {},
    [1],
]

/** Expects that no schema can be made of this. */
function noSchema(typeId: any, fields: any, promise: string) {
    throwsKernelError(
        () => new Schema(typeId, fields),
        -Code.InvalidArgument,
        promise
    )
}

/** Expects that no queue can be made with this. */
function noConfig(maxMsgSize: number, schema: any, promise: string) {
    const config: any = { ringSize: 2, maxMsgSize, schema }
    equal(validateConfig(config), Code.InvalidArgument, promise)
    equal(requiredMemory(config), Code.InvalidArgument, "memory: " + promise)
    throwsKernelError(
        () => new KernelQueue(config),
        -Code.InvalidArgument,
        "queue: " + promise
    )
    throwsKernelError(
        () => new KernelQueue(config, Buffer.alloc(200)),
        -Code.InvalidArgument,
        "queue on a backing: " + promise
    )
}

/** Queues of records: empty, half full, full, closed, and full with the other policy. */
function queues(): KernelQueue[] {
    const all = [queueWith(2), queueWith(2), queueWith(2), queueWith(2)]
    const dropping = queueWith(2, OverflowPolicy.DropOldest)
    fill(all[1], [1])
    fill(all[2], [1, 2])
    fill(all[3], [1])
    fill(dropping, [1, 2])
    all[3].close()
    return [...all, dropping]
}

/** Makes all calls for a record, with arguments that may be wrong. */
async function callAll(
    queue: KernelQueue,
    what: any,
    error: number,
    promise: string
) {
    equal(queue.sendRecord(what), error, "sendRecord " + promise)
    equal(queue.sendRecord(what, 3), error, "urgent sendRecord " + promise)
    equal(queue.recvRecord(what), error, "recvRecord " + promise)
    for (const timeout of [0, FOREVER]) {
        const sent = await queue.sendRecordTimeout(what, timeout)
        equal(sent, error, "sendRecordTimeout " + promise)
        const received = await queue.recvRecordTimeout(what, timeout)
        equal(received, error, "recvRecordTimeout " + promise)
    }
}

describe("bad schemas and records", () => {
    beforeEach(settle)

    test("fields that make no record", () => {
        for (let i = 0; i < noFields.length; ++i)
            noSchema(1, noFields[i], "fields no. " + i)
    })
    test("a format that is none", () => {
        for (const format of noFormats) {
            noSchema(1, { b: format }, "format " + format)
            noSchema(1, { a: "u8", b: format }, "second: " + format)
            noSchema(1, { b: format, c: "u8" }, "first: " + format)
        }
    })
    test("a type id that is no u32", () => {
        for (const typeId of noTypeIds)
            noSchema(typeId, { a: "u8" }, "typeId " + typeId)
        equal(new Schema(0, { a: "u8" }).typeId, 0, "the least")
        const highest = new Schema(4294967295, { a: "u8" })
        equal(highest.typeId, 4294967295, "the highest")
    })
    test("a schema that entries have no room for", () => {
        for (const size of [1, 4]) noConfig(size, reading, size + " bytes")
        const config = { ringSize: 2, maxMsgSize: 5, schema: reading }
        equal(validateConfig(config), 0, "of just that size")
        const bare = requiredMemory({ ringSize: 2, maxMsgSize: 5 })
        equal(requiredMemory(config), bare, "it takes no memory of its own")
        const queue = new KernelQueue(config)
        fill(queue, [1, 2])
        equal(drain(queue), "1,2", "all entries can be used")
        equal(validateConfig({ schema: reading }), 0, "the default has room")
    })
    test("a schema that is none", () => {
        const none: any[] = [null, {}, { size: 4 }, 5, 0, "x", "", true, [1]]
        for (const schema of [...none, hex`01`, Schema, RingBuffer])
            noConfig(64, schema, "schema " + schema)
    })
    test("config says which schema a queue has", () => {
        const config = queueWith(2).config()
        equal(config.schema, reading, "the schema")
        equal(config.maxMsgSize, 8, "maxMsgSize")
        equal(queueOf(1).config().schema, undefined, "none")
        const none = { ringSize: 1, schema: undefined as Schema }
        const queue = new KernelQueue(none)
        equal(queue.send(Buffer.alloc(7)), 0, "undefined is none")
    })
    test("no record, to encode or to decode into", () => {
        const into = Buffer.alloc(5)
        for (const none of noRecords) {
            const encoded = reading.encode(none, into, 0)
            equal(encoded, Code.InvalidArgument, "encode " + none)
            const decoded = reading.decode(into, 0, none)
            equal(decoded, Code.InvalidArgument, "decode " + none)
        }
        equal(into.toString("hex"), "0000000000", "nothing written")
    })
    test("an object of the VM's own, whose fields cannot be set", async () => {
        const wrong = Code.InvalidArgument
        const frozen: any[] = [JSON, Object, ds.Fiber.self()]
        for (const queue of queues()) {
            const before = stateOf(queue)
            for (const each of frozen) {
                equal(reading.decode(Buffer.alloc(5), 0, each), wrong, "decode")
                equal(queue.recvRecord(each), wrong, "recvRecord")
                const waited = await queue.recvRecordTimeout(each, FOREVER)
                equal(waited, wrong, "recvRecordTimeout")
            }
            equal(stateOf(queue), before, "as it was")
            await settle()
        }
    })
    test("no Buffer, to encode into or to decode", () => {
        const none: any[] = [
            undefined,
            null,
            "abcdefgh",
            5,
            {},
            [1, 2, 3, 4, 5],
        ]
        const got = record(9)
        for (const buffer of none) {
            const encoded = reading.encode(record(1), buffer, 0)
            equal(encoded, Code.InvalidArgument, "encode into " + buffer)
            const decoded = reading.decode(buffer, 0, got)
            equal(decoded, Code.InvalidArgument, "decode " + buffer)
        }
        equal(got.sensor, 9, "nothing read")
    })
    test("flash can be decoded, and not encoded into", () => {
        for (const flash of [hex``, hex`00000000000000`]) {
            const encoded = reading.encode(record(1), flash, 0)
            equal(encoded, Code.InvalidArgument, "encode")
        }
        const got = record(9)
        equal(reading.decode(hex`ff0b0000c03f`, 1, got), 5, "decode")
        equal(got.sensor, 11, "sensor")
        equal(got.celsius, 1.5, "celsius")
    })
    test("a place that is none", () => {
        const into = Buffer.alloc(16)
        const before = into.toString("hex")
        const got = record(9)
        for (const at of noPlaces) {
            const encoded = reading.encode(record(1), into, at)
            equal(encoded, Code.InvalidArgument, "encode at " + at)
            const decoded = reading.decode(into, at, got)
            equal(decoded, Code.InvalidArgument, "decode at " + at)
        }
        equal(into.toString("hex"), before, "nothing written")
        equal(got.sensor, 9, "nothing read")
    })
    test("a place with too little room", () => {
        const into = Buffer.alloc(8)
        const got = record(9)
        const far = [4, 5, 8, 9, 2147483647, 2147483648, 4294967295]
        const further = [4294967296, 9007199254740992, 1e300, Infinity]
        for (const at of [...far, ...further]) {
            const encoded = reading.encode(record(1), into, at)
            equal(encoded, Code.BufferTooSmall, "encode at " + at)
            const decoded = reading.decode(into, at, got)
            equal(decoded, Code.InvalidArgument, "decode at " + at)
        }
        equal(into.toString("hex"), "0000000000000000", "nothing written")
        equal(got.sensor, 9, "nothing read")
        const none = Buffer.alloc(0)
        equal(reading.encode(record(1), none, 0), -24, "encode into no byte")
        equal(reading.decode(none, 0, got), -25, "decode of no byte")
        equal(
            reading.encode({} as any, none, 0),
            -24,
            "before the record is looked at"
        )
        equal(reading.encode(record(1), into, 3), 5, "just enough room")
    })
    test("no record, to send or to receive into", async () => {
        for (const queue of queues()) {
            const before = stateOf(queue)
            for (const none of noRecords) {
                const promise = "" + none
                await callAll(queue, none, Code.InvalidArgument, promise)
            }
            equal(stateOf(queue), before, "as it was")
            await settle()
        }
    })
    test("a queue that has no schema", async () => {
        const open = queueOf(2)
        const full = queueOf(1)
        const closed = queueOf(1)
        check(full.send(Buffer.alloc(1)))
        closed.close()
        for (const queue of [open, full, closed]) {
            const before = stateOf(queue)
            for (const what of [record(1), {}, undefined])
                await callAll(queue, what, Code.InvalidArgument, "no schema")
            equal(stateOf(queue), before, "as it was")
        }
    })
    test("a priority that is none", async () => {
        for (const queue of queues()) {
            const before = stateOf(queue)
            for (const p of noPriorities) {
                for (const what of [record(1), {}]) {
                    const sent = queue.sendRecord(what, p)
                    equal(sent, Code.InvalidArgument, "priority " + p)
                    const late = await queue.sendRecordTimeout(what, FOREVER, p)
                    equal(late, Code.InvalidArgument, "with a timeout: " + p)
                }
            }
            equal(stateOf(queue), before, "as it was")
            await settle()
        }
    })
    test("a timeout that is none, even if nothing need be waited for", async () => {
        for (const queue of queues()) {
            const before = stateOf(queue)
            const into = record(9)
            for (const t of noTimeouts) {
                const sent = await queue.sendRecordTimeout(record(1), t)
                equal(sent, Code.InvalidArgument, "send, timeout " + t)
                const received = await queue.recvRecordTimeout(into, t)
                equal(received, Code.InvalidArgument, "receive, timeout " + t)
            }
            equal(into.sensor, 9, "nothing read")
            equal(stateOf(queue), before, "as it was")
            await settle()
        }
    })
    test("a descriptor is SchemaMismatch, whatever the schema's size", async () => {
        const region = Region.immutable(hex`0102030405`)
        const descriptor = nameOf(region, 0, 5)
        const alike = new Schema(2, {
            a: "f64",
            b: "f64",
            c: "f64",
        })
        equal(alike.size, 24, "a descriptor's size")
        const schemas: any[] = [reading, alike]
        for (const schema of schemas) {
            const queue = new KernelQueue({
                ringSize: 1,
                maxMsgSize: 24,
                schema,
            })
            const before = stateOf(queue)
            const sent = queue.sendDescriptor(descriptor)
            equal(sent, Code.SchemaMismatch, "sendDescriptor")
            const late = await queue.sendDescriptorTimeout(descriptor, FOREVER)
            equal(late, Code.SchemaMismatch, "sendDescriptorTimeout")
            equal(stateOf(queue), before, "as it was")
            check(queue.send(Buffer.alloc(schema.size)))
            equal(queue.sendDescriptor(descriptor), -65, "full, too")
            queue.close()
            equal(queue.sendDescriptor(descriptor), -64, "closed first")
        }
        const small = queueWith(1).sendDescriptor(descriptor)
        equal(small, Code.MessageTooLarge, "too large first")
        check(region.destroy())
    })
    test("of several errors the first counts", async () => {
        const queue = queueWith(1)
        const bad: any = { sensor: 1 }
        const none: any = 5
        const beyond: any = 4
        fill(queue, [1])
        equal(queue.sendRecord(none, beyond), Code.InvalidArgument, "no record")
        equal(queue.sendRecord(bad, beyond), Code.InvalidArgument, "a priority")
        equal(queue.sendRecord(bad), Code.SchemaMismatch, "then a misfit")
        equal(queue.sendRecord(record(2)), Code.QueueFull, "then full")
        equal(await queue.sendRecordTimeout(bad, 0), -65, "not Timeout")
        const late = await queue.sendRecordTimeout(record(2), 0)
        equal(late, Code.Timeout, "then Timeout")
        queue.close()
        equal(queue.sendRecord(none), Code.InvalidArgument, "before closed")
        equal(
            queue.sendRecord(bad, beyond),
            Code.InvalidArgument,
            "before closed"
        )
        equal(queue.sendRecord(bad), Code.QueueClosed, "before a misfit")
        equal(queue.recvRecord(none), Code.InvalidArgument, "before a record")
        equal(drain(queue), "1", "what was queued")
        equal(queue.recvRecord(none), Code.InvalidArgument, "before closed")
        equal(queue.recvRecord(record(9)), Code.QueueClosed, "closed and empty")
    })
    test("wrong calls disturb nobody who waits", async () => {
        const starved = queueWith(1)
        const crowded = queueWith(1)
        const misfit: any = { sensor: 1 }
        const into = record(9)
        fill(crowded, [1])
        const recv = startRecvRecord(starved, into)
        const send = startSendRecord(crowded, record(2))
        await settle()
        for (const queue of [starved, crowded]) {
            const before = stateOf(queue)
            for (const none of noRecords)
                await callAll(queue, none, Code.InvalidArgument, "" + none)
            equal(queue.sendRecord(misfit), -65, "a misfit")
            equal(queue.send(Buffer.alloc(4)), -65, "a short one")
            equal(stateOf(queue), before, "as it was")
        }
        equal(recv.result, undefined, "the receiver waits on")
        equal(send.result, undefined, "and so does the sender")
        fill(starved, [3])
        await endsWith(recv, 5, "the receiver")
        equal(into.sensor, 3, "its record")
        equal(drain(crowded), "1,2", "the sender's record")
    })
    test("a queue that is empty says so", () => {
        const queue = queueWith(1)
        equal(queue.recvRecord(record(9)), Code.QueueEmpty, "recvRecord")
    })
})
