// The scenarios of ThreadX's regression tests of its queues: docs/SCENARIOS.md says which is where.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    MsgPriority,
} from "../../src"
import { byte, drain, equal, fill, nothingLost } from "./support"
import { queueOf, settle, statsOf, within } from "./support"
import { endsWith, startSend, startTask } from "./tasks"

/** A task that is out of time so many times in a row. */
function startImpatient(queue: KernelQueue, timeout: number, times: number) {
    return startTask(async task => {
        let expired = 0
        for (let i = 0; i < times; ++i) {
            const result = await queue.recvTimeout(task.into, timeout)
            if (result === -KernelError.Timeout) expired++
        }
        return expired
    })
}

describe("threadx", () => {
    beforeEach(settle)

    test("senders that wait at a full ring's end follow what is queued, each told of its own", async () => {
        const queue = queueOf(4)
        const into = Buffer.alloc(4)
        fill(queue, [1, 2, 3, 4])
        check(queue.recv(into))
        check(queue.recv(into))
        fill(queue, [5, 6]) // in the first two slots
        const first = startSend(queue, byte(7))
        await settle()
        const second = startSend(queue, byte(8))
        await settle()
        equal(statsOf(queue).waitingSenders, 2, "both wait")
        equal(queue.recv(into), 1, "one is received")
        equal(into[0], 3, "the oldest")
        await endsWith(first, 0, "the first to wait is told")
        equal(second.result, undefined, "the second waits on")
        equal(drain(queue), "4,5,6,7,8", "all in order")
        await endsWith(second, 0, "then it is told too")
        nothingLost(queue)
    })
    test("a flush admits waiting senders by priority, as far as there is room", async () => {
        const queue = queueOf(2)
        fill(queue, [1, 2])
        const low = startSend(queue, byte(3), FOREVER, MsgPriority.Low)
        await settle()
        const normal = startSend(queue, byte(4))
        await settle()
        const urgent = startSend(queue, byte(5), FOREVER, MsgPriority.Urgent)
        await settle()
        equal(queue.purge(), 2, "what was queued")
        equal(queue.isFull(), true, "and full again, in the same step")
        await endsWith(normal, 0, "room for two")
        await endsWith(urgent, 0, "the two highest")
        equal(low.result, undefined, "the lowest waits on")
        equal(queue.purge(), 2, "a second flush")
        await endsWith(low, 0, "has room for it")
        equal(drain(queue), "3", "it alone is queued")
        equal(statsOf(queue).purged, 4, "purged")
        nothingLost(queue)
    })
    test("those that wait keep their order when some of them die or run out of time", async () => {
        const queue = queueOf(1)
        fill(queue, [0])
        const urgent = startSend(queue, byte(1), FOREVER, MsgPriority.Urgent)
        await settle()
        const low = startSend(queue, byte(2), FOREVER, MsgPriority.Low)
        await settle()
        const expired = startSend(queue, byte(3), 200, MsgPriority.High)
        await settle()
        const normal = startSend(queue, byte(4))
        await settle()
        const high = startSend(queue, byte(5), FOREVER, MsgPriority.High)
        await settle()
        equal(statsOf(queue).waitingSenders, 5, "all wait")
        urgent.fiber.terminate() // the first in the order
        await endsWith(expired, -KernelError.Timeout, "now the first")
        equal(statsOf(queue).waitingSenders, 3, "the rest")
        equal(drain(queue), "0,5,4,2", "by priority")
        await endsWith(high, 0, "the highest that lives")
        await endsWith(normal, 0, "the next")
        await endsWith(low, 0, "the lowest")
        equal(urgent.result, undefined, "the dead one has not returned")
        nothingLost(queue)
    })
    test("receivers and a sender run out of time again and again, on queues of their own", async () => {
        const empty = queueOf(1)
        const full = queueOf(1)
        fill(full, [1])
        const first = startImpatient(empty, 20, 3)
        const second = startImpatient(empty, 20, 3)
        const sender = startSend(full, byte(2), 32)
        await endsWith(sender, -KernelError.Timeout, "no room")
        await endsWith(first, 3, "no message, each time")
        await endsWith(second, 3, "no message, each time")
        within(sender.elapsed(), 32, Infinity, "not before its deadline")
        for (const each of [first, second])
            within(each.elapsed(), 60, Infinity, "nor before any of its three")
        equal(statsOf(empty).timeouts, 6, "those of the receivers")
        equal(statsOf(full).timeouts, 1, "that of the sender")
        equal(statsOf(empty).waitingReceivers, 0, "none waits on")
        equal(drain(full), "1", "nothing was sent")
    })
})
