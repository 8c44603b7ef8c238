// Tasks that wait for a message or for room.

import * as ds from "@devicescript/core"
import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    MsgPriority,
    ReceivedMessage,
} from "../../src"
import { byte, drain, equal, nothingLost, Reference } from "./support"
import { queueOf, settle, stateOf, statsOf, until, within } from "./support"

/** A task that receives once, and what came of it. */
class Receiver {
    readonly into = Buffer.alloc(4)
    readonly message = new ReceivedMessage()
    result: number = undefined
    elapsed = -1

    async run(queue: KernelQueue, timeout: number) {
        const start = ds.millis()
        this.result = await queue.recvTypedTimeout(
            this.into,
            this.message,
            timeout
        )
        this.elapsed = ds.millis() - start
    }
}

function startReceiver(queue: KernelQueue, timeout: number): Receiver {
    const receiver = new Receiver()
    const run = async () => await receiver.run(queue, timeout)
    run.start()
    return receiver
}

async function ended(receiver: Receiver) {
    await until(() => receiver.result !== undefined)
}

/** A task that sends once, and what came of it. */
class Sender {
    result: number = undefined
    fiber: ds.Fiber
    constructor(readonly msg: Buffer) {}

    async run(queue: KernelQueue, timeout: number, priority: MsgPriority) {
        this.fiber = ds.Fiber.self()
        this.result = await queue.sendTimeout(this.msg, timeout, priority)
    }
}

function startSender(
    queue: KernelQueue,
    msg: Buffer,
    timeout: number,
    priority: MsgPriority
): Sender {
    const sender = new Sender(msg)
    const run = async () => await sender.run(queue, timeout, priority)
    run.start()
    return sender
}

/** A task that does nothing but receive for ever. */
function startParked(queue: KernelQueue): ds.Fiber {
    const run = async () => {
        await queue.recvTimeout(Buffer.alloc(4), FOREVER)
    }
    return run.start()
}

async function timesOut(timeout: number) {
    const queue = queueOf(1)
    const reference = new Reference()
    reference.run.start(timeout)
    const receiver = startReceiver(queue, timeout)
    await ended(receiver)
    await until(() => reference.elapsed >= 0)
    equal(receiver.result, -KernelError.Timeout, "out of time")
    const latest = Math.max(reference.elapsed, Math.ceil(timeout)) + 1
    within(receiver.elapsed, timeout, latest, "ticks of " + timeout)
    equal(statsOf(queue).timeouts, 1, "counted")
}

describe("waiting", () => {
    beforeEach(settle)

    test("what can be done at once succeeds, whatever the timeout", async () => {
        const queue = queueOf(1)
        const into = Buffer.alloc(4)
        for (const timeout of [0, 0.5, 1, 4294967296, FOREVER]) {
            equal(await queue.sendTimeout(byte(1), timeout), 0, "send")
            equal(await queue.recvTimeout(into, timeout), 1, "receive")
        }
        equal(statsOf(queue).timeouts, 0, "no timeout")
    })
    test("a timeout of 0 never parks", async () => {
        const queue = queueOf(1)
        let ran = false
        const other = async () => {
            await ds.suspend(FOREVER)
            ran = true
        }
        const fiber = other.start()
        await settle()
        fiber.resume(0) // it runs at the next park, whoever else is due
        const start = ds.millis()
        const into = Buffer.alloc(4)
        equal(await queue.recvTimeout(into, 0), -KernelError.Timeout, "empty")
        check(queue.send(byte(1)))
        equal(await queue.sendTimeout(into, 0), -KernelError.Timeout, "full")
        equal(ds.millis(), start, "no time has passed")
        equal(ran, false, "no other task has run")
        equal(statsOf(queue).timeouts, 2, "each is counted")
        equal(statsOf(queue).sent, 1, "nothing was sent")
    })
    test("a receive times out at its deadline, not before", async () => {
        for (const timeout of [1, 2, 7.2, 50]) await timesOut(timeout)
    })
    test("a send times out, and nothing was sent", async () => {
        const queue = queueOf(1)
        check(queue.send(byte(1)))
        const sender = startSender(queue, byte(2), 100, MsgPriority.Urgent)
        await settle()
        equal(statsOf(queue).waitingSenders, 1, "it waits")
        await until(() => sender.result !== undefined)
        equal(sender.result, -KernelError.Timeout, "out of time")
        equal(statsOf(queue).waitingSenders, 0, "no longer waiting")
        equal(drain(queue), "1", "nothing of it")
        nothingLost(queue)
    })
    test("FOREVER waits without limit", async () => {
        const queue = queueOf(1)
        const receiver = startReceiver(queue, FOREVER)
        await ds.sleep(200)
        equal(receiver.result, undefined, "it waits")
        check(queue.send(byte(5)))
        await settle()
        equal(receiver.result, 1, "then it has it")
    })
    test("a timeout above 2^32 ticks is no short one", async () => {
        const queue = queueOf(1)
        const receiver = startReceiver(queue, 4294967296 + 5)
        await ds.sleep(50)
        equal(receiver.result, undefined, "it waits")
        check(queue.send(byte(5)))
        await settle()
        equal(receiver.result, 1, "and wakes by a message")
    })
    test("a message goes straight to the waiting task", async () => {
        const queue = queueOf(1)
        const receiver = startReceiver(queue, 1000)
        await settle()
        equal(statsOf(queue).waitingReceivers, 1, "it waits")
        equal(queue.send(hex`0708`, MsgPriority.High), 0, "sent")
        equal(queue.size(), 0, "never in the ring")
        equal(queue.recvCount(), 1, "received, though it has not run yet")
        equal(statsOf(queue).waitingReceivers, 0, "it waits no longer")
        equal(queue.recv(Buffer.alloc(4)), -KernelError.QueueEmpty, "no theft")
        await settle()
        equal(receiver.result, 2, "length")
        equal(receiver.into.toString("hex"), "07080000", "bytes")
        equal(receiver.message.length, 2, "message.length")
        equal(receiver.message.priority, MsgPriority.High, "priority")
        equal(receiver.message.sequence, 0, "sequence")
        within(receiver.elapsed, 0, 500, "long before its deadline")
    })
    test("messages go to tasks in the order in which they began to wait", async () => {
        const queue = queueOf(4)
        const late: Receiver[] = []
        const begin = async (delay: number) => {
            const receiver = new Receiver()
            late[delay] = receiver
            await ds.sleep(delay)
            await receiver.run(queue, FOREVER)
        }
        // created in the opposite order of waiting
        for (let delay = 30; delay >= 10; delay -= 10) begin.start(delay)
        await ds.sleep(45)
        for (let i = 1; i <= 3; ++i) check(queue.send(byte(i)))
        await settle()
        for (let i = 1; i <= 3; ++i)
            equal(late[i * 10].into[0], i, "the one that waited " + i + "th")
    })
    test("a task that comes back waits behind those that waited on", async () => {
        const queue = queueOf(4)
        const got: string[] = []
        const worker = async (name: string) => {
            const into = Buffer.alloc(4)
            for (let i = 0; i < 2; ++i) {
                check(await queue.recvTimeout(into, FOREVER))
                got.push(name + into[0])
            }
        }
        worker.start("a")
        worker.start("b")
        await settle()
        for (let i = 1; i <= 4; ++i) {
            check(queue.send(byte(i)))
            await settle()
        }
        equal(got.join(","), "a1,b2,a3,b4", "in turns")
    })
    test("a waiting buffer that is too small: the message goes to the next", async () => {
        const queue = queueOf(1)
        let small = 0
        const first = async () => {
            small = await queue.recvTimeout(Buffer.alloc(1), FOREVER)
        }
        first.start()
        await settle()
        const second = startReceiver(queue, FOREVER)
        await settle()
        equal(queue.send(hex`0102`), 0, "sent")
        await settle()
        equal(small, -KernelError.BufferTooSmall, "the first one")
        equal(second.result, 2, "the next one")
        nothingLost(queue)
    })
    test("a waiting buffer that is too small: the message goes into the ring", async () => {
        const queue = queueOf(1)
        let small = 0
        const only = async () => {
            small = await queue.recvTimeout(Buffer.alloc(0), FOREVER)
        }
        only.start()
        await settle()
        equal(queue.send(byte(9)), 0, "sent")
        equal(queue.size(), 1, "in the ring")
        await settle()
        equal(small, -KernelError.BufferTooSmall, "it wakes")
        equal(drain(queue), "9", "and the message is there")
    })
    test("room goes to waiting senders by priority, then in order", async () => {
        const queue = queueOf(1)
        const into = Buffer.alloc(4)
        check(queue.send(byte(99)))
        const priorities = [1, 0, 3, 1, 3, 2]
        for (let i = 0; i < 6; ++i) {
            startSender(queue, byte(i), FOREVER, priorities[i])
            await settle()
        }
        equal(statsOf(queue).waitingSenders, 6, "all wait")
        const order: number[] = []
        while (queue.recv(into) >= 0) {
            order.push(into[0])
            nothingLost(queue)
        }
        equal(order.join(","), "99,2,4,5,0,3,1", "order of admission")
    })
    test("no later send overtakes a waiting one", async () => {
        const queue = queueOf(1)
        check(queue.send(byte(1)))
        const waiting = startSender(queue, byte(2), FOREVER, MsgPriority.Normal)
        await settle()
        const into = Buffer.alloc(4)
        equal(queue.send(byte(3)), -KernelError.QueueFull, "full")
        check(queue.recv(into))
        equal(queue.send(byte(3)), -KernelError.QueueFull, "the room is taken")
        equal(queue.send(byte(4), MsgPriority.Urgent), -6, "by all priorities")
        await settle()
        equal(waiting.result, 0, "sent")
        equal(drain(queue), "2", "the waiting one came first")
    })
    test("a waiting sender's message is read when it is admitted", async () => {
        const queue = queueOf(1)
        const message = byte(1)
        check(queue.send(byte(0)))
        startSender(queue, message, FOREVER, MsgPriority.Normal)
        await settle()
        message.setAt(0, "u8", 42)
        equal(drain(queue), "0,42", "what it says then")
    })
    test("a receive that waits wakes its sender in the same step", async () => {
        const queue = queueOf(1)
        check(queue.send(byte(1)))
        const sender = startSender(queue, byte(2), FOREVER, MsgPriority.Low)
        await settle()
        const message = new ReceivedMessage()
        const into = Buffer.alloc(4)
        equal(queue.recvTyped(into, message), 1, "received")
        equal(message.priority, MsgPriority.Normal, "its own header")
        equal(message.sequence, 0, "not that of the admitted one")
        equal(queue.sendCount(), 2, "the other one is accepted already")
        await settle()
        equal(sender.result, 0, "and told so")
    })
    test("being woken by anyone else neither ends a wait nor moves its deadline", async () => {
        const queue = queueOf(1)
        const receiver = new Receiver()
        const reference = new Reference()
        const run = async () => await receiver.run(queue, 200)
        reference.run.start(200)
        const fiber = run.start()
        for (let i = 0; i < 10; ++i) {
            await settle()
            fiber.resume(i)
        }
        await settle()
        equal(receiver.result, undefined, "it still waits")
        await ended(receiver)
        await until(() => reference.elapsed >= 0)
        equal(receiver.result, -KernelError.Timeout, "then it is out of time")
        within(receiver.elapsed, 200, reference.elapsed + 1, "its one deadline")
    })
    test("a foreign resume loses no message", async () => {
        const queue = queueOf(1)
        const receiver = new Receiver()
        const run = async () => await receiver.run(queue, FOREVER)
        const fiber = run.start()
        await settle()
        fiber.resume(-1)
        check(queue.send(byte(5)))
        fiber.resume(undefined)
        await settle()
        equal(receiver.result, 1, "the message")
        equal(receiver.into[0], 5, "its byte")
    })
    test("a message that is there beats an expired deadline", async () => {
        const queue = queueOf(1)
        const sender = async () => {
            // due in the very tick of the deadline, and run before the receiver: it was created before
            await ds.sleep(10)
            check(queue.send(byte(1)))
        }
        sender.start()
        const receiver = startReceiver(queue, 10)
        await ended(receiver)
        equal(receiver.result, 1, "the message")
        equal(queue.isEmpty(), true, "delivered once")
        nothingLost(queue)
    })
    test("a message that comes after the deadline stays", async () => {
        const queue = queueOf(1)
        const receiver = startReceiver(queue, 10)
        const sender = async () => {
            // due in the very tick of the deadline, and run after the receiver
            await ds.sleep(10)
            check(queue.send(byte(1)))
        }
        sender.start()
        await ended(receiver)
        await until(() => queue.sendCount() === 1)
        const timedOut = receiver.result === -KernelError.Timeout
        equal(drain(queue), timedOut ? "1" : "", "delivered once")
        nothingLost(queue)
    })
    test("a message that comes long after the deadline stays", async () => {
        const queue = queueOf(1)
        const receiver = startReceiver(queue, 10)
        await ended(receiver)
        await ds.sleep(20)
        equal(receiver.result, -KernelError.Timeout, "out of time")
        equal(queue.send(byte(1)), 0, "sent")
        equal(drain(queue), "1", "and there")
    })
    test("a dead receiver loses nothing for others", async () => {
        const queue = queueOf(2)
        const dead = startParked(queue)
        await settle()
        const alive = startReceiver(queue, FOREVER)
        await settle()
        dead.terminate()
        equal(statsOf(queue).waitingReceivers, 1, "one lives")
        equal(queue.send(byte(1)), 0, "sent")
        await settle()
        equal(alive.result, 1, "the next one has it")
        const last = startParked(queue)
        await settle()
        last.terminate()
        equal(queue.send(byte(2)), 0, "none left")
        equal(drain(queue), "2", "it stays in the ring")
        nothingLost(queue)
    })
    test("a dead sender's room goes to the next", async () => {
        const queue = queueOf(1)
        check(queue.send(byte(0)))
        const dead = startSender(queue, byte(1), FOREVER, MsgPriority.Urgent)
        await settle()
        const alive = startSender(queue, byte(2), FOREVER, MsgPriority.Low)
        await settle()
        dead.fiber.terminate()
        equal(statsOf(queue).waitingSenders, 1, "one lives")
        equal(drain(queue), "0,2", "the dead one's message was never sent")
        await settle()
        equal(alive.result, 0, "told so")
        nothingLost(queue)
    })
    test("a task that dies before it can use its message has received it", async () => {
        const queue = queueOf(1)
        const fiber = startParked(queue)
        await settle()
        check(queue.send(byte(1)))
        fiber.terminate()
        equal(queue.recvCount(), 1, "received")
        equal(queue.send(byte(2)), 0, "the queue goes on")
        equal(drain(queue), "2", "with the next")
        nothingLost(queue)
    })
    test("a waiter's record is used by one task at a time", async () => {
        const queue = queueOf(1)
        const other = queueOf(1)
        for (let i = 0; i < 5; ++i) {
            const dead = startParked(queue)
            await settle()
            dead.terminate()
        }
        const receivers = [1, 2, 3].map(_ => startReceiver(other, FOREVER))
        await settle()
        for (let i = 0; i < 3; ++i) check(other.send(byte(i)))
        await settle()
        for (let i = 0; i < 3; ++i) equal(receivers[i].into[0], i, "its own")
    })
    test("nothing that a dead task brought is kept", async () => {
        // more than a board's heap in all: were it kept, the VM would panic
        const queue = queueOf(1)
        const receive = async () => {
            await queue.recvTimeout(Buffer.alloc(8000), FOREVER)
        }
        for (let i = 0; i < 10; ++i) startReceiver(queue, FOREVER)
        await settle()
        for (let i = 0; i < 10; ++i) check(queue.send(byte(i)))
        await settle()
        for (let i = 0; i < 20; ++i) {
            const fiber = receive.start()
            await settle()
            if (i < 10) check(queue.send(byte(i))) // served, and dead before it runs
            fiber.terminate()
        }
        equal(statsOf(queue).waitingReceivers, 0, "all are dead")
        nothingLost(queue)
    })
    test("close wakes all that wait, and loses nothing", async () => {
        const full = queueOf(1)
        const empty = queueOf(1)
        check(full.send(byte(1)))
        const sender = startSender(full, byte(2), FOREVER, MsgPriority.Normal)
        const first = startReceiver(empty, FOREVER)
        const second = startReceiver(empty, 500)
        await settle()
        full.close()
        empty.close()
        await settle()
        equal(sender.result, -KernelError.QueueClosed, "the sender")
        equal(first.result, -KernelError.QueueClosed, "a receiver")
        equal(second.result, -KernelError.QueueClosed, "another one")
        equal(drain(full), "1", "what was queued, and not what was unsent")
        nothingLost(full)
        equal(statsOf(empty).timeouts, 0, "no timeout")
    })
    test("close is final and idempotent", async () => {
        const queue = queueOf(2)
        const closed = -KernelError.QueueClosed
        const into = Buffer.alloc(4)
        check(queue.send(byte(0)))
        check(queue.send(byte(1)))
        check(queue.recv(into)) // there is room, and was before: the usual send
        equal(queue.isClosed(), false, "open")
        queue.close()
        const before = stateOf(queue)
        queue.close()
        equal(stateOf(queue), before, "a second time changes nothing")
        equal(queue.isClosed(), true, "closed")
        equal(queue.send(byte(2)), closed, "send")
        equal(await queue.sendTimeout(byte(2), FOREVER), closed, "sendTimeout")
        equal(queue.recv(into), 1, "what is queued can be received")
        equal(queue.recv(into), closed, "closed and empty")
        equal(await queue.recvTimeout(into, FOREVER), closed, "recvTimeout")
        equal(queue.recvTyped(into, new ReceivedMessage()), closed, "recvTyped")
        equal(await queue.recvTimeout(into, 0), closed, "not Timeout")
    })
    test("purge discards, counts, and admits waiting senders", async () => {
        const queue = queueOf(2)
        check(queue.send(byte(1)))
        check(queue.send(byte(2), MsgPriority.Urgent))
        const waiting = [3, 4, 5].map(n =>
            startSender(queue, byte(n), FOREVER, MsgPriority.Normal)
        )
        await settle()
        equal(queue.purge(), 2, "what was queued")
        nothingLost(queue)
        await settle()
        equal(waiting[0].result, 0, "the first has room")
        equal(waiting[1].result, 0, "the second too")
        equal(waiting[2].result, undefined, "the third waits on")
        equal(statsOf(queue).purged, 2, "purged are counted")
        equal(drain(queue), "3,4,5", "what was sent since")
        equal(queue.purge(), 0, "nothing left")
        nothingLost(queue)
    })
    test("stats tell all", async () => {
        const queue = new KernelQueue({ ringSize: 2, name: "motor" })
        const into = Buffer.alloc(4)
        check(queue.send(byte(1)))
        check(queue.send(byte(2)))
        check(queue.recv(into))
        equal(await queue.recvTimeout(into, 1), 1, "at once")
        equal(await queue.recvTimeout(into, 1), -8, "out of time")
        check(queue.send(byte(3)))
        queue.purge()
        const stats = statsOf(queue)
        equal(stats.name, "motor", "name")
        equal(stats.sent, 3, "sent")
        equal(stats.received, 2, "received")
        equal(stats.purged, 1, "purged")
        equal(stats.dropped, 0, "dropped")
        equal(stats.timeouts, 1, "timeouts")
        equal(stats.highWater, 2, "highWater")
        equal(stats.size, 0, "size")
        equal(stats.capacity, 2, "capacity")
    })
    test("producers and consumers in step lose nothing and keep the order", async () => {
        const queue = queueOf(2)
        let sum = 0
        let last = -1
        const consumer = async () => {
            const into = Buffer.alloc(4)
            while ((await queue.recvTimeout(into, 20)) >= 0) {
                const value = into.getAt(0, "u16")
                equal(value, last + 1, "in order")
                last = value
                sum += value
            }
        }
        consumer.start()
        const message = Buffer.alloc(2)
        for (let i = 0; i < 300; ++i) {
            message.setAt(0, "u16", i)
            equal(await queue.sendTimeout(message, FOREVER), 0, "sent")
        }
        await ds.sleep(30)
        equal(sum, (299 * 300) / 2, "all of them")
        nothingLost(queue)
    })
})
