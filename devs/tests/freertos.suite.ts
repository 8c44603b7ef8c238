// The scenarios of FreeRTOS's tests of its queues and queue sets: docs/SCENARIOS.md says which is where.

import * as ds from "@devicescript/core"
import { beforeEach, describe, test } from "@devicescript/test"
import { KernelError } from "../../src"
import { byte, drain, droppingQueueOf, equal, fill } from "./support"
import { nothingLost, queueOf, settle, statsOf } from "./support"
import { endsWith, startLater, startRecvAny } from "./tasks"
import { startRecvTyped, startSend, startSleep, timesOut } from "./tasks"

describe("freertos", () => {
    beforeEach(settle)

    test("waits of 10 to 160 ticks last as long, for a message and for room", async () => {
        const empty = queueOf(4)
        const full = queueOf(1)
        fill(full, [1])
        for (let ticks = 10; ticks <= 160; ticks *= 2) {
            const sleep = startSleep(ticks)
            await timesOut(startRecvTyped(empty, ticks), sleep)
            const other = startSleep(ticks)
            await timesOut(startSend(full, byte(2), ticks), other)
        }
        equal(statsOf(empty).timeouts, 5, "those of the receivers")
        equal(statsOf(full).timeouts, 5, "those of the senders")
        equal(drain(full), "1", "nothing was sent")
    })
    test("room that comes in the last tick is used", async () => {
        const queue = queueOf(1)
        fill(queue, [1])
        // due in the very tick of the deadline, and run before the sender: it was created before
        startLater(10, () => queue.recv(Buffer.alloc(4)))
        const sender = startSend(queue, byte(2), 10)
        await endsWith(sender, 0, "sent")
        equal(drain(queue), "2", "once")
        equal(statsOf(queue).timeouts, 0, "no timeout")
        nothingLost(queue)
    })
    test("a message that comes to a set in the last tick is received", async () => {
        const set = [queueOf(2), queueOf(2), queueOf(2)]
        startLater(10, () => set[1].send(byte(7)))
        const selector = startRecvAny(set, 10)
        await endsWith(selector, 1, "the queue that it came to")
        equal(selector.into[0], 7, "its byte")
        equal(set[1].isEmpty(), true, "it was taken out")
        for (const queue of set) equal(statsOf(queue).timeouts, 0, "no timeout")
        nothingLost(set[1])
    })
    test("a reset discards just what is queued: none, half of it, all", async () => {
        const queue = queueOf(8)
        equal(queue.purge(), 0, "none")
        fill(queue, [1, 2, 3, 4])
        equal(queue.purge(), 4, "half")
        equal(queue.available(), 8, "all is free")
        fill(queue, [1, 2, 3, 4, 5, 6, 7, 8])
        equal(queue.purge(), 8, "all")
        equal(queue.purge(), 0, "a second time none")
        equal(queue.recv(Buffer.alloc(4)), -KernelError.QueueEmpty, "empty")
        fill(queue, [11, 12, 13, 14, 15, 16, 17, 18])
        equal(queue.isFull(), true, "all entries can be used again")
        equal(drain(queue), "11,12,13,14,15,16,17,18", "in order")
        equal(statsOf(queue).purged, 12, "purged")
        nothingLost(queue)
    })
    test("a reset leaves waiting receivers as they are, in order and with their deadlines", async () => {
        const queue = queueOf(2)
        const first = startRecvTyped(queue)
        await settle()
        const second = startRecvTyped(queue)
        await settle()
        const sleep = startSleep(60)
        const third = startRecvTyped(queue, 60)
        for (let i = 0; i < 5; ++i) {
            await ds.sleep(2)
            equal(queue.purge(), 0, "nothing is queued")
        }
        await timesOut(third, sleep) // its one deadline
        equal(statsOf(queue).waitingReceivers, 2, "the others wait on")
        fill(queue, [1, 2])
        await endsWith(first, 1, "a message")
        await endsWith(second, 1, "a message")
        equal(first.into[0] + "," + second.into[0], "1,2", "in order")
        nothingLost(queue)
    })
    test("an overwrite goes to the task that waits, and drops nothing", async () => {
        const mailbox = droppingQueueOf(1)
        const receiver = startRecvTyped(mailbox)
        await settle()
        fill(mailbox, [1, 2, 3])
        await endsWith(receiver, 1, "a byte")
        equal(receiver.into[0], 1, "the one that came first")
        equal(drain(mailbox), "3", "the newest of the rest")
        equal(statsOf(mailbox).dropped, 1, "the one between")
        nothingLost(mailbox)
    })
})
