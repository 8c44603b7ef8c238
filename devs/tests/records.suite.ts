// Tasks that wait for a record, or for room for one.

import * as ds from "@devicescript/core"
import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    MsgPriority,
    OverflowPolicy,
    ReceivedMessage,
    recvAny,
    RingEntry,
} from "../../src"
import { bytesOf, drain, fill, queueWith, record } from "./readings"
import { byte, equal, nothingLost, settle, stateOf, statsOf } from "./support"
import { until, within } from "./support"
import {
    endsWith,
    startDue,
    startRecv,
    startRecvAny,
    startRecvRecord,
} from "./tasks"
import { startRecvTyped, startSend, startSendRecord, Task } from "./tasks"

describe("tasks that wait for records", () => {
    beforeEach(settle)

    test("what can be done at once succeeds, whatever the timeout", async () => {
        const queue = queueWith(1)
        const into = record(0)
        const timeouts = [0, 0.5, 1, 4294967296, FOREVER]
        for (let i = 0; i < timeouts.length; ++i) {
            const timeout = timeouts[i]
            equal(await queue.sendRecordTimeout(record(i), timeout), 0, "send")
            equal(await queue.recvRecordTimeout(into, timeout), 5, "receive")
            equal(into.sensor, i, "the record")
        }
        equal(statsOf(queue).timeouts, 0, "no timeout")
    })
    test("a timeout of 0 never parks: Timeout where it would wait", async () => {
        const queue = queueWith(1)
        const other = await startDue()
        const into = record(9)
        const timeout = -KernelError.Timeout
        equal(await queue.recvRecordTimeout(into, 0), timeout, "empty")
        equal(into.sensor, 9, "untouched")
        for (let i = 0; i < 40; ++i) {
            const sent = await queue.sendRecordTimeout(record(1), 0)
            equal(sent, 0, "room")
            const none = await queue.sendRecordTimeout(record(2), 0)
            equal(none, timeout, "full")
            equal(await queue.recvRecordTimeout(into, 0), 5, "received")
        }
        equal(other.result, undefined, "no other task has run")
        equal(statsOf(queue).timeouts, 41, "each is counted")
        equal(statsOf(queue).sent, 40, "nothing else was sent")
    })
    test("a wait for a record ends at its deadline, not before", async () => {
        const queue = queueWith(1)
        const into = record(9)
        const recv = startRecvRecord(queue, into, 20)
        await endsWith(recv, -KernelError.Timeout, "out of time")
        within(recv.elapsed(), 20, 100000, "ticks")
        equal(into.sensor, 9, "untouched")
        equal(statsOf(queue).timeouts, 1, "counted")
        equal(statsOf(queue).waitingReceivers, 0, "it waits no longer")
        equal(queue.sendRecord(record(1)), 0, "a record that comes after")
        equal(drain(queue), "1", "stays")
    })
    test("a record that finds no room in time is not sent", async () => {
        const queue = queueWith(1)
        fill(queue, [1])
        const send = startSendRecord(queue, record(2), 200, MsgPriority.Urgent)
        await settle()
        equal(statsOf(queue).waitingSenders, 1, "it waits")
        await endsWith(send, -KernelError.Timeout, "out of time")
        within(send.elapsed(), 200, 100000, "ticks")
        equal(statsOf(queue).timeouts, 1, "counted")
        equal(drain(queue), "1", "nothing of it")
    })
    test("a record goes straight to the waiting task", async () => {
        const queue = queueWith(1)
        const into: any = { place: "roof" }
        const recv = startRecvRecord(queue, into)
        await settle()
        equal(statsOf(queue).waitingReceivers, 1, "it waits")
        equal(queue.sendRecord(record(7)), 0, "sent")
        equal(queue.size(), 0, "never in the ring")
        equal(queue.recvCount(), 1, "received, though it has not run yet")
        equal(queue.recvRecord(record(9)), -KernelError.QueueEmpty, "no theft")
        equal(into.sensor, 7, "filled in")
        equal(into.celsius, 7.5, "whole")
        equal(into.place, "roof", "what else it has is kept")
        await endsWith(recv, 5, "length")
        nothingLost(queue)
    })
    test("it gets a record however it is sent", async () => {
        const queue = queueWith(2)
        const into = record(0)
        const first = startRecvRecord(queue, into)
        await settle()
        check(queue.send(bytesOf(1)))
        await endsWith(first, 5, "by send")
        equal(into.celsius, 1.5, "by send")
        const second = startRecvRecord(queue, into)
        await settle()
        const at = check(queue.reserve(5))
        queue.backing().blitAt(at, bytesOf(2), 0, 5)
        equal(queue.commit(5), 0, "commit")
        await endsWith(second, 5, "by commit")
        equal(into.celsius, 2.5, "by commit")
        equal(queue.available(), 2, "all entries are free")
        nothingLost(queue)
    })
    test("a task's record reaches a test that waits", async () => {
        const queue = queueWith(1)
        const into = record(0)
        const producer = async () => {
            for (let i = 1; i <= 3; ++i) {
                await ds.sleep(5)
                check(await queue.sendRecordTimeout(record(i), FOREVER))
            }
        }
        producer.start()
        for (let i = 1; i <= 3; ++i) {
            equal(await queue.recvRecordTimeout(into, FOREVER), 5, "length")
            equal(into.sensor, i, "in order")
            equal(into.celsius, i + 0.5, "whole")
        }
        nothingLost(queue)
    })
    test("tasks of all kinds get records in the order in which they began to wait", async () => {
        const queue = queueWith(4)
        const records = [0, 1, 2].map(record)
        const calls: Task[] = []
        calls.push(startRecvRecord(queue, records[0]))
        await settle()
        const plain = startRecv(queue, FOREVER, Buffer.alloc(5))
        await settle()
        calls.push(startRecvRecord(queue, records[1]))
        await settle()
        const small = startRecv(queue, FOREVER, byte(0))
        await settle()
        calls.push(startRecvRecord(queue, records[2]))
        await settle()
        equal(statsOf(queue).waitingReceivers, 5, "all wait")
        for (let i = 11; i <= 14; ++i) check(queue.sendRecord(record(i)))
        for (const call of calls) await endsWith(call, 5, "a record")
        const sensors = records.map(each => each.sensor)
        equal(sensors.join(","), "11,13,14", "records")
        await endsWith(plain, 5, "a Buffer")
        const bytes = plain.into.toString("hex")
        equal(bytes, bytesOf(12).toString("hex"), "its bytes")
        await endsWith(small, -KernelError.BufferTooSmall, "a small one")
        equal(queue.size(), 0, "none left")
        nothingLost(queue)
    })
    test("a record waits for room, by priority, then in order", async () => {
        const queue = queueWith(1)
        fill(queue, [0])
        const priorities: MsgPriority[] = [1, 0, 3, undefined, 3]
        const calls: Task[] = []
        for (let i = 0; i < 5; ++i) {
            const what = record(i + 1)
            calls.push(startSendRecord(queue, what, FOREVER, priorities[i]))
            await settle()
        }
        calls.push(startSend(queue, bytesOf(6), FOREVER, 3))
        await settle()
        equal(statsOf(queue).waitingSenders, 6, "all wait, a Buffer too")
        equal(queue.sendRecord(record(9), 3), -6, "no later one overtakes")
        check(queue.recvRecord(record(9)))
        const entry = new RingEntry()
        equal(queue.peek(entry), 0, "the first has the room")
        equal(entry.priority, MsgPriority.Urgent, "with its priority")
        equal(drain(queue), "3,5,6,1,4,2", "order of admission")
        for (const call of calls) await endsWith(call, 0, "sent")
    })
    test("a waiting record is read when it is admitted", async () => {
        const queue = queueWith(1)
        fill(queue, [1])
        const what = record(2)
        const call = startSendRecord(queue, what)
        await settle()
        what.sensor = 42
        what.celsius = 42.5
        equal(drain(queue), "1,42", "what it says then")
        what.sensor = 43
        await endsWith(call, 0, "sent")
    })
    test("a record that fits no longer when it is admitted gives way to the next", async () => {
        const queue = queueWith(1)
        fill(queue, [1])
        const what = [2, 3, 4, 5].map(record)
        const calls: Task[] = []
        for (const each of what) {
            calls.push(startSendRecord(queue, each))
            await settle()
        }
        what[0].sensor = 256
        what[1].celsius = undefined
        equal(queue.recvRecord(record(0)), 5, "room for one")
        await endsWith(calls[0], -KernelError.SchemaMismatch, "the first")
        await endsWith(calls[1], -KernelError.SchemaMismatch, "the second")
        await endsWith(calls[2], 0, "the third has the room")
        equal(queue.size(), 1, "full")
        equal(statsOf(queue).waitingSenders, 1, "the fourth waits on")
        what[3].celsius = "warm"
        equal(drain(queue), "4", "the third")
        await endsWith(calls[3], -KernelError.SchemaMismatch, "the fourth")
        equal(statsOf(queue).sent, 2, "nothing of the others")
        equal(queue.sendRecord(record(6)), 0, "the queue goes on")
        equal(drain(queue), "6", "with the next")
    })
    test("room comes by purge, cancel and release, too", async () => {
        const queue = queueWith(1)
        fill(queue, [1])
        const first = startSendRecord(queue, record(2))
        await settle()
        equal(queue.purge(), 1, "purge")
        await endsWith(first, 0, "sent")
        equal(drain(queue), "2", "after purge")
        check(queue.reserve(5))
        const second = startSendRecord(queue, record(3))
        await settle()
        equal(second.result, undefined, "waits for a reservation")
        equal(queue.cancel(), 0, "cancel")
        await endsWith(second, 0, "sent")
        equal(drain(queue), "3", "after cancel")
    })
    test("where the oldest are dropped a record waits for those above it", async () => {
        const queue = queueWith(1, OverflowPolicy.DropOldest)
        check(queue.sendRecord(record(1), MsgPriority.Urgent))
        const call = startSendRecord(queue, record(2))
        await settle()
        equal(call.result, undefined, "it waits")
        equal(statsOf(queue).dropped, 0, "nothing dropped")
        equal(drain(queue), "1,2", "both arrive")
        await endsWith(call, 0, "sent")
    })
    test("close wakes all that wait, and loses nothing", async () => {
        const full = queueWith(1)
        const empty = queueWith(1)
        fill(full, [1])
        const into = record(9)
        const send = startSendRecord(full, record(2))
        const recv = startRecvRecord(empty, into, 5000)
        await settle()
        full.close()
        empty.close()
        const closed = -KernelError.QueueClosed
        await endsWith(send, closed, "the sender")
        await endsWith(recv, closed, "the receiver")
        equal(into.sensor, 9, "untouched")
        equal(full.sendRecord(record(3)), closed, "sendRecord")
        const late = await full.sendRecordTimeout(record(3), FOREVER)
        equal(late, closed, "sendRecordTimeout")
        equal(await full.recvRecordTimeout(into, FOREVER), 5, "what was queued")
        equal(into.sensor, 1, "that is what was sent")
        equal(full.recvRecord(into), closed, "closed and empty")
        equal(await full.recvRecordTimeout(into, 0), closed, "not Timeout")
        nothingLost(full)
        equal(statsOf(empty).timeouts, 0, "no timeout")
    })
    test("a dead task loses nothing for others", async () => {
        const queue = queueWith(1)
        const gone = record(9)
        const into = record(0)
        const dead = startRecvRecord(queue, gone)
        await settle()
        const alive = startRecvRecord(queue, into)
        await settle()
        dead.fiber.terminate()
        equal(queue.sendRecord(record(1)), 0, "sent")
        await endsWith(alive, 5, "the next one has it")
        equal(into.sensor, 1, "whole")
        equal(gone.sensor, 9, "the dead one's is untouched")
        fill(queue, [2])
        const deadSend = startSendRecord(queue, record(3), FOREVER, 3)
        await settle()
        const aliveSend = startSendRecord(queue, record(4), FOREVER, 0)
        await settle()
        deadSend.fiber.terminate()
        equal(drain(queue), "2,4", "the dead one's was never sent")
        await endsWith(aliveSend, 0, "told so")
    })
    test("several queues at once deliver the bytes", async () => {
        const queues = [queueWith(2), queueWith(2)]
        const into = Buffer.alloc(5)
        const message = new ReceivedMessage()
        fill(queues[1], [1])
        equal(await recvAny(queues, into, message, 0), 1, "what is queued")
        equal(into.toString("hex"), bytesOf(1).toString("hex"), "its bytes")
        const call = startRecvAny(queues, FOREVER, into)
        await settle()
        check(queues[1].sendRecord(record(2), MsgPriority.High))
        await endsWith(call, 1, "what comes")
        equal(into.toString("hex"), bytesOf(2).toString("hex"), "bytes then")
        equal(call.message.length, 5, "length")
        equal(call.message.priority, MsgPriority.High, "priority")
        for (const queue of queues) equal(queue.size(), 0, "taken")
    })
    test("a typed receive that waits learns of a record", async () => {
        const queue = queueWith(1)
        const call = startRecvTyped(queue)
        await settle()
        check(queue.sendRecord(record(1)))
        await endsWith(call, -KernelError.BufferTooSmall, "four bytes")
        equal(drain(queue), "1", "it stays")
        const larger = startRecvTyped(queue, FOREVER, Buffer.alloc(6))
        const { into, message } = larger
        await settle()
        check(queue.sendRecord(record(2), MsgPriority.Urgent))
        await endsWith(larger, 5, "five bytes")
        equal(message.length, 5, "length")
        equal(message.priority, MsgPriority.Urgent, "priority")
        equal(message.sequence, 1, "sequence")
        equal(message.isDescriptor(), false, "inline")
        const expected = bytesOf(2).toString("hex") + "00"
        equal(into.toString("hex"), expected, "bytes")
    })
    test("a task that does nothing else never trips the VM's step limit", async () => {
        const queue = queueWith(2)
        const before = stateOf(queue)
        const into = record(0)
        const bad: any = { sensor: 0 }
        for (let i = 0; i < 1000; ++i)
            equal(await queue.sendRecordTimeout(bad, 1), -65, "refused")
        equal(stateOf(queue), before, "as it was")
        for (let i = 0; i < 1000; ++i) {
            check(await queue.sendRecordTimeout(record(i & 255), FOREVER))
            check(queue.recvRecord(into))
        }
        for (let i = 0; i < 1000; ++i) {
            check(queue.sendRecord(record(i & 255)))
            check(await queue.recvRecordTimeout(into, FOREVER))
            equal(into.sensor, i & 255, "the record")
        }
        equal(queue.recvCount(), 2000, "all of them")
    })
    test("producers and consumers in step lose nothing and keep the order", async () => {
        const queue = queueWith(2)
        let last = -1
        const consumer = async () => {
            const into = record(0)
            while (last < 255) {
                check(await queue.recvRecordTimeout(into, FOREVER))
                equal(into.sensor, last + 1, "in order")
                equal(into.celsius, last + 1.5, "whole")
                last++
            }
        }
        consumer.start()
        const reused = record(0)
        for (let i = 0; i < 256; ++i) {
            reused.sensor = i
            reused.celsius = i + 0.5
            equal(await queue.sendRecordTimeout(reused, FOREVER), 0, "sent")
        }
        await until(() => last === 255)
        equal(last, 255, "all of them")
        nothingLost(queue)
    })
})
