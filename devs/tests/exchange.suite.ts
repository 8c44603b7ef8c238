// Records with texts, bytes and arrays on their way through queues: several queues of one schema, tasks that wait,
// records that change or cannot be read.

import * as ds from "@devicescript/core"
import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    MsgPriority,
    OverflowPolicy,
    Schema,
    SchemaRecord,
} from "../../src"
import { equal, nothingLost, settle, stateOf, statsOf } from "./support"
import { endsWith, startRecvRecord, startSendRecord, Task } from "./tasks"

const status = new Schema(3, {
    n: "u16",
    ok: "bool",
    place: "string:4",
    key: "bytes:3",
    last: "i8.8[2]",
})

enum Size {
    Status = 15,
}

function queueFor(ringSize: number, overflow = OverflowPolicy.Reject) {
    return new KernelQueue({ ringSize, schema: status, overflow })
}

type Status = SchemaRecord<typeof status>
type StatusQueue = KernelQueue<Status>

/** A record that cannot be mistaken for another's. */
function statusOf(n: number) {
    const record = status.make()
    record.n = n
    record.ok = n % 2 === 0
    record.place = "é" + n
    record.key.fillAt(0, 3, n)
    record.last[0] = -n - 0.5
    record.last[1] = n
    return record
}

/** All of a record. */
function textOf(record: Status): string {
    const { n, ok, place, key, last } = record
    return "" + n + ok + place + key.toString("hex") + last.join(",")
}

function isWhole(record: Status, n: number, promise: string) {
    equal(textOf(record), textOf(statusOf(n)), promise)
}

/** Takes all records, and expects each to be whole: "1,2,3". */
function drain(queue: StatusQueue): string {
    const into = status.make()
    const numbers: number[] = []
    while (queue.recvRecord(into) >= 0) {
        isWhole(into, into.n, "whole")
        numbers.push(into.n)
    }
    nothingLost(queue)
    return numbers.join(",")
}

function fill(queue: StatusQueue, numbers: number[]) {
    for (const n of numbers) check(queue.sendRecord(statusOf(n)))
}

describe("records of many kinds of fields", () => {
    beforeEach(settle)

    test("they come out whole, by priority, then in order", () => {
        const queue = queueFor(4)
        fill(queue, [1, 2])
        check(queue.sendRecord(statusOf(3), MsgPriority.Urgent))
        check(queue.sendRecord(statusOf(4), MsgPriority.Low))
        equal(queue.sendRecord(statusOf(5)), -KernelError.QueueFull, "full")
        equal(drain(queue), "3,1,2,4", "order")
    })
    test("a record may change as soon as it is sent", () => {
        const queue = queueFor(2)
        const reused = statusOf(1)
        check(queue.sendRecord(reused))
        reused.n = 9
        reused.place = "x"
        reused.key.fillAt(0, 3, 0xff)
        reused.last[0] = 9
        reused.last.push(9)
        equal(drain(queue), "1", "what it said then")
    })
    test("a received record changes nothing in the queue", () => {
        const queue = queueFor(2)
        fill(queue, [1, 2])
        const into = status.make()
        check(queue.recvRecord(into))
        into.key.fillAt(0, 3, 0xff)
        into.last[0] = 99
        equal(drain(queue), "2", "the other one")
    })
    test("two records are filled in turn, and share nothing", () => {
        const queue = queueFor(4)
        const first = status.make()
        const second = status.make()
        for (let i = 0; i < 4; ++i) {
            fill(queue, [i, i + 10])
            equal(queue.recvRecord(first), Size.Status, "first")
            equal(queue.recvRecord(second), Size.Status, "second")
            isWhole(first, i, "the first")
            isWhole(second, i + 10, "the second")
        }
    })
    test("a record with less, or with other things, is filled, too", () => {
        const queue = queueFor(4)
        const others: any[] = [
            {},
            { key: hex`ffffff`, last: [1], place: 5 },
            { key: Buffer.alloc(2), last: undefined, ok: "no" },
            { key: null, last: hex`0102`, more: 1 },
        ]
        for (const other of others) {
            fill(queue, [7])
            equal(queue.recvRecord(other), Size.Status, "length")
            isWhole(other, 7, "whole")
        }
        equal(others[3].more, 1, "what else it has is kept")
    })
    test("a misfit in any field changes nothing, and drops nothing", async () => {
        for (const overflow of [0, 1]) {
            const queue = queueFor(2, overflow)
            fill(queue, [1, 2])
            const before = stateOf(queue)
            const misfits: any[] = []
            for (let i = 0; i < 5; ++i) misfits.push(statusOf(3))
            misfits[0].ok = 1
            misfits[1].place = "abcde"
            misfits[2].key = hex`01`
            misfits[3].last = [1]
            misfits[4].last[1] = 128
            for (const misfit of misfits) {
                equal(queue.sendRecord(misfit), -65, "sendRecord")
                equal(queue.sendRecord(misfit, 3), -65, "urgent")
                const late = await queue.sendRecordTimeout(misfit, FOREVER)
                equal(late, -65, "sendRecordTimeout")
            }
            equal(stateOf(queue), before, "as it was")
            equal(drain(queue), "1,2", "nothing dropped")
        }
    })
    test("a task that waits gets a record whole", async () => {
        const queue = queueFor(1)
        const into = status.make()
        const { key, last } = into
        const recv = startRecvRecord(queue, into)
        await settle()
        equal(queue.sendRecord(statusOf(5)), 0, "sent")
        equal(queue.size(), 0, "never in the ring")
        isWhole(into, 5, "whole")
        equal(into.key === key, true, "its own Buffer")
        equal(into.last === last, true, "its own array")
        await endsWith(recv, Size.Status, "length")
        const bare: any = {}
        const second = startRecvRecord(queue, bare)
        await settle()
        const bytes = Buffer.alloc(Size.Status)
        check(status.encode(statusOf(6), bytes, 0))
        check(queue.send(bytes))
        await endsWith(second, Size.Status, "by a plain send")
        isWhole(bare, 6, "into a record with no fields")
        nothingLost(queue)
    })
    test("a text of a wrong length reaches a waiting task within its field", async () => {
        const queue = queueFor(1)
        const into = status.make()
        const bytes = Buffer.alloc(Size.Status)
        check(status.encode(statusOf(8), bytes, 0))
        bytes[3] = 255
        const recv = startRecvRecord(queue, into)
        await settle()
        check(queue.send(bytes))
        await endsWith(recv, Size.Status, "length")
        equal(into.place, "é8\u0000", "all of its field")
        equal(into.key.toString("hex"), "080808", "the next field")
    })
    test("a waiting record counts as it is when it is admitted", async () => {
        const queue = queueFor(1)
        fill(queue, [1])
        const what = statusOf(2)
        const call = startSendRecord(queue, what)
        await settle()
        const later = statusOf(42)
        what.n = 42
        what.ok = later.ok
        what.place = later.place
        what.key = later.key
        what.last[0] = later.last[0]
        what.last[1] = later.last[1]
        equal(drain(queue), "1,42", "what it says then")
        await endsWith(call, 0, "sent")
    })
    test("one that fits no longer then is SchemaMismatch, and the next has the room", async () => {
        const queue = queueFor(1)
        fill(queue, [1])
        const what: any[] = [2, 3, 4, 5, 6].map(statusOf)
        const calls: Task[] = []
        for (const each of what) {
            calls.push(startSendRecord(queue, each))
            await settle()
        }
        what[0].place = "éééé"
        what[1].key = undefined
        what[2].last.push(1)
        what[3].ok = 0
        equal(queue.recvRecord(status.make()), Size.Status, "room for one")
        for (let i = 0; i < 4; ++i)
            await endsWith(calls[i], -KernelError.SchemaMismatch, "no. " + i)
        await endsWith(calls[4], 0, "the last has the room")
        equal(drain(queue), "6", "nothing of the others")
        equal(statsOf(queue).sent, 2, "sent")
    })
    test("a receive that admits a waiting record of the same schema keeps both right", async () => {
        const queues = [queueFor(1), queueFor(1), queueFor(2)]
        const calls: Task[] = []
        fill(queues[0], [1])
        fill(queues[1], [11])
        fill(queues[2], [21, 22])
        for (let i = 0; i < 3; ++i) {
            calls.push(startSendRecord(queues[i], statusOf(10 * i + 3)))
            await settle()
        }
        const records = [status.make(), status.make(), status.make()]
        for (let i = 0; i < 3; ++i)
            equal(queues[i].recvRecord(records[i]), Size.Status, "received")
        isWhole(records[0], 1, "of the first queue")
        isWhole(records[1], 11, "of the second")
        isWhole(records[2], 21, "of the third")
        for (const call of calls) await endsWith(call, 0, "admitted")
        equal(drain(queues[0]), "3", "the first queue's")
        equal(drain(queues[1]), "13", "the second's")
        equal(drain(queues[2]), "22,23", "the third's")
    })
    test("tasks hand records on from queue to queue of one schema", async () => {
        const queues = [queueFor(1), queueFor(2)]
        const forward = async () => {
            const own = status.make()
            for (let i = 0; i < 20; ++i) {
                check(await queues[0].recvRecordTimeout(own, FOREVER))
                check(await queues[1].sendRecordTimeout(own, FOREVER))
            }
        }
        const produce = async () => {
            for (let i = 0; i < 20; ++i)
                check(await queues[0].sendRecordTimeout(statusOf(i), FOREVER))
        }
        forward.start()
        produce.start()
        const into = status.make()
        for (let i = 0; i < 20; ++i) {
            if (i % 7 === 0) await settle() // let them wait for room, too
            check(await queues[1].recvRecordTimeout(into, FOREVER))
            isWhole(into, i, "in order")
        }
        for (const queue of queues) nothingLost(queue)
    })
    test("encode and decode between a wait and its end disturb neither", async () => {
        const queue = queueFor(1)
        fill(queue, [1])
        const call = startSendRecord(queue, statusOf(2))
        await settle()
        const bytes = Buffer.alloc(Size.Status)
        check(status.encode(statusOf(9), bytes, 0))
        const got = status.make()
        check(status.decode(bytes, 0, got))
        isWhole(got, 9, "decoded")
        equal(drain(queue), "1,2", "the queue's")
        await endsWith(call, 0, "sent")
    })
    test("a record that cannot be read is SchemaMismatch, and its slot stays free", async () => {
        const schema = new Schema(1, { suspended: "bool" })
        const queue = new KernelQueue({ ringSize: 1, schema })
        const task = async () => {
            await ds.suspend(FOREVER)
        }
        const fiber: any = task.start()
        await settle()
        check(queue.sendRecord(fiber)) // it waits, so it can be read
        const call = startSendRecord(queue, fiber)
        await settle()
        equal(statsOf(queue).waitingSenders, 1, "a second one waits")
        const running: ds.Fiber = fiber
        running.terminate()
        const got = schema.make()
        equal(queue.recvRecord(got), 1, "the first")
        equal(got.suspended, true, "what it said then")
        const refused = -KernelError.SchemaMismatch
        await endsWith(call, refused, "it was read once more")
        const before = stateOf(queue)
        equal(queue.sendRecord(fiber), refused, "sendRecord")
        const late = await queue.sendRecordTimeout(fiber, FOREVER)
        equal(late, refused, "sendRecordTimeout")
        equal(stateOf(queue), before, "as it was")
        equal(queue.available(), 1, "the slot is free")
        check(queue.sendRecord({ suspended: false }))
        equal(queue.recvRecord(got), 1, "the next one")
        equal(got.suspended, false, "its value")
        nothingLost(queue)
    })
})
