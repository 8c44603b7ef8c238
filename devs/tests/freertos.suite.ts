// The scenarios of FreeRTOS's tests of its queues and queue sets: docs/SCENARIOS.md says which is where.

import * as ds from "@devicescript/core"
import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    OverflowPolicy,
    recvAny,
} from "../../src"
import { Call, endsInTime, endsWith, fill, start } from "./calls"
import { startReceive, startSend, startSleep } from "./calls"
import { byte, drain, equal, nothingLost } from "./support"
import { queueOf, settle, statsOf, within } from "./support"

/** A task that receives from the first of a set of queues that has a message. */
function startSelect(set: KernelQueue[], timeout: number): Call {
    const call = new Call()
    return start(
        call,
        async () => await recvAny(set, call.into, call.message, timeout)
    )
}

/** Expects that a call that has just begun is out of time when so many ticks have passed. */
async function timesOut(call: Call, ticks: number) {
    const sleep = startSleep(ticks)
    await endsWith(call, -KernelError.Timeout, "out of time")
    await endsInTime(call, sleep, "late after " + ticks)
    within(call.end - call.begin, ticks, Infinity, "not before")
}

/** Receives as soon as so many ticks have passed. */
async function receiveLater(queue: KernelQueue, ticks: number) {
    await ds.sleep(ticks)
    check(queue.recv(Buffer.alloc(4)))
}

async function sendLater(queue: KernelQueue, ticks: number) {
    await ds.sleep(ticks)
    check(queue.send(byte(7)))
}

describe("freertos", () => {
    beforeEach(settle)

    test("waits of 10 to 160 ticks last as long, for a message and for room", async () => {
        const empty = queueOf(4)
        const full = queueOf(1)
        fill(full, [1])
        for (let ticks = 10; ticks <= 160; ticks *= 2) {
            await timesOut(startReceive(empty, ticks), ticks)
            await timesOut(startSend(full, byte(2), ticks), ticks)
        }
        equal(statsOf(empty).timeouts, 5, "those of the receivers")
        equal(statsOf(full).timeouts, 5, "those of the senders")
        equal(drain(full), "1", "nothing was sent")
    })
    test("room that comes in the last tick is used", async () => {
        const queue = queueOf(1)
        fill(queue, [1])
        // due in the very tick of the deadline, and run before the sender: it was created before
        receiveLater.start(queue, 10)
        const sender = startSend(queue, byte(2), 10)
        await endsWith(sender, 0, "sent")
        equal(drain(queue), "2", "once")
        equal(statsOf(queue).timeouts, 0, "no timeout")
        nothingLost(queue)
    })
    test("a message that comes to a set in the last tick is received", async () => {
        const set = [queueOf(2), queueOf(2), queueOf(2)]
        sendLater.start(set[1], 10)
        const selector = startSelect(set, 10)
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
        const first = startReceive(queue, FOREVER)
        await settle()
        const second = startReceive(queue, FOREVER)
        await settle()
        const third = startReceive(queue, 60)
        const sleep = startSleep(60)
        for (let i = 0; i < 5; ++i) {
            await ds.sleep(2)
            equal(queue.purge(), 0, "nothing is queued")
        }
        await endsWith(third, -KernelError.Timeout, "out of time")
        await endsInTime(third, sleep, "its one deadline")
        within(third.end - third.begin, 60, Infinity, "not before")
        equal(statsOf(queue).waitingReceivers, 2, "the others wait on")
        fill(queue, [1, 2])
        await endsWith(first, 1, "a message")
        await endsWith(second, 1, "a message")
        equal(first.into[0] + "," + second.into[0], "1,2", "in order")
        nothingLost(queue)
    })
    test("an overwrite goes to the task that waits, and drops nothing", async () => {
        const overflow = OverflowPolicy.DropOldest
        const config = { ringSize: 1, maxMsgSize: 4, overflow }
        const mailbox = new KernelQueue(config)
        const receiver = startReceive(mailbox, FOREVER)
        await settle()
        fill(mailbox, [1, 2, 3])
        await endsWith(receiver, 1, "a byte")
        equal(receiver.into[0], 1, "the one that came first")
        equal(drain(mailbox), "3", "the newest of the rest")
        equal(statsOf(mailbox).dropped, 1, "the one between")
        nothingLost(mailbox)
    })
})
