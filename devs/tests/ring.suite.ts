// Bytes and order, with no tasks: mostly on a RingBuffer alone.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    KernelError,
    MessageKind,
    MsgPriority,
    QueueStats,
    ReceivedMessage,
    requiredMemory,
    RingBuffer,
    RingEntry,
} from "../../src"
import { byte, drain, droppingQueueOf, equal } from "./support"
import { nothingLost, ringOf, settle } from "./support"

enum Opcodes {
    /** Sends and receives that fit between two parks, with room to spare for the test around them. */
    PairsBetweenParks = 400,
}

/** The priority of the i-th message of a mix, two bits each. */
function priorityOf(mix: number, i: number): MsgPriority {
    return (mix >> (2 * i)) & 3
}

/** Where a payload stands in a ring's backing. */
function find(backing: Buffer, payload: Buffer): number {
    const hex = backing.toString("hex")
    const digits = payload.toString("hex")
    for (let i = 0; i < backing.length; ++i)
        if (hex.slice(2 * i, 2 * i + digits.length) === digits) return i
    return -1
}

describe("ring", () => {
    beforeEach(settle)
    test("a message comes out as it went in, with its length", () => {
        const ring = ringOf(4, 8)
        const into = Buffer.alloc(8)
        check(ring.send(hex`0102030405060708`))
        check(ring.send(hex`a1a2`))
        equal(ring.recv(into), 8, "length")
        equal(into.toString("hex"), "0102030405060708", "bytes")
        equal(ring.recv(into), 2, "length of the shorter one")
        equal(into.toString("hex"), "a1a2030405060708", "no byte behind it")
        equal(ring.recv(into), -KernelError.QueueEmpty, "then empty")
    })
    test("0 bytes are a message of length 0", () => {
        const ring = ringOf(1, 1)
        const into = byte(7)
        equal(ring.send(Buffer.alloc(0)), 0, "from RAM")
        equal(ring.size(), 1, "queued")
        equal(ring.recv(Buffer.alloc(0)), 0, "into no byte")
        equal(ring.send(hex``), 0, "from flash")
        equal(ring.recv(into), 0, "into a larger buffer")
        equal(into.getAt(0, "u8"), 7, "nothing written")
    })
    test("a message in flash is fine", () => {
        const ring = ringOf(1, 4)
        const into = Buffer.alloc(4)
        equal(ring.send(hex`0badcafe`), 0, "sent")
        equal(ring.recv(into), 4, "received")
        equal(into.toString("hex"), "0badcafe", "bytes")
    })
    test("the sender's buffer is free when send returns", () => {
        const ring = ringOf(2, 1)
        const message = byte(1)
        check(ring.send(message))
        message.setAt(0, "u8", 2)
        equal(drain(ring), "1", "the bytes of then")
    })
    test("first in, first out within a priority", () => {
        for (let priority = 0; priority <= 3; ++priority) {
            const ring = ringOf(4, 1)
            for (let i = 0; i < 4; ++i) check(ring.send(byte(i), priority))
            equal(drain(ring), "0,1,2,3", "priority " + priority)
        }
    })
    test("higher priority first", () => {
        const ring = ringOf(8, 1)
        for (const p of [0, 3, 1, 2, 3, 0, 2, 1]) check(ring.send(byte(p), p))
        equal(drain(ring), "3,3,2,2,1,1,0,0", "order")
    })
    test("a priority left out is Normal", () => {
        const ring = ringOf(4, 1)
        check(ring.send(byte(0), MsgPriority.Low))
        check(ring.send(byte(2), MsgPriority.High))
        check(ring.send(byte(1)))
        equal(drain(ring), "2,1,0", "order")
    })
    test("all entries can be used, and each mix of priorities is delivered in its order", async () => {
        const ring = ringOf(4, 1)
        for (let mix = 0; mix < 256; ++mix) {
            if (mix % 8 === 0) await settle()
            const expected: number[] = []
            for (let p = 3; p >= 0; --p)
                for (let i = 0; i < 4; ++i)
                    if (priorityOf(mix, i) === p) expected.push(i)
            for (let i = 0; i < 4; ++i)
                equal(ring.send(byte(i), priorityOf(mix, i)), 0, "fits")
            equal(ring.isFull(), true, "full")
            equal(ring.send(byte(4)), -KernelError.QueueFull, "no more")
            equal(drain(ring), expected.join(","), "mix " + mix)
        }
    })
    test("a mix that is not full is delivered in its order", async () => {
        const ring = ringOf(4, 1)
        for (let mix = 0; mix < 64; ++mix) {
            if (mix % 8 === 0) await settle()
            const expected: number[] = []
            for (let p = 3; p >= 0; --p)
                for (let i = 0; i < 3; ++i)
                    if (priorityOf(mix, i) === p) expected.push(i)
            for (let i = 0; i < 3; ++i)
                check(ring.send(byte(i), priorityOf(mix, i)))
            equal(drain(ring), expected.join(","), "mix " + mix)
        }
    })
    test("a full ring whose newest is first goes on in order", () => {
        const ring = ringOf(4, 1)
        const into = Buffer.alloc(1)
        for (let i = 0; i < 3; ++i) check(ring.send(byte(i)))
        check(ring.send(byte(30), MsgPriority.Urgent))
        check(ring.recv(into))
        equal(into[0], 30, "the newest")
        check(ring.send(byte(3)))
        equal(drain(ring), "0,1,2,3", "no entry was overwritten")
    })
    test("an arrival finds its place while others leave", () => {
        const ring = ringOf(8, 1)
        const into = Buffer.alloc(1)
        check(ring.send(byte(10), MsgPriority.Normal))
        check(ring.send(byte(11), MsgPriority.Normal))
        check(ring.send(byte(30), MsgPriority.Urgent))
        check(ring.recv(into))
        equal(into[0], 30, "the urgent one")
        check(ring.send(byte(20), MsgPriority.High))
        check(ring.send(byte(12), MsgPriority.Normal))
        check(ring.recv(into))
        equal(into[0], 20, "the high one")
        check(ring.send(byte(31), MsgPriority.Urgent))
        check(ring.send(byte(0), MsgPriority.Low))
        equal(drain(ring), "31,10,11,12,0", "the rest")
    })
    test("a ring of one entry", () => {
        const ring = ringOf(1, 1)
        for (let p = 0; p <= 3; ++p) {
            equal(ring.send(byte(p), p), 0, "sent")
            equal(ring.send(byte(9), 3), -KernelError.QueueFull, "full")
            equal(drain(ring), "" + p, "received")
        }
    })
    test("size, available, isEmpty and isFull agree", () => {
        const ring = ringOf(4, 1)
        for (let n = 0; n <= 4; ++n) {
            equal(ring.size(), n, "size")
            equal(ring.available(), 4 - n, "available")
            equal(ring.isEmpty(), n === 0, "isEmpty")
            equal(ring.isFull(), n === 4, "isFull")
            equal(ring.capacity(), 4, "capacity")
            if (n < 4) check(ring.send(byte(n)))
        }
    })
    test("a message that is too large leaves everything as it was", () => {
        const ring = ringOf(2, 4)
        const before = ring.backing().toString("hex")
        const large = Buffer.alloc(5)
        equal(ring.send(large), -KernelError.MessageTooLarge, "one byte")
        equal(ring.backing().toString("hex"), before, "bytes")
        equal(ring.sendCount(), 0, "nothing accepted")
        equal(ring.send(Buffer.alloc(4)), 0, "the largest fits")
    })
    test("a buffer that is too small leaves the message in place", () => {
        const ring = ringOf(2, 4)
        const small = hex`ffffff`.slice(0)
        check(ring.send(hex`01020304`))
        equal(ring.recv(small), -KernelError.BufferTooSmall, "one byte short")
        equal(small.toString("hex"), "ffffff", "nothing written")
        equal(ring.size(), 1, "still there")
        equal(ring.recv(Buffer.alloc(4)), 4, "comes out later")
    })
    test("a header is 8 bytes, little-endian, in front of its payload", () => {
        const ring = ringOf(4, 8)
        check(ring.send(byte(1)))
        check(ring.send(hex`0badcafe55`, MsgPriority.Urgent))
        const backing = ring.backing()
        const at = find(backing, hex`0badcafe55`) - 8
        equal(backing.getAt(at, "u32"), 5, "length at 0")
        equal(backing.getAt(at + 4, "u8"), 3, "priority at 4")
        equal(backing.getAt(at + 5, "u8"), 0, "flags at 5")
        equal(backing.getAt(at + 6, "u16"), 1, "sequence at 6")
    })
    test("nothing outside an entry's own bytes is ever written", () => {
        const config = { ringSize: 4, maxMsgSize: 5 }
        const used = requiredMemory(config)
        const backing = Buffer.alloc(used + 16)
        backing.fillAt(used, 16, 0xee)
        const ring = new RingBuffer(config, backing)
        const full = hex`d1d2d3d4d5`
        for (let round = 0; round < 12; ++round) {
            for (let i = 0; i < 4; ++i) check(ring.send(full, (round * i) % 4))
            for (let i = 0; i < 4; ++i) {
                const into = Buffer.alloc(5)
                equal(ring.recv(into), 5, "length")
                equal(into.toString("hex"), "d1d2d3d4d5", "whole")
            }
        }
        for (let i = used; i < used + 16; ++i)
            equal(backing.getAt(i, "u8"), 0xee, "behind the ring's end")
    })
    test("an entry that nothing has filled is of no length, Low and inline", () => {
        const entry = new RingEntry()
        equal(entry.length, 0, "length")
        equal(entry.priority, MsgPriority.Low, "priority")
        equal(entry.sequence, 0, "sequence")
        equal(entry.flags, 0, "flags")
        equal(entry.isDescriptor(), false, "inline")
    })
    test("figures that nothing has filled are all 0", () => {
        const stats: any = new QueueStats()
        equal(stats.name, "", "name")
        for (const field of Object.keys(stats))
            if (field !== "name") equal(stats[field], 0, field)
    })
    test("peek says what comes next and takes nothing", () => {
        const ring = ringOf(4, 4)
        const entry = new RingEntry()
        equal(ring.peek(entry), -KernelError.QueueEmpty, "empty")
        check(ring.send(byte(0)))
        check(ring.send(hex`0102`, MsgPriority.High))
        equal(ring.peek(entry), 0, "there is one")
        equal(entry.length, 2, "length")
        equal(entry.priority, MsgPriority.High, "priority")
        equal(entry.sequence, 1, "sequence")
        equal(entry.flags, 0, "flags")
        equal(entry.isDescriptor(), false, "inline")
        equal(ring.size(), 2, "nothing taken")
    })
    test("peekAt looks at any message, in the order of delivery", () => {
        const ring = ringOf(4, 4)
        const entry = new RingEntry()
        for (const p of [0, 3, 1]) check(ring.send(Buffer.alloc(p), p))
        const order = [3, 1, 0]
        for (let i = 0; i < 3; ++i) {
            equal(ring.peekAt(i, entry), 0, "index " + i)
            equal(entry.priority, order[i], "priority at " + i)
            equal(entry.length, order[i], "length at " + i)
        }
        entry.length = 99
        equal(ring.peekAt(3, entry), -KernelError.QueueEmpty, "past the end")
        for (const index of [4294967296, 9007199254740992, Infinity])
            equal(ring.peekAt(index, entry), -7, "past the end: " + index)
        equal(entry.length, 99, "a failure fills nothing")
        const wrong: any[] = [-1, 0.5, NaN, "0", null, undefined, {}]
        for (const index of wrong)
            equal(ring.peekAt(index, entry), -25, "index " + index)
        equal(ring.peekAt(0, {} as any), -25, "no RingEntry")
        equal(ring.peek(undefined), -25, "nothing to fill")
    })
    test("recvTyped says what came", () => {
        const ring = ringOf(2, 4)
        const message = new ReceivedMessage()
        const into = Buffer.alloc(4)
        message.kind = MessageKind.Descriptor
        check(ring.send(hex`010203`, MsgPriority.Low))
        equal(ring.recvTyped(into, message), 3, "length")
        equal(message.kind, MessageKind.Inline, "kind")
        equal(message.isDescriptor(), false, "isDescriptor")
        equal(message.length, 3, "message.length")
        equal(message.priority, MsgPriority.Low, "priority")
        equal(message.sequence, 0, "sequence")
        check(ring.send(Buffer.alloc(0), MsgPriority.High))
        equal(ring.recvTyped(into, message), 0, "the next one")
        equal(message.sequence, 1, "its sequence")
        equal(message.priority, MsgPriority.High, "its priority")
        equal(ring.recvTyped(into, message), -7, "empty")
        equal(message.sequence, 1, "a failure fills nothing")
        equal(ring.recvTyped(into, undefined), -25, "no message to fill")
    })
    test("sequences run on past 2^16, the counts exactly", async () => {
        const ring = ringOf(2, 1)
        const entry = new RingEntry()
        const message = byte(0)
        const into = Buffer.alloc(1)
        let sent = 0
        while (sent < 65540) {
            check(ring.send(message))
            if (sent > 65500) {
                check(ring.peek(entry))
                equal(entry.sequence, sent & 0xffff, "sequence")
            }
            check(ring.recv(into))
            sent++
            if (sent % Opcodes.PairsBetweenParks === 0) await settle()
        }
        equal(ring.sendCount(), 65540, "sendCount")
        equal(ring.recvCount(), 65540, "recvCount")
    })
    test("the cost depends neither on depth nor on the mix", async () => {
        // a step for each queued message would take 1000 times as long, and trip the VM's step limit
        const ring = ringOf(1024, 4)
        const message = Buffer.alloc(4)
        for (let i = 0; i < 1000; ++i) {
            check(ring.send(message, i < 500 ? 1 : 2))
            if (i % 100 === 0) await settle()
        }
        for (let i = 0; i < 400; ++i) {
            check(ring.send(message, i & 3))
            check(ring.recv(message))
            if (i % 100 === 0) await settle()
        }
        equal(ring.size(), 1000, "size")
    })
    test("DropOldest drops the oldest of the lowest priority", () => {
        const queue = droppingQueueOf(4, 1)
        const stats = new QueueStats()
        for (const i of [1, 2, 3, 4]) check(queue.send(byte(i)))
        equal(queue.send(byte(5)), 0, "the same priority")
        equal(queue.send(byte(30), MsgPriority.Urgent), 0, "a higher one")
        equal(queue.send(byte(31), MsgPriority.Urgent), 0, "once more")
        equal(queue.send(byte(0), MsgPriority.Low), -6, "all are above it")
        check(queue.stats(stats))
        equal(stats.dropped, 3, "dropped are counted")
        nothingLost(queue)
        equal(drain(queue), "30,31,4,5", "the rest in order")
        nothingLost(queue)
    })
    test("DropOldest drops the only message of the lowest priority", () => {
        const queue = droppingQueueOf(4, 1)
        for (const p of [3, 2, 2, 0]) check(queue.send(byte(p), p))
        check(queue.send(byte(20), MsgPriority.High))
        check(queue.send(byte(21), MsgPriority.High))
        equal(queue.send(byte(10)), -KernelError.QueueFull, "all are above")
        equal(drain(queue), "3,2,20,21", "order")
    })
    test("a mailbox holds the newest message", () => {
        const box = droppingQueueOf(1, 1)
        for (let i = 0; i < 5; ++i) equal(box.send(byte(i)), 0, "accepted")
        equal(drain(box), "4", "the newest")
        nothingLost(box)
    })
})
