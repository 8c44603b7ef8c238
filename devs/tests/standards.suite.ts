// The scenarios of the standards' conformance tests: POSIX message queues, and the message queues of
// CMSIS-RTOS2. docs/SCENARIOS.md says which is where.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    MsgPriority,
    ReceivedMessage,
    recvAny,
} from "../../src"
import { byte, drain, equal, fill, nothingLost } from "./support"
import { queueOf, settle, stateOf, statsOf } from "./support"
import { endsInTime, endsWith, startLater } from "./tasks"
import { startRecvTyped, startSleep } from "./tasks"

enum Count {
    /** Of a queue of CMSIS-RTOS2's tests. */
    Messages = 16,
}

/** A message that comes after ten ticks ends a longer wait, then. */
async function wakesInTime(timeout: number) {
    const queue = queueOf(Count.Messages)
    startLater(10, () => queue.send(byte(7)))
    const sleep = startSleep(10)
    const receiver = startRecvTyped(queue, timeout)
    await endsWith(receiver, 1, "a message")
    equal(receiver.into[0], 7, "its byte")
    await endsInTime(receiver, sleep, "when it comes")
    equal(statsOf(queue).timeouts, 0, "no timeout")
    nothingLost(queue)
}

describe("standards", () => {
    beforeEach(settle)

    test("a deadline that has passed is no matter if the call can be done at once", async () => {
        const queue = queueOf(1)
        const into = Buffer.alloc(4)
        const message = new ReceivedMessage()
        for (const timeout of [0, 1e-6, 0.001]) {
            equal(await queue.sendTimeout(byte(1), timeout), 0, "send")
            equal(await queue.recvTimeout(into, timeout), 1, "recv")
            equal(await queue.sendTimeout(byte(2), timeout), 0, "send")
            const length = await queue.recvTypedTimeout(into, message, timeout)
            equal(length, 1, "recvTyped")
            equal(await queue.sendTimeout(byte(3), timeout), 0, "send")
            const index = await recvAny([queue], into, message, timeout)
            equal(index, 0, "recvAny")
            equal(into[0], 3, "its byte")
        }
        equal(queue.recvCount(), 9, "all were received")
        equal(statsOf(queue).timeouts, 0, "no timeout")
        nothingLost(queue)
    })
    test("a message that was handed over is not exchanged for a more urgent one", async () => {
        const queue = queueOf(2)
        const receiver = startRecvTyped(queue)
        await settle()
        check(queue.send(byte(1), MsgPriority.Normal))
        check(queue.send(byte(2), MsgPriority.Normal))
        check(queue.send(byte(3), MsgPriority.Urgent))
        await endsWith(receiver, 1, "it has a message")
        equal(receiver.into[0], 1, "the first that came")
        equal(receiver.message.priority, MsgPriority.Normal, "its priority")
        equal(drain(queue), "3,2", "the urgent one overtakes what is queued")
        nothingLost(queue)
    })
    test("sixteen messages fill a queue of sixteen, and a call that fails on it changes nothing", async () => {
        const queue = queueOf(Count.Messages)
        const into = Buffer.alloc(4)
        for (let i = 0; i < Count.Messages; ++i) {
            equal(queue.send(byte(i)), 0, "send " + i)
            equal(queue.available(), Count.Messages - 1 - i, "room")
        }
        const full = queue.backing().toString("hex")
        equal(queue.send(byte(99)), -KernelError.QueueFull, "no room")
        const late = await queue.sendTimeout(byte(99), 10)
        equal(late, -KernelError.Timeout, "none in time")
        equal(queue.backing().toString("hex"), full, "the bytes are the same")
        equal(queue.sendCount(), Count.Messages, "none was accepted")
        for (let i = 0; i < Count.Messages; ++i) {
            equal(queue.recv(into), 1, "receive " + i)
            equal(into[0], i, "in order")
        }
        const before = stateOf(queue)
        equal(queue.recv(into), -KernelError.QueueEmpty, "no message")
        equal(stateOf(queue), before, "nothing has changed")
        const none = await queue.recvTimeout(into, 10)
        equal(none, -KernelError.Timeout, "none in time")
        equal(into[0], Count.Messages - 1, "and nothing received")
        equal(statsOf(queue).timeouts, 2, "the timeouts are counted")
        nothingLost(queue)
    })
    test("a message that comes after ten ticks ends a wait of 100", async () => {
        await wakesInTime(100)
    })
    test("a message that comes after ten ticks ends a wait without limit", async () => {
        await wakesInTime(FOREVER)
    })
    test("a closed queue gives out what it holds, to those who ask later, and takes no more", async () => {
        const queue = queueOf(Count.Messages)
        fill(queue, [1, 2])
        queue.close()
        const receivers = [1, 2, 3].map(_ => startRecvTyped(queue))
        await endsWith(receivers[0], 1, "the first")
        await endsWith(receivers[1], 1, "the second")
        await endsWith(receivers[2], -KernelError.QueueClosed, "nothing left")
        equal(receivers[0].into[0], 1, "the oldest")
        equal(receivers[1].into[0], 2, "the next")
        const late = await queue.sendTimeout(byte(3), FOREVER)
        equal(late, -KernelError.QueueClosed, "a send to it")
        equal(queue.sendCount(), 2, "is not counted")
        nothingLost(queue)
    })
})
