import { describe, test } from "@devicescript/test"
import {
    KernelError,
    KernelQueue,
    OverflowPolicy,
    requiredMemory,
    RingBuffer,
    Schema,
    validateConfig,
} from "../../src"
import { equal, throwsKernelError, throwsMessage, within } from "./support"

const invalid = -KernelError.InvalidArgument
const schema = new Schema(1, { n: "u32" })

/** No value of any field of a number. */
const wrongNumbers: any[] = [
    null,
    "16",
    true,
    NaN,
    Infinity,
    -Infinity,
    0,
    -1,
    -2,
    0.5,
    1.5,
    {},
    [16],
    hex`10`,
]

function refused(config: any, backing: any, code: number, promise: string) {
    throwsKernelError(() => new KernelQueue(config, backing), code, promise)
}

function refusedAs(config: any, message: string) {
    throwsMessage(() => new KernelQueue(config), "InvalidArgument: " + message)
}

describe("config", () => {
    test("nothing given means the defaults", () => {
        const queue = new KernelQueue()
        const config = queue.config()
        equal(config.ringSize, 16, "ringSize")
        equal(config.maxMsgSize, 64, "maxMsgSize")
        equal(config.overflow, OverflowPolicy.Reject, "overflow")
        equal(config.name, "", "name")
        equal(queue.capacity(), 16, "capacity")
        equal(queue.name(), "", "name()")
    })
    test("what is given is kept", () => {
        const queue = new KernelQueue({
            ringSize: 2,
            maxMsgSize: 3,
            overflow: OverflowPolicy.DropOldest,
            name: "log",
        })
        const config = queue.config()
        equal(config.ringSize, 2, "ringSize")
        equal(config.maxMsgSize, 3, "maxMsgSize")
        equal(config.overflow, OverflowPolicy.DropOldest, "overflow")
        equal(queue.name(), "log", "name")
    })
    test("what is done to config() later has no effect", () => {
        const given = { ringSize: 2, maxMsgSize: 1, name: "motor" }
        const queue = new KernelQueue(given)
        given.name = "other"
        queue.config().name = "another"
        equal(queue.name(), "motor", "name")
        queue.config().ringSize = 4
        queue.config().maxMsgSize = 2
        queue.config().overflow = OverflowPolicy.DropOldest
        equal(queue.capacity(), 2, "capacity")
        equal(queue.available(), 2, "available")
        equal(queue.send(hex`0102`), -KernelError.MessageTooLarge, "too large")
        equal(queue.send(hex`01`), 0, "the first")
        equal(queue.send(hex`02`), 0, "the second")
        equal(queue.isFull(), true, "isFull")
        equal(queue.send(hex`03`), -KernelError.QueueFull, "no third")
    })
    test("ringSize is a power of two, at least 1", () => {
        for (let n = 1; n <= 1024; n *= 2)
            equal(validateConfig({ ringSize: n }), 0, "ringSize " + n)
        equal(validateConfig({ ringSize: 4294967296 }), 0, "ringSize 2^32")
        for (const n of wrongNumbers)
            equal(validateConfig({ ringSize: n }), invalid, "ringSize " + n)
        for (const n of [3, 63, 4294967295, 4294967297])
            equal(validateConfig({ ringSize: n }), invalid, "ringSize " + n)
    })
    test("maxMsgSize is 1 to 1,048,576", () => {
        for (const n of [1, 3, 64, 1048576])
            equal(validateConfig({ maxMsgSize: n }), 0, "maxMsgSize " + n)
        for (const n of wrongNumbers)
            equal(validateConfig({ maxMsgSize: n }), invalid, "size " + n)
        for (const n of [1048577, 4294967296])
            equal(validateConfig({ maxMsgSize: n }), invalid, "size " + n)
    })
    test("maxMsgSize is the schema's size or more", () => {
        for (const maxMsgSize of [schema.size, schema.size + 1]) {
            equal(validateConfig({ schema, maxMsgSize }), 0, "is valid")
            const queue = new KernelQueue({ schema, maxMsgSize })
            equal(queue.sendRecord({ n: 7 }), 0, "a record is sent")
        }
        const maxMsgSize = schema.size - 1
        equal(
            validateConfig({ schema, maxMsgSize }),
            -KernelError.InvalidArgument,
            "no room for a record"
        )
    })
    test("overflow is a policy, name a string", () => {
        const policies: any[] = [2, -1, 0.5, "Reject", null, NaN, {}]
        for (const overflow of policies)
            equal(validateConfig({ overflow }), invalid, "overflow " + overflow)
        const names: any[] = [1, null, {}, hex`00`, NaN]
        for (const name of names)
            equal(validateConfig({ name }), invalid, "name " + name)
    })
    test("a config that is no object is InvalidArgument", () => {
        const configs: any[] = [null, 0, 16, NaN, "", "x", true, [], hex`00`]
        for (const config of configs) {
            equal(validateConfig(config), invalid, "config " + config)
            equal(requiredMemory(config), invalid, "memory of " + config)
            refused(config, undefined, -invalid, "constructor with " + config)
        }
        equal(validateConfig((() => 0) as any), invalid, "a function")
    })
    test("requiredMemory keeps to its limits and is what the queue uses", () => {
        for (const ringSize of [1, 2, 16, 256])
            for (const maxMsgSize of [1, 4, 64]) {
                const config = { ringSize, maxMsgSize }
                const entries = ringSize * (8 + maxMsgSize)
                const size = requiredMemory(config)
                const most = entries + 16 + 4 * ringSize
                within(size, entries, most, "requiredMemory")
                equal(new KernelQueue(config).backing().length, size, "used")
            }
        equal(requiredMemory({ ringSize: 3 }), invalid, "of a bad config")
    })
    test("a static backing is used in place, and may be larger", () => {
        const config = { ringSize: 2, maxMsgSize: 4 }
        const exact = Buffer.alloc(requiredMemory(config))
        equal(new KernelQueue(config, exact).backing(), exact, "in place")
        const larger = Buffer.alloc(requiredMemory(config) + 1)
        equal(new RingBuffer(config, larger).backing(), larger, "larger")
    })
    test("a backing that is too small is OutOfMemory", () => {
        const config = { ringSize: 2, maxMsgSize: 4, name: "small" }
        const short = Buffer.alloc(requiredMemory(config) - 1)
        refused(config, short, KernelError.OutOfMemory, "one byte short")
        refused(
            config,
            Buffer.alloc(0),
            KernelError.OutOfMemory,
            "no byte at all"
        )
    })
    test("a backing that is no Buffer, or in flash, is InvalidArgument", () => {
        const flash = hex`0000000000000000000000000000000000000000`
        const backings: any[] = [null, 0, 1000, "x", {}, [], flash, hex``]
        for (const backing of backings)
            refused(
                { ringSize: 1, maxMsgSize: 1 },
                backing,
                -invalid,
                "backing " + backing
            )
    })
    test("more than the VM can allocate is OutOfMemory, not a panic", () => {
        const configs = [
            { ringSize: 1, maxMsgSize: 57313 },
            { ringSize: 1, maxMsgSize: 57330 },
            { ringSize: 64, maxMsgSize: 4096 },
            { ringSize: 1, maxMsgSize: 1048576 },
            { ringSize: 4294967296, maxMsgSize: 1 },
            { ringSize: 9007199254740992, maxMsgSize: 1 }, // 2^53, the last that is a valid ringSize
        ]
        for (const config of configs)
            refused(
                config,
                undefined,
                KernelError.OutOfMemory,
                "maxMsgSize " + config.maxMsgSize
            )
    })
    test("an exception names the error, the queue, the field and its value", () => {
        const cases: any[][] = [
            [{ ringSize: 3 }, "ringSize 3 is no power of two"],
            [{ ringSize: "16" }, 'ringSize "16" is no power of two'],
            [{ ringSize: 4, maxMsgSize: 0 }, "maxMsgSize 0"],
            [{ maxMsgSize: 1.5 }, "maxMsgSize 1.5"],
            [{ maxMsgSize: null }, "maxMsgSize object"],
            [{ overflow: 2 }, "overflow 2"],
            [{ schema: {} }, "schema object"],
            [{ schema, maxMsgSize: 3 }, "maxMsgSize 3"],
            [{ name: 7 }, "name 7"],
            [7, "config 7"],
            [
                { name: "motor", ringSize: 0 },
                "motor: ringSize 0 is no power of two",
            ],
        ]
        for (const each of cases) refusedAs(each[0], each[1])
        const named = { name: "motor" }
        throwsMessage(
            () => new KernelQueue(named, Buffer.alloc(1)),
            "OutOfMemory: motor: backing 1 of 1224 bytes"
        )
        throwsMessage(
            () => new KernelQueue(named, hex`00`),
            "InvalidArgument: motor: backing object"
        )
        throwsMessage(
            () => new KernelQueue({ maxMsgSize: 10_000 }),
            "OutOfMemory: 160200 bytes"
        )
    })
})
