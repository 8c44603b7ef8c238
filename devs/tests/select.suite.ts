// A task that waits in several queues at once.

import * as ds from "@devicescript/core"
import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    MsgPriority,
    ReceivedMessage,
    recvAny,
} from "../../src"
import { byte, drain, equal, fill, nothingLost, queueOf } from "./support"
import { queuesOf, settle, stateOf, statsOf, until, within } from "./support"
import { endsWith, startLater, startRecv, startRecvAny } from "./tasks"
import { startSend, startSleep, Task, timesOut } from "./tasks"

enum Size {
    Few = 10,
    /** Bytes: a few such fit into a board's heap, twice as many do not. */
    Large = 2800,
}

function waitingIn(queues: KernelQueue[]): string {
    return queues.map(q => "" + statsOf(q).waitingReceivers).join(",")
}

/** Receives what is there already. */
async function receiveNow(queues: KernelQueue[]): Promise<string> {
    const into = Buffer.alloc(4)
    const message = new ReceivedMessage()
    const index = await recvAny(queues, into, message, 0)
    if (index < 0) return "" + index
    return index + ":" + into[0] + "/" + message.length
}

/** Tasks wait in several queues, each with a large buffer, and die: as they wait, or when they were served. */
async function dieTogether(served: boolean) {
    const queues = queuesOf(2)
    const tasks: Task[] = []
    for (let i = 0; i < Size.Few; ++i)
        tasks.push(startRecvAny(queues, FOREVER, Buffer.alloc(Size.Large)))
    await settle()
    if (served)
        for (let i = 0; i < Size.Few; ++i) check(queues[0].send(byte(i)))
    for (const task of tasks) task.fiber.terminate()
    check(queues[0].send(byte(1))) // finds no task alive
}

/** Were the dead tasks' buffers kept, this would be too much for the heap. */
function allocateAsMuch() {
    const buffers: Buffer[] = []
    for (let i = 0; i < Size.Few; ++i) buffers.push(Buffer.alloc(Size.Large))
    equal(buffers.length, Size.Few, "there is room for as much")
}

describe("several queues at once", () => {
    beforeEach(settle)

    test("nothing is kept of what tasks brought that have died", async () => {
        await dieTogether(false)
        allocateAsMuch()
        await dieTogether(true)
        allocateAsMuch()
    })
    test("a message that is there is taken in the same step, from its queue alone", async () => {
        const queues = queuesOf(3)
        check(queues[1].send(hex`0708`, MsgPriority.High))
        const into = Buffer.alloc(4)
        const message = new ReceivedMessage()
        equal(await recvAny(queues, into, message, FOREVER), 1, "the index")
        equal(into.toString("hex"), "07080000", "the bytes")
        equal(message.length, 2, "the length")
        equal(message.priority, MsgPriority.High, "the priority")
        equal(message.sequence, 0, "the sequence")
        equal(queues[1].recvCount(), 1, "received")
        equal(queues[0].recvCount() + queues[2].recvCount(), 0, "only there")
    })
    test("the highest priority comes first, the earlier queue at a tie", async () => {
        const queues = queuesOf(3)
        check(queues[0].send(byte(1), MsgPriority.Low))
        check(queues[1].send(byte(2), MsgPriority.High))
        check(queues[2].send(byte(3), MsgPriority.High))
        check(queues[2].send(byte(4), MsgPriority.Urgent))
        equal(await receiveNow(queues), "2:4/1", "the urgent one")
        equal(await receiveNow(queues), "1:2/1", "the earlier queue")
        equal(await receiveNow(queues), "2:3/1", "then the later")
        equal(await receiveNow(queues), "0:1/1", "the low one")
        equal(await receiveNow(queues), "-8", "nothing left")
    })
    test("a task waits in all of them, and one message takes it out of all at once", async () => {
        const queues = queuesOf(3)
        const selector = startRecvAny(queues, 1000)
        await settle()
        equal(waitingIn(queues), "1,1,1", "it waits in each")
        equal(queues[2].send(hex`0b0c`, MsgPriority.Low), 0, "sent")
        equal(waitingIn(queues), "0,0,0", "it waits nowhere")
        equal(queues[2].isEmpty(), true, "handed over")
        equal(queues[0].send(byte(1)), 0, "sent to another")
        equal(queues[0].size(), 1, "which keeps it")
        await settle()
        equal(selector.result, 2, "the index")
        equal(selector.into.toString("hex"), "0b0c0000", "the bytes")
        equal(selector.message.length, 2, "the length")
        equal(selector.message.priority, MsgPriority.Low, "the priority")
        within(selector.elapsed(), 0, 500, "long before its deadline")
        for (const queue of queues) nothingLost(queue)
    })
    test("a single queue is enough, and sixteen are not too many", async () => {
        for (const count of [1, 16]) {
            const queues = queuesOf(count)
            const selector = startRecvAny(queues)
            await settle()
            check(queues[count - 1].send(byte(count)))
            await settle()
            equal(selector.result, count - 1, "the last one's index")
            equal(selector.into[0], count, "its message")
            equal(waitingIn(queues).indexOf("1"), -1, "none waits")
        }
    })
    test("it waits its turn in each queue, beside plain receivers", async () => {
        const queues = queuesOf(2)
        const before = startRecv(queues[0])
        await settle()
        const selector = startRecvAny(queues)
        await settle()
        const after = startRecv(queues[0])
        await settle()
        fill(queues[0], [1, 2, 3])
        await settle()
        equal(before.into[0], 1, "who waited before")
        equal(selector.into[0], 2, "then the one that waits in both")
        equal(after.into[0], 3, "who waited after")
    })
    test("one queue in several waits at once: first come, first served", async () => {
        const [a, b, c] = queuesOf(3)
        const first = startRecvAny([a, b])
        await settle()
        const second = startRecvAny([c, b])
        await settle()
        const third = startRecvAny([b, a, c])
        await settle()
        fill(b, [1, 2])
        check(a.send(byte(3)))
        equal(waitingIn([a, b, c]), "0,0,0", "all are served")
        await settle()
        equal(first.result + ":" + first.into[0], "1:1", "the first")
        equal(second.result + ":" + second.into[0], "1:2", "the second")
        equal(third.result + ":" + third.into[0], "1:3", "the third")
    })
    test("a receive makes room for a waiting sender", async () => {
        const queues = [queueOf(1), queueOf(1)]
        check(queues[1].send(byte(1)))
        const sender = startSend(queues[1], byte(2))
        await settle()
        equal(await receiveNow(queues), "1:1/1", "the first message")
        await settle()
        equal(sender.result, 0, "the next one was admitted")
        equal(await receiveNow(queues), "1:2/1", "and is there")
    })
    test("a timeout is counted in each queue; 0 never parks", async () => {
        const queues = queuesOf(2)
        const start = ds.millis()
        equal(await receiveNow(queues), "-8", "nothing is there")
        equal(ds.millis(), start, "no time has passed")
        for (const ticks of [1, 7.2, 60]) {
            await ds.sleep(20) // the outer loop sends the log's lines: that would make one of the two late
            const sleep = startSleep(ticks)
            await timesOut(startRecvAny(queues, ticks), sleep)
        }
        equal(waitingIn(queues), "0,0", "it waits nowhere")
        for (const queue of queues) equal(statsOf(queue).timeouts, 4, "counted")
        check(queues[0].send(byte(5)))
        equal(queues[0].size(), 1, "what comes later stays")
    })
    test("a resume and a timeout due in the same tick deliver exactly once", async () => {
        const queues = queuesOf(2)
        const send = () => {
            check(queues[0].send(byte(1)))
            return queues[1].send(byte(2))
        }
        const before = startLater(10, send) // due before the selectors in the same tick
        const early = startRecvAny(queues, 10)
        const late = startRecvAny(queues, 10)
        const after = startLater(10, send)
        for (const sender of [before, after]) await endsWith(sender, 0, "sent")
        await until(() => early.end >= 0 && late.end >= 0)
        let delivered = 0
        for (const selector of [early, late])
            if (selector.result >= 0) delivered++
        const left = queues[0].size() + queues[1].size()
        equal(delivered + left, 4, "each message is in one place")
        for (const queue of queues) nothingLost(queue)
    })
    test("a message that does not fit stays; one that arrives goes to the next", async () => {
        const queues = queuesOf(2)
        const into = Buffer.alloc(1)
        const message = new ReceivedMessage()
        check(queues[0].send(byte(9), MsgPriority.Low))
        check(queues[1].send(hex`0102`))
        const before = stateOf(queues[0]) + stateOf(queues[1])
        const result = await recvAny(queues, into, message, FOREVER)
        equal(result, -KernelError.BufferTooSmall, "the one that is due")
        equal(stateOf(queues[0]) + stateOf(queues[1]), before, "nothing taken")
        equal(
            drain(queues[0]) + "," + drain(queues[1]),
            "9,1",
            "both are there"
        )
        const small = startRecvAny(queues, FOREVER, into)
        await settle()
        const next = startRecv(queues[1])
        await settle()
        check(queues[1].send(hex`0304`))
        await settle()
        equal(small.result, -KernelError.BufferTooSmall, "it wakes")
        equal(next.into[0], 3, "the next one has it")
        equal(waitingIn(queues), "0,0", "none waits")
    })
    test("closed queues are passed over, and QueueClosed comes once all are closed and empty", async () => {
        const queues = queuesOf(3)
        const closed = -KernelError.QueueClosed
        check(queues[1].send(byte(7)))
        queues[1].close()
        queues[2].close()
        equal(await receiveNow(queues), "1:7/1", "what is left in a closed one")
        equal(await receiveNow(queues), "-8", "one is open")
        const selector = startRecvAny(queues)
        await settle()
        equal(waitingIn(queues), "1,0,0", "it waits in the open one")
        check(queues[0].send(byte(8)))
        await settle()
        equal(selector.result, 0, "its index")
        queues[0].close()
        equal(await receiveNow(queues), "" + closed, "all are closed")
        const last = startRecvAny(queues)
        await settle()
        equal(last.result, closed, "whatever the timeout")
    })
    test("a queue that is closed meanwhile ends the wait only as the last", async () => {
        const queues = queuesOf(3)
        const first = startRecvAny(queues)
        const second = startRecvAny(queues)
        await settle()
        queues[0].close()
        queues[2].close()
        await settle()
        equal(first.result, undefined, "it waits for the one that is open")
        equal(waitingIn(queues), "0,2,0", "there alone")
        check(queues[1].send(byte(1)))
        queues[1].close()
        await settle()
        equal(first.result, 1, "a message")
        equal(second.result, -KernelError.QueueClosed, "no message any more")
        for (const queue of queues) equal(statsOf(queue).timeouts, 0, "none")
    })
    test("a task that dies as it waits loses nothing for others, in any queue", async () => {
        const queues = queuesOf(3)
        const dead = startRecvAny(queues)
        await settle()
        const alive = startRecvAny(queues)
        await settle()
        dead.fiber.terminate()
        equal(waitingIn(queues), "1,1,1", "one lives")
        check(queues[1].send(byte(1)))
        check(queues[0].send(byte(2)))
        check(queues[2].send(byte(3)))
        await settle()
        equal(alive.result, 1, "the next one is served")
        equal(
            drain(queues[0]) + "," + drain(queues[2]),
            "2,3",
            "the rest stays"
        )
        for (const queue of queues) nothingLost(queue)
    })
    test("the records of dead tasks are used again, by one task at a time", async () => {
        const queues = queuesOf(4)
        const other = queueOf(4)
        for (let i = 0; i < 20; ++i) {
            const dead = startRecvAny(queues)
            await settle()
            if (i % 2 === 0) check(queues[i % 4].send(byte(i))) // served, and dead before it runs
            dead.fiber.terminate()
        }
        const receivers = [0, 1, 2, 3, 4].map(_ => startRecv(other))
        const selector = startRecvAny(queues)
        await settle()
        fill(other, [0, 1, 2, 3, 4])
        check(queues[3].send(byte(77)))
        await settle()
        for (let i = 0; i < 5; ++i) equal(receivers[i].into[0], i, "its own")
        equal(selector.result + ":" + selector.into[0], "3:77", "and its own")
        equal(waitingIn(queues), "0,0,0,0", "none waits")
    })
    test("a foreign resume neither ends the wait nor loses a message", async () => {
        const queues = queuesOf(2)
        const selector = startRecvAny(queues, 1000)
        await settle()
        for (let i = 0; i < 5; ++i) {
            selector.fiber.resume(i)
            await settle()
        }
        equal(selector.result, undefined, "it still waits")
        selector.fiber.resume(-1)
        check(queues[1].send(byte(5)))
        selector.fiber.resume(undefined)
        await settle()
        equal(selector.result, 1, "the message's queue")
        equal(selector.into[0], 5, "the message")
    })
    test("no wake-up is lost, no message taken twice", async () => {
        const queues = queuesOf(4)
        const got: number[] = []
        const receive = async () => {
            const into = Buffer.alloc(4)
            const message = new ReceivedMessage()
            while ((await recvAny(queues, into, message, FOREVER)) >= 0)
                got.push(into[0])
        }
        for (let i = 0; i < 3; ++i) receive.start()
        for (let i = 0; i < 120; ++i) {
            check(await queues[Math.randomInt(3)].sendTimeout(byte(i), FOREVER))
            if (i % 7 === 0) await settle()
        }
        await until(() => got.length >= 120)
        await settle()
        equal(got.length, 120, "as many as were sent")
        for (let i = 0; i < 120; ++i)
            equal(got.indexOf(i) >= 0, true, "message " + i)
        for (const queue of queues) {
            nothingLost(queue)
            queue.close()
        }
    })
})

/** Each way in which a message comes into a queue. */
function waysToSend(): ((queue: KernelQueue) => void)[] {
    return [
        queue => check(queue.send(byte(7))),
        queue => check(queue.send(byte(7), MsgPriority.Urgent)),
        queue => check(queue.sendBatch([byte(7)])),
        queue => {
            const at = check(queue.reserve(1))
            queue.backing().setAt(at, "u8", 7)
            check(queue.commit(1))
        },
    ]
}

describe("a queue that was found empty again and again", () => {
    beforeEach(settle)

    test("is looked at as soon as a message comes, however it comes", async () => {
        for (const sendTo of waysToSend()) {
            const queues = queuesOf(3)
            for (let i = 0; i < 5; ++i)
                equal(await receiveNow(queues), "-8", "nothing is there")
            sendTo(queues[1])
            equal(await receiveNow(queues), "1:7/1", "what came")
            equal(await receiveNow(queues), "-8", "once")
            nothingLost(queues[1])
        }
    })

    test("is seen again while another always has a message", async () => {
        const [busy, idle] = queuesOf(2)
        for (let round = 0; round < 3; ++round) {
            for (let i = 0; i < 5; ++i) {
                check(busy.send(byte(i)))
                equal(await receiveNow([idle, busy]), "1:" + i + "/1", "busy")
            }
            check(busy.send(byte(8)))
            check(idle.send(byte(9)))
            equal(await receiveNow([idle, busy]), "0:9/1", "the earlier one")
            equal(await receiveNow([idle, busy]), "1:8/1", "then the other")
        }
    })

    test("receives, waits and ends as any other", async () => {
        const queue = queueOf(2)
        const into = Buffer.alloc(4)
        for (let i = 0; i < 5; ++i) await receiveNow([queue])
        equal(queue.recv(into), -KernelError.QueueEmpty, "recv")
        equal(await queue.recvTimeout(into, 0), -KernelError.Timeout, "timeout")
        const wrong: any = "no buffer"
        for (const bad of [wrong, undefined, hex`00`])
            equal(
                await queue.recvTimeout(bad, 10),
                -KernelError.InvalidArgument,
                "wrong buffer"
            )
        const receiver = startRecv(queue)
        await settle()
        check(queue.send(byte(3)))
        await endsWith(receiver, 1, "a byte")
        equal(receiver.into[0], 3, "handed over")
        for (let i = 0; i < 5; ++i) await receiveNow([queue])
        queue.close()
        for (let i = 0; i < 5; ++i)
            equal(await receiveNow([queue]), "-64", "closed")
        equal(
            await queue.recvTimeout(into, 10),
            -KernelError.QueueClosed,
            "no wait for a closed one"
        )
    })
})
