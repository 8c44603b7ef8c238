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
import { byte, drain, equal, fill, nothingLost, queueOf } from "./support"
import { settle, stateOf, statsOf, until, within } from "./support"
import { endsWith, startDue, startLater, startRecv } from "./tasks"
import { startRecvTyped, startSend, startSleep } from "./tasks"
import { startTask, timesOut } from "./tasks"

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
        const other = await startDue()
        const start = ds.millis()
        const into = Buffer.alloc(4)
        equal(await queue.recvTimeout(into, 0), -KernelError.Timeout, "empty")
        check(queue.send(byte(1)))
        equal(await queue.sendTimeout(into, 0), -KernelError.Timeout, "full")
        equal(ds.millis(), start, "no time has passed")
        equal(other.result, undefined, "no other task has run")
        equal(statsOf(queue).timeouts, 2, "each is counted")
        equal(statsOf(queue).sent, 1, "nothing was sent")
    })
    test("a receive times out at its deadline, not before", async () => {
        for (const ticks of [1, 2, 7.2, 50]) {
            const queue = queueOf(1)
            const sleep = startSleep(ticks)
            await timesOut(startRecvTyped(queue, ticks), sleep)
            equal(statsOf(queue).timeouts, 1, "counted")
        }
    })
    test("a send times out, and nothing was sent", async () => {
        const queue = queueOf(1)
        check(queue.send(byte(1)))
        const sender = startSend(queue, byte(2), 100, MsgPriority.Urgent)
        await settle()
        equal(statsOf(queue).waitingSenders, 1, "it waits")
        await endsWith(sender, -KernelError.Timeout, "out of time")
        equal(statsOf(queue).waitingSenders, 0, "no longer waiting")
        equal(drain(queue), "1", "nothing of it")
        nothingLost(queue)
    })
    test("FOREVER waits without limit", async () => {
        const queue = queueOf(1)
        const receiver = startRecvTyped(queue, FOREVER)
        await ds.sleep(200)
        equal(receiver.result, undefined, "it waits")
        check(queue.send(byte(5)))
        await settle()
        equal(receiver.result, 1, "then it has it")
    })
    test("a timeout above 2^32 ticks is no short one", async () => {
        const queue = queueOf(1)
        const receiver = startRecvTyped(queue, 4294967296 + 5)
        await ds.sleep(50)
        equal(receiver.result, undefined, "it waits")
        check(queue.send(byte(5)))
        await settle()
        equal(receiver.result, 1, "and wakes by a message")
    })
    test("a message goes straight to the waiting task", async () => {
        const queue = queueOf(1)
        const receiver = startRecvTyped(queue, 1000)
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
        within(receiver.elapsed(), 0, 500, "long before its deadline")
    })
    test("messages go to tasks in the order in which they began to wait", async () => {
        const queue = queueOf(4)
        const begin = (delay: number) =>
            startTask(async ({ into, message }) => {
                await ds.sleep(delay)
                return await queue.recvTypedTimeout(into, message, FOREVER)
            })
        const late = [30, 20, 10].map(begin) // the last is the first to wait
        await ds.sleep(45)
        fill(queue, [1, 2, 3])
        await settle()
        equal(late.map(task => task.into[0]).join(","), "3,2,1", "messages")
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
        const first = startRecv(queue, FOREVER, Buffer.alloc(1))
        await settle()
        const second = startRecvTyped(queue)
        await settle()
        equal(queue.send(hex`0102`), 0, "sent")
        await settle()
        equal(first.result, -KernelError.BufferTooSmall, "the first one")
        equal(second.result, 2, "the next one")
        nothingLost(queue)
    })
    test("a waiting buffer that is too small: the message goes into the ring", async () => {
        const queue = queueOf(1)
        const only = startRecv(queue, FOREVER, Buffer.alloc(0))
        await settle()
        equal(queue.send(byte(9)), 0, "sent")
        equal(queue.size(), 1, "in the ring")
        await settle()
        equal(only.result, -KernelError.BufferTooSmall, "it wakes")
        equal(drain(queue), "9", "and the message is there")
    })
    test("room goes to waiting senders by priority, then in order", async () => {
        const queue = queueOf(1)
        const into = Buffer.alloc(4)
        check(queue.send(byte(99)))
        const priorities = [1, 0, 3, 1, 3, 2]
        for (let i = 0; i < 6; ++i) {
            startSend(queue, byte(i), FOREVER, priorities[i])
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
        const waiting = startSend(queue, byte(2))
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
        startSend(queue, message)
        await settle()
        message.setAt(0, "u8", 42)
        equal(drain(queue), "0,42", "what it says then")
    })
    test("a receive that waits wakes its sender in the same step", async () => {
        const queue = queueOf(1)
        check(queue.send(byte(1)))
        const sender = startSend(queue, byte(2), FOREVER, MsgPriority.Low)
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
        const sleep = startSleep(200)
        const receiver = startRecvTyped(queue, 200)
        for (let i = 0; i < 10; ++i) {
            await settle()
            receiver.fiber.resume(i)
        }
        await settle()
        equal(receiver.result, undefined, "it still waits")
        await timesOut(receiver, sleep) // at its one deadline
    })
    test("a foreign resume loses no message", async () => {
        const queue = queueOf(1)
        const receiver = startRecvTyped(queue)
        await settle()
        receiver.fiber.resume(-1)
        check(queue.send(byte(5)))
        receiver.fiber.resume(undefined)
        await settle()
        equal(receiver.result, 1, "the message")
        equal(receiver.into[0], 5, "its byte")
    })
    test("a message that is there beats an expired deadline", async () => {
        const queue = queueOf(1)
        // due in the very tick of the deadline, and run before the receiver: it was created before
        startLater(10, () => queue.send(byte(1)))
        const receiver = startRecvTyped(queue, 10)
        await endsWith(receiver, 1, "the message")
        equal(queue.isEmpty(), true, "delivered once")
        nothingLost(queue)
    })
    test("a message that comes after the deadline stays", async () => {
        const queue = queueOf(1)
        const receiver = startRecvTyped(queue, 10)
        // due in the very tick of the deadline, and run after the receiver
        const sender = startLater(10, () => queue.send(byte(1)))
        await endsWith(sender, 0, "sent")
        await until(() => receiver.end >= 0)
        const timedOut = receiver.result === -KernelError.Timeout
        equal(drain(queue), timedOut ? "1" : "", "delivered once")
        nothingLost(queue)
    })
    test("a message that comes long after the deadline stays", async () => {
        const queue = queueOf(1)
        const receiver = startRecvTyped(queue, 10)
        await endsWith(receiver, -KernelError.Timeout, "out of time")
        await ds.sleep(20)
        equal(queue.send(byte(1)), 0, "sent")
        equal(drain(queue), "1", "and there")
    })
    test("a dead receiver loses nothing for others", async () => {
        const queue = queueOf(2)
        const dead = startRecv(queue)
        await settle()
        const alive = startRecvTyped(queue)
        await settle()
        dead.fiber.terminate()
        equal(statsOf(queue).waitingReceivers, 1, "one lives")
        equal(queue.send(byte(1)), 0, "sent")
        await settle()
        equal(alive.result, 1, "the next one has it")
        const last = startRecv(queue)
        await settle()
        last.fiber.terminate()
        equal(queue.send(byte(2)), 0, "none left")
        equal(drain(queue), "2", "it stays in the ring")
        nothingLost(queue)
    })
    test("a dead sender's room goes to the next", async () => {
        const queue = queueOf(1)
        check(queue.send(byte(0)))
        const dead = startSend(queue, byte(1), FOREVER, MsgPriority.Urgent)
        await settle()
        const alive = startSend(queue, byte(2), FOREVER, MsgPriority.Low)
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
        const task = startRecv(queue)
        await settle()
        check(queue.send(byte(1)))
        task.fiber.terminate()
        equal(queue.recvCount(), 1, "received")
        equal(queue.send(byte(2)), 0, "the queue goes on")
        equal(drain(queue), "2", "with the next")
        nothingLost(queue)
    })
    test("a waiter's record is used by one task at a time", async () => {
        const queue = queueOf(1)
        const other = queueOf(1)
        for (let i = 0; i < 5; ++i) {
            const dead = startRecv(queue)
            await settle()
            dead.fiber.terminate()
        }
        const receivers = [1, 2, 3].map(_ => startRecvTyped(other))
        await settle()
        fill(other, [0, 1, 2])
        await settle()
        for (let i = 0; i < 3; ++i) equal(receivers[i].into[0], i, "its own")
    })
    test("nothing that a dead task brought is kept", async () => {
        // more than a board's heap in all: were it kept, the VM would panic
        const queue = queueOf(1)
        for (let i = 0; i < 10; ++i) startRecvTyped(queue)
        await settle()
        for (let i = 0; i < 10; ++i) check(queue.send(byte(i)))
        await settle()
        for (let i = 0; i < 20; ++i) {
            const task = startRecv(queue, FOREVER, Buffer.alloc(8000))
            await settle()
            if (i < 10) check(queue.send(byte(i))) // served, and dead before it runs
            task.fiber.terminate()
        }
        equal(statsOf(queue).waitingReceivers, 0, "all are dead")
        nothingLost(queue)
    })
    test("close wakes all that wait, and loses nothing", async () => {
        const full = queueOf(1)
        const empty = queueOf(1)
        check(full.send(byte(1)))
        const sender = startSend(full, byte(2))
        const first = startRecvTyped(empty)
        const second = startRecvTyped(empty, 500)
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
        const waiting = [3, 4, 5].map(n => startSend(queue, byte(n)))
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
