// The test cases of the original, ruvix-queue 0.1.0, by their names there. Its sizes of 256 KB are made to
// fit a board; its ring did not reorder by priority, ours does. There the caller says what a region is, here the
// kernel knows.

import * as ds from "@devicescript/core"
import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    KernelError,
    MessageKind,
    MsgPriority,
    ReceivedMessage,
    Region,
    requiredMemory,
    RingBuffer,
    validateConfig,
} from "../../src"
import { equal, nameOf, queueOf, ringOf, settle } from "./support"
import { throwsKernelError, within } from "./support"

/** Sends a descriptor of some bytes of a region, and destroys the region. */
function sendRange(region: Region, offset: number, length: number): number {
    const descriptor = nameOf(region, offset, length)
    const queue = queueOf(16, 256)
    const result = queue.sendDescriptor(descriptor, MsgPriority.Normal)
    check(region.destroy())
    return result
}

function text(buffer: Buffer, length: number): string {
    return buffer.slice(0, length).toString()
}

describe("original", () => {
    beforeEach(settle)

    test("test_queue_config_validate", () => {
        equal(validateConfig({ ringSize: 64, maxMsgSize: 4096 }), 0, "valid")
        equal(validateConfig({ ringSize: 128, maxMsgSize: 1024 }), 0, "valid")
        equal(validateConfig({ ringSize: 63 }), -25, "no power of 2")
        equal(validateConfig({ ringSize: 0 }), -25, "none")
        equal(validateConfig({ ringSize: 64, maxMsgSize: 0 }), -25, "no byte")
        equal(validateConfig({ maxMsgSize: 2097152 }), -25, "2 MB")
    })
    test("test_queue_basic", () => {
        const queue = queueOf(16, 256)
        equal(queue.isEmpty(), true, "empty")
        equal(queue.isFull(), false, "not full")
        check(queue.send(Buffer.from("hello world"), MsgPriority.Normal))
        equal(queue.isEmpty(), false, "not empty")
        equal(queue.size(), 1, "size")
        const into = Buffer.alloc(256)
        equal(check(queue.recv(into)), 11, "length")
        equal(text(into, 11), "hello world", "bytes")
        equal(queue.isEmpty(), true, "empty again")
    })
    test("test_queue_send_count", () => {
        const queue = queueOf(16, 64)
        for (let i = 0; i < 5; ++i) check(queue.send(Buffer.from("msg" + i)))
        equal(queue.sendCount(), 5, "sendCount")
        equal(queue.recvCount(), 0, "recvCount")
        const into = Buffer.alloc(64)
        for (let i = 0; i < 3; ++i) check(queue.recv(into))
        equal(queue.recvCount(), 3, "recvCount then")
    })
    test("test_queue_full", () => {
        const queue = queueOf(4, 256)
        for (let i = 0; i < 4; ++i) check(queue.send(Buffer.from("msg" + i)))
        equal(queue.isFull(), true, "full")
        const result = queue.send(Buffer.from("overflow"))
        equal(result, -KernelError.QueueFull, "overflow")
    })
    test("test_queue_message_too_large", () => {
        const result = queueOf(16, 64).send(Buffer.alloc(128))
        equal(result, -KernelError.MessageTooLarge, "128 bytes in 64")
    })
    test("test_queue_recv_empty", () => {
        const result = queueOf(16, 64).recv(Buffer.alloc(64))
        equal(result, -KernelError.QueueEmpty, "empty")
    })
    test("test_queue_recv_timeout", async () => {
        const queue = queueOf(16, 64)
        const start = ds.millis()
        const result = await queue.recvTimeout(Buffer.alloc(64), 10)
        equal(result, -KernelError.Timeout, "out of time")
        within(ds.millis() - start, 10, 10000, "not before")
    })
    test("test_queue_descriptor_slab_rejected", () => {
        const result = sendRange(Region.slab(64, 16), 0, 100)
        equal(result, -KernelError.InvalidDescriptorRegion, "a slab")
    })
    test("test_queue_descriptor_immutable_ok", () => {
        const result = sendRange(Region.immutable(Buffer.alloc(1024)), 0, 100)
        equal(result, 0, "immutable")
    })
    test("test_queue_descriptor_out_of_bounds", () => {
        const region = Region.immutable(Buffer.alloc(1000))
        const result = sendRange(region, 900, 200)
        equal(result, -KernelError.InvalidArgument, "900 + 200 of 1000")
    })
    test("test_received_message_types", () => {
        const queue = queueOf(16, 64)
        const message = new ReceivedMessage()
        const into = Buffer.alloc(64)
        check(queue.send(Buffer.from("inline"), MsgPriority.High))
        check(queue.recvTyped(into, message))
        equal(message.kind, MessageKind.Inline, "kind")
        equal(message.length, 6, "length")
        equal(message.priority, MsgPriority.High, "priority")
        equal(text(into, 6), "inline", "bytes")
    })
    test("test_ring_entry_size", () => {
        const difference =
            requiredMemory({ ringSize: 2, maxMsgSize: 1 }) -
            requiredMemory({ ringSize: 1, maxMsgSize: 1 })
        within(difference, 8 + 1, 8 + 1 + 4, "a header of 8, a payload, links")
    })
    test("test_ring_buffer_basic", () => {
        const ring = ringOf(64, 256)
        equal(ring.isEmpty(), true, "empty")
        equal(ring.isFull(), false, "not full")
        equal(ring.size(), 0, "size")
        equal(ring.available(), 64, "available")
        check(ring.send(Buffer.from("hello"), MsgPriority.Normal))
        equal(ring.size(), 1, "one")
        const into = Buffer.alloc(256)
        equal(check(ring.recv(into)), 5, "length")
        equal(text(into, 5), "hello", "bytes")
        equal(ring.isEmpty(), true, "empty again")
    })
    test("test_ring_buffer_full", () => {
        const ring = ringOf(4, 256)
        for (let i = 0; i < 4; ++i) check(ring.send(Buffer.from("msg" + i)))
        equal(ring.isFull(), true, "full")
        const result = ring.send(Buffer.from("overflow"))
        equal(result, -KernelError.QueueFull, "overflow")
    })
    test("test_ring_buffer_wraparound", () => {
        const ring = ringOf(4, 256)
        const into = Buffer.alloc(256)
        for (let round = 0; round < 10; ++round) {
            for (let i = 0; i < 4; ++i)
                check(ring.send(Buffer.from("r" + round + "m" + i)))
            for (let i = 0; i < 4; ++i) {
                const length = check(ring.recv(into))
                equal(text(into, length), "r" + round + "m" + i, "bytes")
            }
            equal(ring.isEmpty(), true, "empty")
        }
    })
    test("test_ring_buffer_priority", () => {
        const ring = ringOf(8, 256)
        const message = new ReceivedMessage()
        const into = Buffer.alloc(256)
        check(ring.send(Buffer.from("low"), MsgPriority.Low))
        check(ring.send(Buffer.from("high"), MsgPriority.High))
        check(ring.send(Buffer.from("urgent"), MsgPriority.Urgent))
        for (const p of [3, 2, 0]) {
            check(ring.recvTyped(into, message))
            equal(message.priority, p, "higher first")
        }
    })
    test("test_ring_buffer_invalid_size", () => {
        const backing = Buffer.alloc(1024)
        throwsKernelError(
            () => new RingBuffer({ ringSize: 3, maxMsgSize: 256 }, backing),
            KernelError.InvalidArgument,
            "no power of 2"
        )
        throwsKernelError(
            () => new RingBuffer({ ringSize: 0, maxMsgSize: 256 }, backing),
            KernelError.InvalidArgument,
            "none"
        )
    })
})
