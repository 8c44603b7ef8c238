// Waiting at its edges: tasks that die, are resumed or time out at the worst moment, waits that end many at
// once, tasks that never have to wait, and a task's own pauses.

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
    sleep,
} from "../../src"
import {
    byte,
    drain,
    droppingQueueOf,
    equal,
    fill,
    nothingLost,
} from "./support"
import { number, queueOf, settle, statsOf, until, within } from "./support"
import { endsWith, lasts, startDue, startRecv } from "./tasks"
import { startRecvAny, startSend, startSleep, startTask, Task } from "./tasks"

enum Size {
    /** More tasks than a close or a purge resumes at once. */
    Crowd = 20,
    /** So many messages that a task that never waits would reach the VM's limit of opcodes. */
    Many = 3000,
}

/** A task that receives one number after another, as long as there are any. */
class Consumer {
    received = 0
    inOrder = true
    task: Task

    async run(queue: KernelQueue, timeout: number): Promise<number> {
        const into = Buffer.alloc(4)
        let result = await queue.recvTimeout(into, timeout)
        while (result >= 0) {
            if (into.getAt(0, "u32") !== this.received) this.inOrder = false
            this.received++
            result = await queue.recvTimeout(into, timeout)
        }
        return result
    }
}

function startConsumer(queue: KernelQueue, timeout: number): Consumer {
    const consumer = new Consumer()
    consumer.task = startTask(async () => await consumer.run(queue, timeout))
    return consumer
}

async function sendNumbers(queue: KernelQueue, count: number) {
    for (let i = 0; i < count; ++i)
        equal(await queue.sendTimeout(number(i), FOREVER), 0, "sent")
}

/** Resumes a task, whatever it waits for, if it does. */
function resumeParked(fiber: ds.Fiber) {
    try {
        if (fiber.suspended) fiber.resume(undefined)
    } catch {
        // it has ended
    }
}

function startCrowd(queue: KernelQueue): Task[] {
    const tasks: Task[] = []
    for (let i = 0; i < Size.Crowd; ++i) tasks.push(startRecv(queue))
    return tasks
}

/** A crowd waits and is served; every other task is terminated before it runs, the rest resumed. */
async function crowdRound(queue: KernelQueue) {
    const tasks = startCrowd(queue)
    await settle()
    for (let i = 0; i < Size.Crowd; ++i) check(queue.send(byte(i)))
    for (let i = 0; i < Size.Crowd; i += 2) tasks[i].fiber.terminate()
    for (let i = 0; i < 5; ++i) {
        for (const task of tasks) resumeParked(task.fiber)
        await ds.sleep(0)
    }
    equal(await queue.recvTimeout(Buffer.alloc(4), 1), -8, "none left")
    for (let i = 1; i < Size.Crowd; i += 2) {
        await endsWith(tasks[i], 1, "each that lives, once")
        equal(tasks[i].into[0], i, "its own message")
    }
    for (let i = 0; i < Size.Crowd; i += 2)
        equal(tasks[i].result, undefined, "and no more")
}

describe("waiting, at its edges", () => {
    beforeEach(settle)

    test("a producer that never finds the queue full and a consumer that never finds it empty go on", async () => {
        const queue = queueOf(16)
        const consumer = startConsumer(queue, 500)
        let ticks = 0
        const clock = async () => {
            while (consumer.task.result === undefined) {
                await ds.sleep(1)
                ticks++
            }
        }
        clock.start()
        await sendNumbers(queue, Size.Many)
        await until(() => consumer.received === Size.Many)
        equal(consumer.inOrder, true, "in order")
        nothingLost(queue)
        queue.close()
        await endsWith(consumer.task, -KernelError.QueueClosed, "to the end")
        equal(ticks > 0, true, "timers run beside them")
    })
    test("two tasks that hand each other every message go on, and timers beside them", async () => {
        const there = queueOf(1)
        const back = queueOf(1)
        let timers = 0
        const start = ds.millis()
        const echo = async () => {
            const into = Buffer.alloc(4)
            while ((await there.recvTimeout(into, FOREVER)) >= 0)
                check(await back.sendTimeout(into, FOREVER))
        }
        const clock = async () => {
            while (!there.isClosed()) {
                await ds.sleep(2)
                timers++
            }
        }
        echo.start()
        clock.start()
        const into = Buffer.alloc(4)
        for (let i = 0; i < 1000; ++i) {
            check(await there.sendTimeout(number(i), FOREVER))
            check(await back.recvTimeout(into, FOREVER))
            equal(into.getAt(0, "u32"), i, "what was sent")
        }
        there.close()
        nothingLost(there)
        nothingLost(back)
        if (ds.millis() - start > 50)
            equal(timers > 0, true, "timers run beside them")
    })
    test("no later send overtakes a waiting one where the oldest is dropped, either", async () => {
        const queue = droppingQueueOf(1)
        check(queue.send(byte(0), MsgPriority.High))
        const senders = [startSend(queue, byte(1)), startSend(queue, byte(2))]
        await settle()
        equal(
            statsOf(queue).waitingSenders,
            2,
            "nothing may be dropped for them"
        )
        check(queue.recv(Buffer.alloc(4)))
        equal(statsOf(queue).waitingSenders, 0, "now it may")
        equal(queue.send(byte(3)), 0, "sent after them")
        equal(statsOf(queue).dropped, 2, "each dropped the one before")
        equal(drain(queue), "3", "the newest is there")
        for (const sender of senders) await endsWith(sender, 0, "sent")
        nothingLost(queue)
    })
    test("a call that fails at once gives way, too", async () => {
        const closed = queueOf(1)
        const empty = queueOf(1)
        closed.close()
        const into = Buffer.alloc(4)
        const message = new ReceivedMessage()
        for (let i = 0; i < 1500; ++i) {
            equal(await closed.recvTimeout(into, 1), -64, "receive")
            equal(await closed.sendTimeout(into, 1), -64, "send")
            equal(await empty.sendTimeout(Buffer.alloc(5), 1), -26, "too large")
            equal(await recvAny([closed], into, message, 1), -64, "recvAny")
        }
        for (let i = 0; i < Size.Many; ++i)
            equal(await recvAny([], into, message, -1), -25, "recvAny")
        for (let i = 0; i < Size.Many; ++i)
            equal(await empty.recvTimeout(into, NaN), -25, "receive")
        for (let i = 0; i < Size.Many; ++i)
            equal(await empty.sendTimeout(into, -1), -25, "send")
    })
    test("a producer whose queue drops the oldest never waits, and gives way", async () => {
        const queue = droppingQueueOf(2)
        await sendNumbers(queue, Size.Many)
        equal(statsOf(queue).dropped, Size.Many - 2, "all but the last two")
        nothingLost(queue)
    })
    test("giving way does not count against the deadline: what was done at once stays done", async () => {
        const queue = queueOf(16)
        const into = Buffer.alloc(4)
        for (let i = 0; i < 400; ++i) {
            equal(await queue.sendTimeout(number(i), 0.5), 0, "sent")
            equal(await queue.recvTimeout(into, 0.5), 4, "received")
            equal(into.getAt(0, "u32"), i, "what was sent")
        }
        equal(statsOf(queue).timeouts, 0, "no timeout")
    })
    test("a task terminated as it gives way has received what it took, and harms nobody", async () => {
        for (let count = 6; count <= 16; ++count) {
            const queue = queueOf(16)
            const consumer = startConsumer(queue, FOREVER)
            await settle()
            for (let i = 0; i < count; ++i) check(queue.send(number(i)))
            await ds.sleep(0) // it takes as many as it may in one go
            consumer.task.fiber.terminate()
            const taken = queue.recvCount()
            within(taken - consumer.received, 0, 1, "taken, but not returned")
            equal(queue.size(), count - taken, "the rest is there")
            nothingLost(queue)
            const next = new Consumer()
            next.received = taken
            await next.run(queue, 1)
            equal(next.received, count, "the next task goes on with it")
            equal(next.inOrder, true, "in order")
        }
    })
    test("a foreign resume of a task that gives way lets nothing be lost or come twice", async () => {
        const queue = queueOf(16)
        const consumer = startConsumer(queue, FOREVER)
        const { fiber } = consumer.task
        let ended = false
        const disturb = async () => {
            while (!ended) {
                if (fiber.suspended) fiber.resume(-1)
                await ds.sleep(1)
            }
        }
        await settle()
        disturb.start()
        await sendNumbers(queue, 400)
        await until(() => consumer.received === 400)
        ended = true
        equal(consumer.inOrder, true, "in order")
        nothingLost(queue)
        queue.close()
    })
    test("terminate runs no finally, and nothing depends on it", async () => {
        const queue = queueOf(1)
        let cleaned = false
        const receive = async () => {
            try {
                await queue.recvTimeout(Buffer.alloc(4), FOREVER)
            } finally {
                cleaned = true
            }
        }
        const fiber = receive.start()
        await settle()
        fiber.terminate()
        check(queue.send(byte(1)))
        await settle()
        equal(cleaned, false, "no finally")
        equal(drain(queue), "1", "the message stays")
    })
    test("many tasks served at once: each gets its message, in the order in which they wait", async () => {
        const queue = queueOf(1)
        const tasks = startCrowd(queue)
        await settle()
        for (let i = 0; i < Size.Crowd; ++i) {
            equal(queue.send(byte(100 + i)), 0, "sent")
            equal(queue.size(), 0, "handed over")
            nothingLost(queue)
        }
        for (let i = 0; i < Size.Crowd; ++i) {
            await endsWith(tasks[i], 1, "received")
            equal(tasks[i].into[0], 100 + i, "the message of task " + i)
        }
    })
    test("tasks served, and terminated or resumed before they run, have received, again and again", async () => {
        const queue = queueOf(1)
        // more in all than a board's heap could hold, were any record lost
        for (let round = 1; round <= 30; ++round) {
            await crowdRound(queue)
            equal(queue.recvCount(), Size.Crowd * round, "received")
            nothingLost(queue)
        }
    })
    test("a task whose time is out, but which cannot run yet, is served once", async () => {
        const busy = queueOf(1)
        const queue = queueOf(1)
        const crowd = startCrowd(busy)
        await ds.sleep(20)
        const due = ds.millis() + 20
        const left = () => due - ds.millis()
        startTask(async () => {
            await ds.sleep(left())
            for (let i = 0; i < Size.Crowd; ++i) check(busy.send(byte(i)))
            return 0
        })
        const receiver = startTask(
            async ({ into }) => await queue.recvTimeout(into, left())
        )
        const sender = startTask(async () => {
            await ds.sleep(left())
            return queue.send(byte(7))
        })
        for (const task of crowd) await endsWith(task, 1, "served")
        await endsWith(sender, 0, "sent")
        await until(() => receiver.end >= 0)
        const received = receiver.result === 1 ? 1 : 0
        equal(received, queue.recvCount(), "received, if at all")
        equal(statsOf(queue).timeouts, 1 - queue.recvCount(), "or timed out")
        nothingLost(queue)
    })
    test("close ends the waits of any mix of tasks, and loses nothing", async () => {
        const full = queueOf(2)
        const empty = queueOf(2)
        const other = queueOf(2)
        fill(full, [1, 2])
        const plain: Task[] = []
        const selectors: Task[] = []
        for (let i = 0; i < 7; ++i) {
            plain.push(startSend(full, byte(9)))
            plain.push(startRecv(empty))
            selectors.push(startRecvAny([empty, other]))
        }
        await settle()
        full.close()
        empty.close()
        for (const queue of [full, empty]) {
            equal(statsOf(queue).waitingSenders, 0, "no sender waits")
            equal(statsOf(queue).waitingReceivers, 0, "no receiver waits")
            nothingLost(queue)
        }
        const closed = -KernelError.QueueClosed
        for (const task of plain) await endsWith(task, closed, "told so")
        equal(statsOf(other).waitingReceivers, 7, "the rest waits where it may")
        for (const task of selectors) equal(task.result, undefined, "on")
        other.close()
        for (const task of selectors) await endsWith(task, closed, "too")
        equal(drain(full), "1,2", "what was queued, and nothing else")
    })
    test("purge admits as many as there is room for, of any number, in order", async () => {
        const queue = queueOf(16)
        for (let i = 0; i < 16; ++i) check(queue.send(byte(i)))
        const senders: Task[] = []
        for (let i = 0; i < Size.Crowd; ++i) {
            senders.push(startSend(queue, byte(50 + i)))
            await settle()
        }
        equal(queue.purge(), 16, "what was queued")
        equal(queue.size(), 16, "as many were admitted")
        equal(statsOf(queue).waitingSenders, Size.Crowd - 16, "the rest waits")
        nothingLost(queue)
        for (let i = 0; i < 16; ++i) await endsWith(senders[i], 0, "sent")
        for (let i = 16; i < Size.Crowd; ++i)
            equal(senders[i].result, undefined, "waits on")
        for (let i = 0; i < Size.Crowd; ++i) {
            const into = Buffer.alloc(4)
            equal(queue.recv(into), 1, "received")
            equal(into[0], 50 + i, "in the order of waiting")
            nothingLost(queue)
        }
        for (const sender of senders) await endsWith(sender, 0, "all were sent")
    })
})

/** A task that pauses once. */
function startPause(ticks: number): Task {
    return startTask(async () => {
        await sleep(ticks)
        return 0
    })
}

async function givesWayOnce(ticks: number) {
    const other = await startDue()
    const start = ds.millis()
    await sleep(ticks)
    equal(other.result, 0, "who was due has run")
    within(ds.millis() - start, 0, 1000, "no long pause")
}

describe("a task's own pause", () => {
    beforeEach(settle)

    test("ends at its tick, not before; fractions round up", async () => {
        for (const ticks of [1, 2, 6.3, 50]) {
            const reference = startSleep(ticks)
            await lasts(startPause(ticks), reference)
        }
    })
    test("of 0, a negative number or NaN gives way once", async () => {
        for (const ticks of [0, -0, -1, -Infinity, NaN])
            await givesWayOnce(ticks)
    })
    test("of 0 in a loop never trips the step limit", async () => {
        for (let i = 0; i < Size.Many * 3; ++i) await sleep(0)
    })
    test("leaves no memory behind", async () => {
        for (let i = 0; i < 400; ++i) await sleep(1) // more than a heap could hold
    })
    test("does not end by a foreign resume, and harms nobody by its end", async () => {
        const reference = startSleep(100)
        const pause = startPause(100)
        const dead = startPause(FOREVER)
        await settle()
        dead.fiber.terminate()
        for (let i = 0; i < 5; ++i) {
            pause.fiber.resume(i)
            await settle()
        }
        equal(pause.result, undefined, "it goes on")
        await lasts(pause, reference)
    })
})
