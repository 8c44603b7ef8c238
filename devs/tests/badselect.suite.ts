// Several queues at once, with arguments that are wrong, or that change meanwhile.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    MsgPriority,
    ReceivedMessage,
    recvAny,
    RingBuffer,
} from "../../src"
import { byte, droppingQueueOf, equal, queueOf, queuesOf } from "./support"
import { settle, stateOf, statsOf } from "./support"
import { endsWith, startRecvAny, startSend } from "./tasks"

/** Nothing that could be a list of one to sixteen different queues. */
function noQueues(): any[] {
    const queue = queueOf(1)
    const twice = queuesOf(16)
    twice[15] = twice[0]
    return [
        [],
        [queue, queue],
        twice,
        queuesOf(17),
        [queue, undefined],
        [queue, null],
        [queue, {}],
        [queue, { lastScan: -1 }],
        [{ lastScan: -1, signal: 2 }],
        [new RingBuffer({ ringSize: 1 }, Buffer.alloc(100))],
        [queue, "queue"],
        [7],
        [[queue]],
        undefined,
        null,
        queue,
        "queues",
        0,
        {},
        { length: 1, 0: queue },
        Buffer.alloc(4),
    ]
}

describe("several queues at once, with wrong arguments", () => {
    beforeEach(settle)

    test("a list that others change meanwhile does no harm", async () => {
        const queues: any[] = queuesOf(2)
        const [first, second] = queues
        const selector = startRecvAny(queues, 30)
        await settle()
        queues[0] = undefined
        queues[1] = "none"
        queues.push(7)
        await endsWith(selector, -KernelError.Timeout, "out of time")
        for (const queue of [first, second]) {
            check(queue.send(byte(1)))
            equal(queue.size(), 1, "nobody waits there")
        }
    })

    test("what is no list of one to sixteen different queues is InvalidArgument", async () => {
        const into = Buffer.alloc(4)
        for (const queues of noQueues()) {
            const message = new ReceivedMessage()
            const result = await recvAny(queues, into, message, FOREVER)
            equal(result, -KernelError.InvalidArgument, "result")
            await settle()
        }
    })
    test("wrong arguments leave all queues as they were, full or empty or closed", async () => {
        const queues = queuesOf(3)
        check(queues[1].send(byte(1)))
        queues[2].close()
        const state = () => queues.map(stateOf).join()
        const before = state()
        const message = new ReceivedMessage()
        const into = Buffer.alloc(4)
        const refused = -KernelError.InvalidArgument
        for (const chosen of [queues, [queues[0]], [queues[2]]]) {
            for (const room of [
                undefined,
                null,
                "room",
                4,
                {},
                hex`00`,
            ] as any[])
                equal(await recvAny(chosen, room, message, 0), refused, "into")
            for (const record of [undefined, null, {}, 1, "m"] as any[])
                equal(
                    await recvAny(chosen, into, record, 0),
                    refused,
                    "message"
                )
            for (const time of [undefined, null, "1", NaN, -1, {}] as any[])
                equal(
                    await recvAny(chosen, into, message, time),
                    refused,
                    "time"
                )
            const twice = [chosen[0], chosen[0]]
            equal(await recvAny(twice, into, message, 0), refused, "twice")
            await settle()
        }
        equal(state(), before, "nothing has changed")
        equal(message.length, 0, "nor has the message")
    })
    test("a message that does not fit leaves a sender that waits behind it in its place", async () => {
        const queue = droppingQueueOf(1)
        check(queue.send(byte(1), MsgPriority.High))
        const sender = startSend(queue, byte(2))
        await settle()
        const message = new ReceivedMessage()
        const none = Buffer.alloc(0)
        const result = await recvAny([queue], none, message, 0)
        equal(result, -KernelError.BufferTooSmall, "too small")
        const newest = [byte(3)]
        equal(queue.sendBatch(newest, MsgPriority.High), 1, "drops the first")
        equal(statsOf(queue).waitingSenders, 1, "it still waits")
        const into = Buffer.alloc(4)
        check(queue.recv(into))
        equal(into[0], 3, "the newest is received")
        equal(statsOf(queue).waitingSenders, 0, "it was admitted")
        check(queue.recv(into))
        equal(into[0], 2, "its message")
        await endsWith(sender, 0, "sent")
    })
})
