// The scenarios of Zephyr's tests of its message queue, k_msgq: docs/SCENARIOS.md says which is where.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    MsgPriority,
    RingEntry,
} from "../../src"
import { byte, drain, equal, fill, nothingLost } from "./support"
import { queueOf, settle, statsOf, until } from "./support"
import { endsWith, startSend, startTask, Task } from "./tasks"

/** Receives so many messages. Each leaves "byte/used/free" in `seen`. */
function startReader(queue: KernelQueue, count: number, seen: string[]): Task {
    return startTask(async ({ into }) => {
        for (let i = 0; i < count; ++i) {
            check(await queue.recvTimeout(into, FOREVER))
            const parts = [into[0], queue.size(), queue.available()]
            seen.push(parts.join("/"))
        }
        return count
    })
}

describe("zephyr", () => {
    beforeEach(settle)

    test("used and free are exact at each step of a load from task to task", async () => {
        const queue = queueOf(4)
        const entry = new RingEntry()
        equal(queue.peek(entry), -KernelError.QueueEmpty, "nothing to see")
        for (let i = 0; i < 4; ++i) {
            fill(queue, [i])
            equal(queue.size(), i + 1, "used")
            equal(queue.available(), 3 - i, "free")
            equal(queue.peek(entry), 0, "something to see")
            equal(entry.sequence, 0, "the oldest")
        }
        const seen: string[] = []
        const reader = startReader(queue, 4, seen)
        await endsWith(reader, 4, "all were got")
        equal(seen.join(" "), "0/3/1 1/2/2 2/1/3 3/0/4", "byte/used/free")
        equal(queue.purge(), 0, "none is left to purge")
        equal(queue.peek(entry), -KernelError.QueueEmpty, "nor to see")
        nothingLost(queue)
    })
    test("puts into a full queue pass as another task gets, round the ring's end", async () => {
        const queue = queueOf(2)
        fill(queue, [0])
        equal(queue.purge(), 1, "the next is not at the buffer's start")
        fill(queue, [1, 2])
        const seen: string[] = []
        const reader = startReader(queue, 6, seen)
        for (let i = 3; i <= 6; ++i)
            equal(await queue.sendTimeout(byte(i), FOREVER), 0, "put " + i)
        await endsWith(reader, 6, "all were got")
        const order = seen.map(parts => parts[0])
        equal(order.join(","), "1,2,3,4,5,6", "in the order of the puts")
        const stats = statsOf(queue)
        equal(stats.sent, 7, "sent")
        equal(stats.purged, 1, "purged")
        equal(stats.highWater, 2, "never more than there is room for")
        equal(stats.timeouts, 0, "none was out of time")
        nothingLost(queue)
    })
    test("an empty queue: nothing to see, nothing at once, nothing in time, then a put", async () => {
        const queue = queueOf(1)
        const seen: number[] = []
        const reader = startTask(async ({ into }) => {
            seen.push(queue.peek(new RingEntry()))
            seen.push(queue.recv(into))
            seen.push(await queue.recvTimeout(into, 0))
            seen.push(await queue.recvTimeout(into, 30))
            return await queue.recvTimeout(into, FOREVER)
        })
        await until(() => seen.length === 4)
        equal(seen.join(","), "-7,-7,-8,-8", "QueueEmpty twice, Timeout twice")
        await settle()
        equal(statsOf(queue).waitingReceivers, 1, "then it waits")
        fill(queue, [9])
        await endsWith(reader, 1, "for the put")
        equal(reader.into[0], 9, "its byte")
        equal(statsOf(queue).timeouts, 2, "each timeout is counted")
        nothingLost(queue)
    })
    test("a full queue: no room at once, none in time, and what an aborted put brought is gone", async () => {
        const queue = queueOf(1)
        fill(queue, [1])
        const seen: number[] = []
        const writer = startTask(async () => {
            seen.push(queue.send(byte(2)))
            seen.push(await queue.sendTimeout(byte(3), 0))
            seen.push(await queue.sendTimeout(byte(4), 30))
            return await queue.sendTimeout(byte(5), FOREVER)
        })
        await until(() => seen.length === 3)
        equal(seen.join(","), "-6,-8,-8", "QueueFull, Timeout twice")
        await settle()
        equal(queue.available(), 0, "no room")
        equal(statsOf(queue).waitingSenders, 1, "so it waits")
        writer.fiber.terminate()
        equal(statsOf(queue).waitingSenders, 0, "no longer")
        equal(drain(queue), "1", "none of the four was put")
        equal(queue.sendCount(), 1, "nor counted")
        equal(writer.result, undefined, "it has not returned")
        nothingLost(queue)
    })
    test("a pending put comes behind the queued messages of its own and higher priority", async () => {
        const queue = queueOf(2)
        fill(queue, [1])
        check(queue.send(byte(0), MsgPriority.High)) // Zephyr puts it in front
        const pending = startSend(queue, byte(2))
        await settle()
        equal(pending.result, undefined, "it pends")
        const into = Buffer.alloc(4)
        equal(await queue.recvTimeout(into, FOREVER), 1, "the first get")
        equal(into[0], 0, "the message in front")
        await endsWith(pending, 0, "its room is the pending put's")
        equal(drain(queue), "1,2", "in order")
        nothingLost(queue)
    })
    test("peekAt sees a pending put from the step in which it has room, and not before", async () => {
        const queue = queueOf(2)
        const entry = new RingEntry()
        fill(queue, [1, 2])
        startSend(queue, hex`0304`, FOREVER, MsgPriority.Urgent)
        await settle()
        equal(queue.peekAt(2, entry), -KernelError.QueueEmpty, "no third one")
        equal(queue.peekAt(0, entry), 0, "the first")
        equal(entry.priority, MsgPriority.Normal, "none overtakes it yet")
        equal(queue.recv(Buffer.alloc(4)), 1, "a get makes room")
        equal(queue.peekAt(0, entry), 0, "the first now")
        equal(entry.priority, MsgPriority.Urgent, "is the one that was put")
        equal(entry.length, 2, "its length")
        equal(entry.sequence, 2, "the third that was accepted")
        equal(queue.peekAt(1, entry), 0, "behind it")
        equal(entry.sequence, 1, "the second")
        equal(queue.peekAt(2, entry), -KernelError.QueueEmpty, "and no more")
        equal(queue.size(), 2, "peeking has taken none")
        nothingLost(queue)
    })
    test("a purge while a put pends lets it in, and leaves the rest of the room", async () => {
        const queue = queueOf(4)
        fill(queue, [1, 2, 3, 4])
        const pending = startSend(queue, byte(5), 1000)
        await settle()
        equal(queue.purge(), 4, "all that was queued")
        equal(queue.available(), 3, "the pending put has one entry")
        await endsWith(pending, 0, "and is told so")
        fill(queue, [6, 7, 8])
        equal(queue.send(byte(9)), -KernelError.QueueFull, "full again")
        equal(drain(queue), "5,6,7,8", "in order")
        equal(statsOf(queue).timeouts, 0, "none was out of time")
        nothingLost(queue)
    })
})
