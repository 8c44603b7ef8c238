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
    OverflowPolicy,
    ReceivedMessage,
    recvAny,
    sleep,
} from "../../src"
import { byte, drain, equal, nothingLost, Reference } from "./support"
import { queueOf, settle, statsOf, until, within } from "./support"

enum Size {
    /** More tasks than a close or a purge resumes at once. */
    Crowd = 20,
    /** So many messages that a task that never waits would reach the VM's limit of opcodes. */
    Many = 3000,
}

function number(value: number): Buffer {
    const message = Buffer.alloc(4)
    message.setAt(0, "u32", value)
    return message
}

/** What the calls of several tasks came to, in the order in which they returned. */
class Outcomes {
    readonly results: number[] = []

    async send(queue: KernelQueue, value: number) {
        this.results.push(await queue.sendTimeout(byte(value), FOREVER))
    }

    async receive(queue: KernelQueue) {
        this.results.push(await queue.recvTimeout(Buffer.alloc(4), FOREVER))
    }

    async receiveAny(queues: KernelQueue[]) {
        const message = new ReceivedMessage()
        const result = await recvAny(queues, Buffer.alloc(4), message, FOREVER)
        this.results.push(result)
    }

    count(result: number): number {
        return this.results.filter(each => each === result).length
    }
}

/** A task that receives one number after another, as long as there are any. */
class Consumer {
    received = 0
    inOrder = true
    result = 0
    fiber: ds.Fiber

    async run(queue: KernelQueue, timeout: number) {
        this.fiber = ds.Fiber.self()
        const into = Buffer.alloc(4)
        this.result = await queue.recvTimeout(into, timeout)
        while (this.result >= 0) {
            if (into.getAt(0, "u32") !== this.received) this.inOrder = false
            this.received++
            this.result = await queue.recvTimeout(into, timeout)
        }
    }
}

function startConsumer(queue: KernelQueue, timeout: number): Consumer {
    const consumer = new Consumer()
    const run = async () => await consumer.run(queue, timeout)
    run.start()
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

/** A crowd waits and is served; every other task is terminated before it runs, the rest resumed. */
async function crowdRound(queue: KernelQueue, receive: () => Promise<void>) {
    const fibers: ds.Fiber[] = []
    for (let i = 0; i < Size.Crowd; ++i) fibers.push(receive.start())
    await settle()
    for (let i = 0; i < Size.Crowd; ++i) check(queue.send(byte(i)))
    for (let i = 0; i < Size.Crowd; i += 2) fibers[i].terminate()
    for (let i = 0; i < 5; ++i) {
        fibers.forEach(resumeParked)
        await ds.sleep(0)
    }
    equal(await queue.recvTimeout(Buffer.alloc(4), 1), -8, "none left")
}

describe("waiting, at its edges", () => {
    beforeEach(settle)

    test("a producer that never finds the queue full and a consumer that never finds it empty go on", async () => {
        const queue = queueOf(16)
        const consumer = startConsumer(queue, 500)
        let ticks = 0
        const clock = async () => {
            while (consumer.result >= 0) {
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
        await until(() => consumer.result < 0)
        equal(consumer.result, -KernelError.QueueClosed, "to the end")
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
        const overflow = OverflowPolicy.DropOldest
        const queue = new KernelQueue({ ringSize: 1, maxMsgSize: 4, overflow })
        check(queue.send(byte(0), MsgPriority.High))
        const outcomes = new Outcomes()
        const send = async (value: number) => await outcomes.send(queue, value)
        send.start(1)
        send.start(2)
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
        await until(() => outcomes.count(0) === 2) // both were sent; they may give way before they say so
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
        const overflow = OverflowPolicy.DropOldest
        const queue = new KernelQueue({ ringSize: 2, maxMsgSize: 4, overflow })
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
            consumer.fiber.terminate()
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
        let ended = false
        const disturb = async () => {
            while (!ended) {
                if (consumer.fiber.suspended) consumer.fiber.resume(-1)
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
        const rooms: Buffer[] = []
        const results: number[] = []
        const receive = async (room: Buffer) => {
            results.push(await queue.recvTimeout(room, FOREVER))
        }
        for (let i = 0; i < Size.Crowd; ++i) {
            rooms.push(Buffer.alloc(4))
            receive.start(rooms[i])
        }
        await settle()
        for (let i = 0; i < Size.Crowd; ++i) {
            equal(queue.send(byte(100 + i)), 0, "sent")
            equal(queue.size(), 0, "handed over")
            nothingLost(queue)
        }
        await until(() => results.length === Size.Crowd)
        for (let i = 0; i < Size.Crowd; ++i)
            equal(rooms[i][0], 100 + i, "the message of task " + i)
    })
    test("tasks served, and terminated or resumed before they run, have received, again and again", async () => {
        const queue = queueOf(1)
        const outcomes = new Outcomes()
        const receive = async () => await outcomes.receive(queue)
        const alive = () => outcomes.results.length
        // more in all than a board's heap could hold, were any record lost
        for (let round = 1; round <= 30; ++round) {
            await crowdRound(queue, receive)
            equal(queue.recvCount(), Size.Crowd * round, "received")
            for (let i = 0; i < 100 && alive() < 10 * round; ++i)
                await ds.sleep(5)
            equal(outcomes.count(1), 10 * round, "each that lives, once")
            equal(alive(), 10 * round, "and no more")
            nothingLost(queue)
        }
    })
    test("a task whose time is out, but which cannot run yet, is served once", async () => {
        const busy = queueOf(1)
        const queue = queueOf(1)
        const outcomes = new Outcomes()
        const crowd = async () => await outcomes.receive(busy)
        for (let i = 0; i < Size.Crowd; ++i) crowd.start()
        await ds.sleep(20)
        let result: number = undefined
        const due = ds.millis() + 20
        const wait = async () => {
            const left = due - ds.millis()
            result = await queue.recvTimeout(Buffer.alloc(4), left)
        }
        const send = async () => {
            await ds.sleep(due - ds.millis())
            check(queue.send(byte(7)))
        }
        const serveCrowd = async () => {
            await ds.sleep(due - ds.millis())
            for (let i = 0; i < Size.Crowd; ++i) check(busy.send(byte(i)))
        }
        serveCrowd.start()
        wait.start()
        send.start()
        await until(() => outcomes.results.length === Size.Crowd)
        await until(() => result !== undefined && queue.sendCount() === 1)
        equal(result === 1 ? 1 : 0, queue.recvCount(), "received, if at all")
        equal(statsOf(queue).timeouts, 1 - queue.recvCount(), "or timed out")
        nothingLost(queue)
    })
    test("close ends the waits of any mix of tasks, and loses nothing", async () => {
        const full = queueOf(2)
        const empty = queueOf(2)
        const other = queueOf(2)
        check(full.send(byte(1)))
        check(full.send(byte(2)))
        const outcomes = new Outcomes()
        const send = async () => await outcomes.send(full, 9)
        const receive = async () => await outcomes.receive(empty)
        const any = async () => await outcomes.receiveAny([empty, other])
        for (let i = 0; i < 7; ++i) {
            send.start()
            receive.start()
            any.start()
        }
        await settle()
        full.close()
        empty.close()
        for (const queue of [full, empty]) {
            equal(statsOf(queue).waitingSenders, 0, "no sender waits")
            equal(statsOf(queue).waitingReceivers, 0, "no receiver waits")
            nothingLost(queue)
        }
        await until(() => outcomes.results.length === 14)
        equal(outcomes.count(-KernelError.QueueClosed), 14, "told so")
        equal(statsOf(other).waitingReceivers, 7, "the rest waits where it may")
        other.close()
        await until(() => outcomes.results.length === 21)
        equal(outcomes.count(-KernelError.QueueClosed), 21, "told so, too")
        equal(drain(full), "1,2", "what was queued, and nothing else")
    })
    test("purge admits as many as there is room for, of any number, in order", async () => {
        const queue = queueOf(16)
        for (let i = 0; i < 16; ++i) check(queue.send(byte(i)))
        const outcomes = new Outcomes()
        const send = async (value: number) => await outcomes.send(queue, value)
        for (let i = 0; i < Size.Crowd; ++i) {
            send.start(50 + i)
            await settle()
        }
        equal(queue.purge(), 16, "what was queued")
        equal(queue.size(), 16, "as many were admitted")
        equal(statsOf(queue).waitingSenders, Size.Crowd - 16, "the rest waits")
        nothingLost(queue)
        await until(() => outcomes.results.length === 16)
        for (let i = 0; i < Size.Crowd; ++i) {
            const into = Buffer.alloc(4)
            equal(queue.recv(into), 1, "received")
            equal(into[0], 50 + i, "in the order of waiting")
            nothingLost(queue)
        }
        await until(() => outcomes.results.length === Size.Crowd)
        equal(outcomes.count(0), Size.Crowd, "all were sent")
    })
})

async function pausesFor(ticks: number) {
    const reference = new Reference()
    reference.run.start(ticks)
    const start = ds.millis()
    await sleep(ticks)
    const elapsed = ds.millis() - start
    await until(() => reference.elapsed >= 0)
    const latest = Math.max(reference.elapsed, Math.ceil(ticks)) + 1
    within(elapsed, ticks, latest, "ticks of " + ticks)
}

async function givesWayOnce(ticks: number) {
    let ran = 0
    const other = async () => {
        await ds.suspend(FOREVER)
        ran++
    }
    const fiber = other.start()
    await settle()
    fiber.resume(0)
    const start = ds.millis()
    await sleep(ticks)
    equal(ran, 1, "who was due has run")
    within(ds.millis() - start, 0, 1000, "no long pause")
}

describe("a task's own pause", () => {
    beforeEach(settle)

    test("ends at its tick, not before; fractions round up", async () => {
        for (const ticks of [1, 2, 6.3, 50]) await pausesFor(ticks)
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
        const reference = new Reference()
        let elapsed = -1
        const pause = async () => {
            const start = ds.millis()
            await sleep(100)
            elapsed = ds.millis() - start
        }
        const forever = async () => await sleep(FOREVER)
        reference.run.start(100)
        const fiber = pause.start()
        const dead = forever.start()
        await settle()
        dead.terminate()
        for (let i = 0; i < 5; ++i) {
            fiber.resume(i)
            await settle()
        }
        equal(elapsed, -1, "it goes on")
        await until(() => elapsed >= 0 && reference.elapsed >= 0)
        within(elapsed, 100, reference.elapsed + 1, "its ticks")
    })
})
