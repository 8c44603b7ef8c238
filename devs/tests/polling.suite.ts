// A program in which no task ever waits: it looks at several queues at once, with a timeout of 0.

import { describe, test } from "@devicescript/test"
import { check, KernelQueue, MsgPriority } from "../../src"
import { ReceivedMessage, recvAny } from "../../src"
import { byte, equal, queuesOf, stateOf } from "./support"
import { startTask } from "./tasks"

async function pollAll(queue: KernelQueue): Promise<void> {
    const into = Buffer.alloc(4)
    const message = new ReceivedMessage()
    check(await queue.sendTimeout(byte(1), 0))
    check(await queue.recvTimeout(into, 0))
    check(queue.send(byte(1)))
    check(await queue.recvTypedTimeout(into, message, 0))
    check(queue.send(byte(1)))
    check(await recvAny([queue], into, message, 0))
}

describe("several queues at once, where no task waits", () => {
    test("looks as often as it likes, and misses nothing", async () => {
        const queues = queuesOf(2)
        const into = Buffer.alloc(4)
        const message = new ReceivedMessage()
        const look = async () => await recvAny(queues, into, message, 0)
        for (let round = 0; round < 4; ++round) {
            for (let i = 0; i < 4; ++i) equal(await look(), -8, "nothing there")
            check(queues[0].send(byte(1)))
            check(queues[1].send(byte(2), MsgPriority.High))
            equal(await look(), 1, "the higher priority")
            equal(into[0], 2, "its message")
            equal(await look(), 0, "then the other")
            equal(into[0], 1, "its message, too")
        }
        equal(await look(), -8, "nothing left")
        equal(queues[0].purge(), 0, "nothing to purge")
        queues[0].close()
        equal(stateOf(queues[0]) === stateOf(queues[1]), false, "one is closed")
    })
    test("a timeout of 0 never gives way, however often it finds something", async () => {
        const [queue] = queuesOf(1)
        const other = startTask(async () => 0)
        for (let i = 0; i < 50; ++i) await pollAll(queue)
        equal(other.begin, -1, "no other task had a turn")
    })
})
