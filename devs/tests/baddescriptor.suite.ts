// Descriptors that name nothing: made up, out of bounds, garbage. None is accepted, none reads a byte.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelQueue,
    MessageDescriptor,
    ReceivedMessage,
    Region,
    Schema,
} from "../../src"
import { byte, Bytes, descriptorQueueOf, equal, fill } from "./support"
import { nameOf, queueOf, settle, stateOf } from "./support"
import { noBuffers } from "./wrong"

enum Code {
    QueueFull = -6,
    NotFound = -14,
    StaleHandle = -19,
    BufferTooSmall = -24,
    InvalidArgument = -25,
    MessageTooLarge = -26,
    InvalidDescriptorRegion = -27,
    QueueClosed = -64,
}

const noDescriptors: any[] = [
    undefined,
    null,
    "abc",
    0,
    NaN,
    true,
    {},
    [],
    Buffer.alloc(24),
    { regionId: 1, generation: 1, offset: 0, length: 1 },
]

/** Expects an error of all that could use a descriptor, and nothing changed by it. */
async function isRefused(
    descriptor: MessageDescriptor,
    error: number,
    what: string
) {
    const queue = descriptorQueueOf(2)
    const before = stateOf(queue)
    const into = Buffer.alloc(8)
    into.fillAt(0, 8, 0xee)
    equal(descriptor.isValid(), false, what + ": isValid")
    equal(queue.sendDescriptor(descriptor), error, what + ": send")
    const result = await queue.sendDescriptorTimeout(descriptor, FOREVER)
    equal(result, error, what + ": sendTimeout")
    equal(descriptor.getAt(0, "u8"), undefined, what + ": getAt")
    equal(descriptor.read(into) < 0, true, what + ": read")
    equal(into.toString("hex"), "eeeeeeeeeeeeeeee", what + ": nothing read")
    equal(stateOf(queue), before, what + ": as it was")
}

describe("bad descriptors", () => {
    beforeEach(settle)

    test("handles that were made up", async () => {
        const region = Region.immutable(hex`01020304`)
        const { id, generation } = region.handle
        for (const none of [0, id + 1000, 2147483648, 4294967295, Infinity])
            await isRefused(
                new MessageDescriptor(none, 1, 0, 1),
                Code.NotFound,
                "id " + none
            )
        for (const other of [0, generation - 1, generation + 1, 4294967295])
            await isRefused(
                new MessageDescriptor(id, other, 0, 1),
                Code.StaleHandle,
                "generation " + other
            )
        const wrong: any[] = [undefined, null, "1", NaN, -1, 0.5, {}]
        for (const each of wrong) {
            await isRefused(
                new MessageDescriptor(each, generation, 0, 1),
                Code.InvalidArgument,
                "id " + each
            )
            await isRefused(
                new MessageDescriptor(id, each, 0, 1),
                Code.InvalidArgument,
                "generation " + each
            )
        }
        check(region.destroy())
    })
    test("bytes outside of what the region holds", async () => {
        const log = Region.appendOnly(16)
        check(log.append(hex`01020304`))
        const regions = [Region.immutable(hex`01020304`), log]
        const outside = [
            [0, 5],
            [4, 1],
            [3, 2],
            [0, 4294967295],
            [1, 4294967295], // 2^32 as a sum
            [4294967295, 1],
            [4294967295, 2],
            [2147483647, 1],
            [2147483648, 1],
            [4294967296, 1],
            [9007199254740991, 1],
            [9007199254740992, 1],
            [9007199254740992, 4294967295],
            [Infinity, 1],
            [0, Infinity],
            [-1, 1],
            [-4, 4],
            [-2147483648, 1],
            [0.5, 1],
            [0, 0.5],
            [NaN, 1],
            [0, NaN],
            [0, -1],
            [4, -4],
        ]
        for (const region of regions) {
            for (const range of outside) {
                const offset = range[0]
                const length = range[1]
                await isRefused(
                    nameOf(region, offset, length),
                    Code.InvalidArgument,
                    offset + " + " + length
                )
            }
            const all = nameOf(region, 0, 4)
            equal(all.isValid(), true, "all of it")
            check(region.destroy())
        }
    })
    test("no byte at all", async () => {
        const region = Region.immutable(hex`01020304`)
        for (const offset of [0, 2, 4])
            await isRefused(
                nameOf(region, offset, 0),
                Code.InvalidArgument,
                "length 0"
            )
        check(region.destroy())
    })
    test("offsets and lengths that are no numbers", async () => {
        const region = Region.immutable(hex`01020304`)
        const wrong: any[] = [undefined, null, "1", true, {}, [1]]
        for (const each of wrong) {
            const offset = nameOf(region, each, 1)
            await isRefused(offset, Code.InvalidArgument, "offset " + each)
            const length = nameOf(region, 0, each)
            await isRefused(length, Code.InvalidArgument, "length " + each)
        }
        check(region.destroy())
    })
    test("bytes that can change", async () => {
        const slab = Region.slab(4, 2)
        check(slab.alloc())
        await isRefused(
            nameOf(slab, 0, 4),
            Code.InvalidDescriptorRegion,
            "a slab"
        )
        check(slab.destroy())
    })
    test("garbage from a ring names nothing", async () => {
        const region = Region.immutable(hex`01020304`)
        const queue = descriptorQueueOf(2)
        const garbage = Buffer.alloc(Bytes.Descriptor)
        const into = Buffer.alloc(Bytes.Descriptor)
        const message = new ReceivedMessage()
        const descriptor = new MessageDescriptor(0, 0, 0, 0)
        for (let i = 0; i < 64; ++i) {
            // i = 0: all zeros, 1: all ones, then anything
            for (let k = 0; k < garbage.length; ++k)
                garbage[k] = i < 2 ? i * 255 : Math.randomInt(255)
            if (i % 4 === 3) garbage.setAt(0, "u32", region.handle.id)
            if (i % 8 === 7) garbage.setAt(4, "u32", region.handle.generation)
            check(queue.send(garbage))
            check(queue.recvTyped(into, message))
            equal(message.isDescriptor(), false, "it was sent as bytes")
            equal(descriptor.fromBytes(into, 0), Bytes.Descriptor, "any bytes")
            await isRefusedAnyhow(descriptor)
        }
        check(region.destroy())
    })
    test("what is no descriptor", async () => {
        const queue = descriptorQueueOf(2)
        const before = stateOf(queue)
        for (const wrong of noDescriptors) {
            equal(queue.sendDescriptor(wrong), -25, "send " + wrong)
            const result = await queue.sendDescriptorTimeout(wrong, FOREVER)
            equal(result, Code.InvalidArgument, "sendTimeout " + wrong)
        }
        equal(stateOf(queue), before, "as it was")
    })
    test("priorities and timeouts that are none", async () => {
        const region = Region.immutable(hex`01020304`)
        const good = nameOf(region, 0, 4)
        const queue = descriptorQueueOf(2)
        const before = stateOf(queue)
        const wrong: any[] = [null, "1", NaN, -1, -0.5, {}, []]
        for (const each of wrong) {
            equal(queue.sendDescriptor(good, each), -25, "priority " + each)
            const timed = await queue.sendDescriptorTimeout(good, each)
            equal(timed, Code.InvalidArgument, "timeout " + each)
            const both = await queue.sendDescriptorTimeout(good, 1, each)
            equal(both, Code.InvalidArgument, "priority " + each)
        }
        const four: any = 4
        equal(queue.sendDescriptor(good, four), -25, "priority 4")
        equal(stateOf(queue), before, "as it was")
        check(region.destroy())
    })
    test("of several errors the first of the contract's order is told", () => {
        const region = Region.immutable(hex`01020304`)
        const { id, generation } = region.handle
        const good = nameOf(region, 0, 4)
        const stale = new MessageDescriptor(id, generation + 1, 9, 9)
        const small = queueOf(1, 23)
        equal(small.sendDescriptor(stale), Code.MessageTooLarge, "23 bytes")
        equal(small.sendDescriptor(good), Code.MessageTooLarge, "23 bytes")
        small.close()
        equal(small.sendDescriptor(stale), Code.QueueClosed, "closed first")
        const full = descriptorQueueOf(1)
        fill(full, [1])
        equal(full.sendDescriptor(stale), Code.StaleHandle, "stale, then full")
        equal(full.sendDescriptor(good), Code.QueueFull, "full")
        const into = Buffer.alloc(1)
        equal(stale.read(into), Code.BufferTooSmall, "too small, then stale")
        equal(good.read(into), Code.BufferTooSmall, "too small")
        check(region.destroy())
    })
    test("a field that no descriptor can have is told before all that is wrong with the queue or the region", () => {
        const region = Region.immutable(hex`01020304`)
        const { id, generation } = region.handle
        check(region.destroy())
        const small = queueOf(1, 23)
        const closed = descriptorQueueOf(1)
        closed.close()
        const schema = new Schema(1, { value: "u8" })
        const typed = new KernelQueue({ schema })
        const into = Buffer.alloc(0)
        for (const wrong of [-1, 1.5]) {
            for (const descriptor of [
                nameOf(region, wrong, 1),
                nameOf(region, 0, wrong),
                new MessageDescriptor(id, wrong, 0, 1),
                new MessageDescriptor(wrong, generation, 0, 1),
            ]) {
                for (const queue of [
                    descriptorQueueOf(1),
                    small,
                    closed,
                    typed,
                ])
                    equal(
                        queue.sendDescriptor(descriptor),
                        Code.InvalidArgument,
                        "send, a field of " + wrong
                    )
                equal(
                    descriptor.read(into),
                    Code.InvalidArgument,
                    "read, a field of " + wrong
                )
            }
        }
        const empty = nameOf(region, 0, 0)
        equal(small.sendDescriptor(empty), Code.InvalidArgument, "no byte")
    })
    test("a buffer that cannot take what a descriptor names", () => {
        const region = Region.immutable(hex`01020304`)
        const good = nameOf(region, 0, 4)
        for (const wrong of [...noBuffers, hex`01020304`])
            equal(good.read(wrong), Code.InvalidArgument, "into " + wrong)
        const short = Buffer.alloc(3)
        equal(good.read(short), Code.BufferTooSmall, "3 for 4")
        equal(short.toString("hex"), "000000", "nothing written")
        const long = Buffer.alloc(5)
        equal(good.read(long), 4, "5 for 4")
        equal(long.toString("hex"), "0102030400", "4 of 5")
        check(region.destroy())
    })
    test("bytes where there is no room for them", () => {
        const descriptor = new MessageDescriptor(1, 2, 3, 4)
        const bytes = Buffer.alloc(30)
        const flash = hex`000000000000000000000000000000000000000000000000`
        const wrong: any[] = [undefined, null, "x", NaN, -1, -24, 0.5, {}]
        for (const at of wrong) {
            equal(descriptor.toBytes(bytes, at), -25, "to " + at)
            equal(descriptor.fromBytes(bytes, at), -25, "from " + at)
        }
        for (const at of [7, 30, 2147483648, 4294967296, Infinity]) {
            equal(descriptor.toBytes(bytes, at), -24, "to " + at)
            equal(descriptor.fromBytes(bytes, at), -25, "from " + at)
        }
        for (const none of noBuffers) {
            equal(descriptor.toBytes(none, 0), -25, "to " + none)
            equal(descriptor.fromBytes(none, 0), -25, "from " + none)
        }
        equal(descriptor.toBytes(flash, 0), Code.InvalidArgument, "in flash")
        equal(
            bytes.toString("hex"),
            Buffer.alloc(30).toString("hex"),
            "as it was"
        )
        equal(descriptor.offset, 3, "it too")
        equal(descriptor.fromBytes(flash, 0), Bytes.Descriptor, "from flash")
        equal(descriptor.offset, 0, "read")
    })
    test("fields that 24 bytes cannot hold", () => {
        const bytes = Buffer.alloc(24)
        const wrong: any[] = [-1, 0.5, NaN, 4294967296, "1", undefined]
        for (const each of wrong) {
            const fields = [
                new MessageDescriptor(each, 1, 1, 1),
                new MessageDescriptor(1, each, 1, 1),
                new MessageDescriptor(1, 1, 1, each),
            ]
            for (const descriptor of fields)
                equal(descriptor.toBytes(bytes, 0), -25, "a field: " + each)
        }
        const noOffsets: any[] = [-1, 0.5, NaN, 9007199254740992, "1"]
        for (const each of noOffsets) {
            const descriptor = new MessageDescriptor(1, 1, each, 1)
            equal(descriptor.toBytes(bytes, 0), -25, "offset " + each)
        }
        equal(
            bytes.toString("hex"),
            Buffer.alloc(24).toString("hex"),
            "as it was"
        )
    })
    test("a queue that goes on with good ones", () => {
        const region = Region.immutable(hex`01020304`)
        const queue = descriptorQueueOf(1)
        const message = new ReceivedMessage()
        const into = Buffer.alloc(Bytes.Descriptor)
        for (let i = 0; i < 4; ++i) {
            const bad = nameOf(region, 4, 1)
            equal(queue.sendDescriptor(bad), Code.InvalidArgument, "bad")
            const good = nameOf(region, i, 1)
            equal(queue.sendDescriptor(good), 0, "good")
            equal(queue.recvTyped(into, message), Bytes.Descriptor, "received")
            equal(message.descriptor.getAt(0, "u8"), i + 1, "what it names")
        }
        equal(queue.send(byte(1)), 0, "and with bytes")
        check(region.destroy())
    })
})

/** Whatever the error: no byte is read, and a queue does not accept it. */
async function isRefusedAnyhow(descriptor: MessageDescriptor) {
    const error = descriptorQueueOf(1).sendDescriptor(descriptor)
    equal(error < 0, true, "an error")
    await isRefused(descriptor, error, "garbage")
}
