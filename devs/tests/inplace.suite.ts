// Entries that are written and read where they are, beside all other calls.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    MessageKind,
    MsgPriority,
    ReceivedMessage,
    RingEntry,
} from "../../src"
import { byte, drain, droppingQueueOf, equal, fill } from "./support"
import { nothingLost, queueOf, settle, stateOf, statsOf } from "./support"
import { endsWith, startRecvTyped, startSend, startTask } from "./tasks"

enum Code {
    NotPermitted = -15,
    InvalidArgument = -25,
}

/** Reserves, writes a byte and commits. */
function sendInPlace(queue: KernelQueue, value: number, priority: MsgPriority) {
    const at = check(queue.reserve(1, priority))
    queue.backing().setAt(at, "u8", value)
    check(queue.commit(1))
}

/** The byte that is next, taken in place. */
function frontByte(queue: KernelQueue): number {
    return queue.backing().getAt(check(queue.front(new RingEntry())), "u8")
}

/** Each entry is reserved or fronted. */
function allTaken(ringSize: number): KernelQueue {
    const queue = queueOf(ringSize)
    if (ringSize > 1) {
        fill(queue, [7])
        check(queue.front(new RingEntry()))
    }
    check(queue.reserve(4))
    equal(queue.isFull(), true, "no entry is free")
    equal(queue.size(), 0, "nothing is queued")
    return queue
}

describe("in place", () => {
    beforeEach(settle)

    test("what is written where it was reserved is sent by commit", () => {
        const queue = queueOf(2)
        const into = Buffer.alloc(4)
        const at = queue.reserve(4, MsgPriority.High)
        queue.backing().blitAt(at, hex`0badcafe`, 0, 4)
        equal(queue.size(), 0, "not sent yet")
        equal(queue.recv(into), -KernelError.QueueEmpty, "nor received")
        equal(queue.sendCount(), 0, "nor counted")
        equal(queue.commit(4), 0, "commit")
        const message = new ReceivedMessage()
        equal(queue.recvTyped(into, message), 4, "length")
        equal(into.toString("hex"), "0badcafe", "bytes")
        equal(message.priority, MsgPriority.High, "priority")
        equal(message.kind, MessageKind.Inline, "kind")
        nothingLost(queue)
    })
    test("the priority of a reservation left out is Normal", () => {
        const queue = queueOf(4)
        check(queue.send(byte(0), MsgPriority.Low))
        check(queue.send(byte(2), MsgPriority.High))
        const at = check(queue.reserve(1))
        queue.backing().setAt(at, "u8", 1)
        check(queue.commit(1))
        equal(drain(queue), "2,1,0", "order")
    })
    test("a commit may be shorter than reserved, not longer", () => {
        const queue = queueOf(2)
        const into = Buffer.alloc(4)
        check(queue.reserve(3))
        const before = stateOf(queue)
        equal(queue.commit(4), Code.InvalidArgument, "longer")
        equal(stateOf(queue), before, "as it was")
        equal(queue.commit(2), 0, "shorter")
        equal(queue.recv(into), 2, "length")
        check(queue.reserve(3))
        equal(queue.commit(0), 0, "nothing at all")
        equal(queue.recv(into), 0, "length 0")
    })
    test("a message's place is that of its commit", () => {
        const queue = queueOf(4)
        const entry = new RingEntry()
        const at = check(queue.reserve(1))
        fill(queue, [1, 2])
        queue.backing().setAt(at, "u8", 3)
        check(queue.commit(1))
        check(queue.peekAt(2, entry))
        equal(entry.sequence, 2, "sequence")
        fill(queue, [4])
        equal(drain(queue), "1,2,3,4", "order")
    })
    test("a commit overtakes what is of a lower priority", () => {
        const queue = queueOf(4)
        fill(queue, [1])
        const at = check(queue.reserve(1, MsgPriority.Urgent))
        queue.backing().setAt(at, "u8", 30)
        fill(queue, [2])
        check(queue.commit(1))
        sendInPlace(queue, 0, MsgPriority.Low)
        equal(drain(queue), "30,1,2,0", "order")
    })
    test("a cancelled reservation was never sent", () => {
        const queue = queueOf(1)
        const before = statsOf(queue)
        check(queue.reserve(4))
        equal(queue.cancel(), 0, "cancel")
        equal(queue.available(), 1, "the entry is free")
        equal(statsOf(queue).sent, before.sent, "nothing sent")
        fill(queue, [1])
        equal(drain(queue), "1", "and can be used")
    })
    test("one reservation and one front at a time", () => {
        const queue = queueOf(4)
        const entry = new RingEntry()
        equal(queue.commit(0), Code.NotPermitted, "commit of nothing")
        equal(queue.cancel(), Code.NotPermitted, "cancel of nothing")
        equal(queue.release(), Code.NotPermitted, "release of nothing")
        fill(queue, [1, 2])
        const at = check(queue.reserve(2))
        queue.backing().setAt(at, "u16", 0x0403)
        check(queue.front(entry))
        const before = stateOf(queue)
        entry.length = 99
        equal(queue.reserve(1), Code.NotPermitted, "a second reservation")
        equal(queue.front(entry), Code.NotPermitted, "a second front")
        equal(entry.length, 99, "nothing filled")
        equal(stateOf(queue), before, "as it was")
        equal(queue.release(), 0, "release")
        equal(queue.release(), Code.NotPermitted, "release twice")
        equal(queue.commit(2), 0, "commit")
        equal(queue.commit(2), Code.NotPermitted, "commit twice")
        equal(queue.cancel(), Code.NotPermitted, "cancel what is sent")
        equal(drain(queue), "2,3", "the rest")
    })
    test("a front leaves the message where it is, and takes it", () => {
        const queue = queueOf(2)
        const entry = new ReceivedMessage()
        check(queue.send(hex`0badcafe`, MsgPriority.High))
        fill(queue, [1])
        const at = queue.front(entry)
        equal(queue.backing().getAt(at, "u32"), 0xfecaad0b, "bytes")
        equal(entry.length, 4, "length")
        equal(entry.priority, MsgPriority.High, "priority")
        equal(entry.sequence, 0, "sequence")
        equal(entry.kind, MessageKind.Inline, "kind")
        equal(queue.size(), 1, "no longer queued")
        equal(queue.recvCount(), 1, "received")
        equal(queue.send(byte(2)), -6, "its entry is not free")
        equal(queue.backing().getAt(at, "u32"), 0xfecaad0b, "still there")
        equal(queue.release(), 0, "release")
        equal(queue.send(byte(2)), 0, "now it is")
        equal(drain(queue), "1,2", "the rest")
        nothingLost(queue)
    })
    test("an urgent arrival is next, not in place of the front", () => {
        const queue = queueOf(4)
        fill(queue, [1, 2])
        equal(frontByte(queue), 1, "the front")
        check(queue.send(byte(30), MsgPriority.Urgent))
        equal(drain(queue), "30,2", "the rest")
        check(queue.release())
        equal(queue.available(), 4, "all free")
    })
    test("available is what is neither queued nor reserved nor fronted", () => {
        const queue = queueOf(4)
        fill(queue, [1, 2])
        check(queue.reserve(1))
        equal(queue.available(), 1, "reserved")
        check(queue.front(new RingEntry()))
        equal(queue.available(), 1, "fronted: it was queued before")
        equal(queue.size(), 1, "size")
        fill(queue, [3])
        equal(queue.isFull(), true, "full")
        equal(queue.isEmpty(), false, "not empty")
        equal(queue.send(byte(4)), -KernelError.QueueFull, "no room")
        check(queue.release())
        equal(queue.isFull(), false, "released")
        check(queue.cancel())
        equal(queue.available(), 2, "cancelled")
        equal(drain(queue), "2,3", "the rest")
    })
    test("other calls go on where all entries but one are taken", () => {
        const queue = queueOf(4)
        const at = check(queue.reserve(4))
        queue.backing().setAt(at, "u32", 0x09090909)
        fill(queue, [0])
        equal(frontByte(queue), 0, "the front")
        for (let round = 1; round < 9; ++round) {
            fill(queue, [round, round + 100])
            equal(drain(queue), round + "," + (round + 100), "round")
        }
        equal(queue.backing().getAt(at, "u32"), 0x09090909, "nobody wrote it")
        check(queue.commit(4))
        check(queue.release())
        fill(queue, [1, 2, 3])
        equal(drain(queue), "9,1,2,3", "all four again")
    })
    test("a queue of one entry", () => {
        const queue = queueOf(1)
        for (let i = 0; i < 4; ++i) {
            sendInPlace(queue, i, i)
            equal(queue.reserve(1), -KernelError.QueueFull, "full")
            equal(frontByte(queue), i, "front")
            equal(queue.reserve(1), -KernelError.QueueFull, "not released")
            equal(queue.front(new RingEntry()), Code.NotPermitted, "nor more")
            check(queue.release())
            equal(queue.front(new RingEntry()), -7, "empty")
        }
        nothingLost(queue)
    })
    test("a purge takes what is queued, not what is reserved or fronted", () => {
        const queue = queueOf(4)
        fill(queue, [1, 2, 3])
        const at = queue.front(new RingEntry())
        check(queue.reserve(1))
        equal(queue.purge(), 2, "purged")
        equal(queue.backing().getAt(at, "u8"), 1, "the front is there")
        fill(queue, [4])
        check(queue.commit(1))
        check(queue.release())
        equal(queue.size(), 2, "sent after the purge")
        equal(queue.available(), 2, "the rest is free")
        nothingLost(queue)
    })
    test("after a close a commit fails, and its entry is given back", () => {
        const queue = queueOf(2)
        fill(queue, [1])
        check(queue.reserve(1))
        queue.close()
        equal(queue.reserve(1), -KernelError.QueueClosed, "no reservation")
        equal(queue.commit(2), Code.InvalidArgument, "arguments first")
        equal(queue.commit(1), -KernelError.QueueClosed, "no commit")
        equal(queue.commit(1), Code.NotPermitted, "it is cancelled")
        equal(queue.available(), 1, "given back")
        equal(queue.sendCount(), 1, "not sent")
        equal(frontByte(queue), 1, "what was queued can be had")
        equal(queue.front(new RingEntry()), -64, "closed and empty")
        check(queue.release())
        equal(queue.available(), 2, "all free")
    })
    test("a reservation can be cancelled after a close", () => {
        const queue = queueOf(1)
        check(queue.reserve(1))
        queue.close()
        equal(queue.cancel(), 0, "cancel")
        equal(queue.available(), 1, "given back")
    })
    test("a reservation in a full queue drops the oldest, if that is the policy", () => {
        const queue = droppingQueueOf(2, 1)
        fill(queue, [1, 2])
        check(queue.reserve(1))
        equal(statsOf(queue).dropped, 1, "dropped")
        equal(queue.send(byte(3), MsgPriority.Low), -6, "all are above it")
        fill(queue, [4])
        equal(statsOf(queue).dropped, 2, "by a send as well")
        equal(frontByte(queue), 4, "what is left")
        equal(queue.send(byte(5)), -6, "nothing is queued that could be")
        check(queue.release())
        check(queue.cancel())
        nothingLost(queue)
    })
    test("wrong arguments leave everything as it was", () => {
        const queue = queueOf(2)
        fill(queue, [1])
        const wrong: any[] = [undefined, null, "1", NaN, -1, 0.5, true, {}, []]
        for (const reserved of [false, true]) {
            if (reserved) check(queue.reserve(4))
            const before = stateOf(queue)
            for (const each of wrong) {
                equal(queue.reserve(each), Code.InvalidArgument, "" + each)
                equal(queue.commit(each), Code.InvalidArgument, "" + each)
                equal(queue.front(each), Code.InvalidArgument, "" + each)
                if (each !== undefined)
                    equal(queue.reserve(1, each), Code.InvalidArgument, "p")
            }
            equal(queue.reserve(5), -KernelError.MessageTooLarge, "5 of 4")
            equal(queue.reserve(Infinity), -26, "Infinity of 4")
            equal(
                queue.reserve(5, wrong[4]),
                Code.InvalidArgument,
                "first of all"
            )
            equal(stateOf(queue), before, "as it was")
        }
        equal(queue.commit(Infinity), Code.InvalidArgument, "longer")
        equal(queue.commit(4294967296), Code.InvalidArgument, "longer")
    })
})

describe("in place, beside tasks that wait", () => {
    beforeEach(settle)

    test("a commit goes straight to the task that waits, and its entry is free", async () => {
        const queue = queueOf(1)
        const call = startRecvTyped(queue)
        await settle()
        sendInPlace(queue, 9, MsgPriority.Urgent)
        equal(queue.available(), 1, "free at once")
        await endsWith(call, 1, "received")
        equal(call.into[0], 9, "bytes")
        equal(call.message.priority, MsgPriority.Urgent, "header")
        equal(call.message.length, 1, "length")
        nothingLost(queue)
    })
    test("release and cancel let waiting senders in", async () => {
        const queue = queueOf(2)
        fill(queue, [1])
        check(queue.front(new RingEntry()))
        check(queue.reserve(1))
        const first = startSend(queue, byte(2))
        const second = startSend(queue, byte(3))
        await settle()
        equal(statsOf(queue).waitingSenders, 2, "no room")
        check(queue.release())
        await endsWith(first, 0, "by release")
        equal(statsOf(queue).waitingSenders, 1, "one entry, one sender")
        check(queue.cancel())
        await endsWith(second, 0, "by cancel")
        equal(drain(queue), "2,3", "order")
        nothingLost(queue)
    })
    test("a purge lets senders in beside a reservation and a front", async () => {
        const queue = queueOf(4)
        fill(queue, [1, 2, 3])
        check(queue.front(new RingEntry()))
        check(queue.reserve(1))
        const calls = [
            startSend(queue, byte(4)),
            startSend(queue, byte(5)),
            startSend(queue, byte(6)),
        ]
        await settle()
        equal(queue.purge(), 2, "purged")
        await endsWith(calls[0], 0, "the first")
        await endsWith(calls[1], 0, "the second")
        equal(statsOf(queue).waitingSenders, 1, "two entries")
        check(queue.release())
        await endsWith(calls[2], 0, "the third")
        equal(drain(queue), "4,5,6", "order")
    })
    test("with all entries taken a message waits for one", async () => {
        await waitsForAnEntry(allTaken(1))
        await waitsForAnEntry(allTaken(2))
    })
    test("a commit serves a waiting receiver, and its entry a waiting sender", async () => {
        await commitServesBoth(allTaken(1))
        await commitServesBoth(allTaken(2))
    })
    test("a commit that may be dropped lets a waiting sender in", async () => {
        const queue = droppingQueueOf(1)
        check(queue.reserve(1, MsgPriority.Low))
        const sender = startSend(queue, byte(1))
        await settle()
        equal(queue.commit(1), 0, "commit")
        await endsWith(sender, 0, "no later send overtakes it")
        equal(statsOf(queue).dropped, 1, "the oldest is dropped for it")
        equal(drain(queue), "1", "its message")
        nothingLost(queue)
    })
    test("a sender is served from behind a receiver that waits on", async () => {
        const queue = allTaken(1)
        const first = startRecvTyped(queue)
        const second = startRecvTyped(queue)
        const sender = startSend(queue, byte(1))
        await settle()
        check(queue.cancel())
        await endsWith(first, 1, "the first receiver")
        await endsWith(sender, 0, "the sender")
        equal(statsOf(queue).waitingReceivers, 1, "the second waits on")
        check(queue.send(byte(2)))
        await endsWith(second, 1, "and is served")
        equal(second.into[0], 2, "with what comes next")
        nothingLost(queue)
    })
    test("a close ends the waits on both sides of a taken entry", async () => {
        const queue = allTaken(1)
        const receiver = startRecvTyped(queue)
        const sender = startSend(queue, byte(1))
        await settle()
        queue.close()
        await endsWith(receiver, -KernelError.QueueClosed, "receiver")
        await endsWith(sender, -KernelError.QueueClosed, "sender")
        equal(queue.commit(1), -KernelError.QueueClosed, "the commit too")
    })
    test("the death of the task that reserved does not block the queue", async () => {
        const queue = queueOf(1)
        const task = startTask(async ({ into }) => {
            check(queue.reserve(4))
            return await queue.recvTimeout(into, FOREVER)
        })
        await settle()
        const sender = startSend(queue, byte(1))
        await settle()
        task.fiber.terminate()
        equal(queue.cancel(), 0, "another cancels")
        await endsWith(sender, 0, "the sender goes on")
        equal(drain(queue), "1", "its message")
        nothingLost(queue)
    })
    test("any task may commit or release", async () => {
        const queue = queueOf(2)
        fill(queue, [1])
        const other = startTask(async () => {
            check(queue.front(new RingEntry()))
            queue.backing().setAt(check(queue.reserve(1)), "u8", 5)
            return 0
        })
        await endsWith(other, 0, "another begins")
        equal(queue.release(), 0, "release")
        equal(queue.commit(1), 0, "commit")
        equal(drain(queue), "5", "bytes")
        equal(queue.available(), 2, "all free")
    })
})

/** isFull says so, and no message overtakes one that waits. */
async function waitsForAnEntry(queue: KernelQueue) {
    const receiver = startRecvTyped(queue)
    await settle()
    equal(queue.send(byte(1)), -KernelError.QueueFull, "full")
    const sender = startSend(queue, byte(2))
    const later = startSend(queue, byte(3))
    await settle()
    equal(statsOf(queue).waitingSenders, 2, "they wait")
    check(queue.cancel())
    await endsWith(receiver, 1, "a message")
    equal(receiver.into[0], 2, "that of the first")
    await endsWith(sender, 0, "the first")
    await endsWith(later, 0, "the second")
    equal(drain(queue), "3", "then the second")
    nothingLost(queue)
}

async function commitServesBoth(queue: KernelQueue) {
    const receiver = startRecvTyped(queue)
    const sender = startSend(queue, byte(2))
    await settle()
    check(queue.commit(4))
    await endsWith(receiver, 4, "what was committed")
    await endsWith(sender, 0, "its entry came free")
    equal(drain(queue), "2", "the sender's message")
    nothingLost(queue)
}
