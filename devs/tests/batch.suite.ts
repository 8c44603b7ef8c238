// Several messages with one call.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    MsgPriority,
} from "../../src"
import { byte, drain, droppingQueueOf, equal, fill } from "./support"
import { nothingLost, queueOf, settle, stateOf, statsOf } from "./support"
import { endsWith, startRecvTyped, startSend } from "./tasks"
import { noBuffers, noPriorities } from "./wrong"

enum Code {
    InvalidArgument = -25,
}

function bytes(values: number[]): Buffer[] {
    return values.map(byte)
}

/** Receives a batch of single bytes: "1,2,3", or the error. */
function receiveBytes(queue: KernelQueue, max: number): string {
    const into = Buffer.alloc(16)
    const count = queue.recvBatch(into, [], max)
    if (count < 0) return "" + count
    const values: number[] = []
    for (let i = 0; i < count; ++i) values.push(into[i])
    return values.join(",")
}

const noArrays: any[] = [undefined, null, "ab", 0, 1.5, {}, hex`0102`, true]

describe("batches", () => {
    beforeEach(settle)

    test("a batch is sent in its order, with one priority", () => {
        const queue = queueOf(8)
        fill(queue, [1])
        equal(queue.sendBatch(bytes([2, 3]), MsgPriority.High), 2, "sent")
        equal(queue.sendBatch(bytes([4, 5])), 2, "Normal, if left out")
        equal(queue.sendBatch(bytes([0]), MsgPriority.Low), 1, "one")
        equal(queue.sendBatch([]), 0, "none")
        equal(drain(queue), "2,3,1,4,5,0", "order")
        nothingLost(queue)
    })
    test("a batch is received back to back, with its lengths", () => {
        const queue = queueOf(8)
        const into = Buffer.alloc(8)
        const lengths = [9, 9, 9, 9]
        into.fillAt(0, 8, 0xee)
        for (const msg of [hex`0102`, hex``, hex`030405`])
            check(queue.send(msg))
        equal(queue.recvBatch(into, lengths, 4), 3, "all there are")
        equal(into.toString("hex"), "0102030405eeeeee", "bytes")
        equal(lengths.join(","), "2,0,3,9", "lengths")
        nothingLost(queue)
    })
    test("no more are received than are asked for", () => {
        const queue = queueOf(8)
        fill(queue, [1, 2, 3])
        equal(receiveBytes(queue, 2), "1,2", "two")
        equal(receiveBytes(queue, 0), "", "none")
        equal(queue.size(), 1, "the rest stays")
        equal(receiveBytes(queue, Infinity), "3", "all")
        equal(queue.recvBatch(byte(0), [], 0), 0, "none of none")
    })
    test("a batch ends before a message that does not fit", () => {
        const queue = queueOf(4)
        const lengths: number[] = []
        check(queue.sendBatch([hex`01`, hex`0203`, hex`04`]))
        const into = Buffer.alloc(2)
        equal(queue.recvBatch(into, lengths, 3), 1, "one of three")
        equal(into.toString("hex"), "0100", "nothing of the second")
        equal(lengths.join(","), "1", "lengths")
        const before = stateOf(queue)
        equal(queue.recvBatch(byte(0), lengths, 3), -24, "none fits")
        equal(stateOf(queue), before, "as it was")
        equal(lengths.join(","), "1", "nothing filled")
        equal(queue.recvBatch(Buffer.alloc(3), lengths, 3), 2, "just fits")
        equal(lengths.join(","), "2,1", "lengths then")
    })
    test("higher priority first, also in a batch", () => {
        const queue = queueOf(8)
        for (const p of [0, 3, 1, 3, 2]) check(queue.send(byte(p), p))
        equal(receiveBytes(queue, 4), "3,3,2,1", "order")
        equal(receiveBytes(queue, 4), "0", "the rest")
    })
    test("a batch stops at the first failure, and says how many were accepted", () => {
        const queue = queueOf(4)
        const wrong: any = [byte(1), byte(2), "3", byte(4)]
        equal(queue.sendBatch(wrong), 2, "a wrong element in the middle")
        equal(drain(queue), "1,2", "what stands before it")
        const large = [byte(1), Buffer.alloc(5), byte(2)]
        equal(queue.sendBatch(large), 1, "one too large in the middle")
        equal(drain(queue), "1", "what stands before it")
        equal(queue.sendBatch(bytes([1, 2, 3, 4, 5])), 4, "as many as fit")
        equal(queue.sendBatch(bytes([6])), -KernelError.QueueFull, "then none")
        equal(drain(queue), "1,2,3,4", "those that fitted")
        nothingLost(queue)
    })
    test("a failure of the first is the batch's", () => {
        const queue = queueOf(4)
        const before = stateOf(queue)
        const holes: any = [undefined, byte(1)]
        equal(queue.sendBatch(holes), Code.InvalidArgument, "no Buffer")
        equal(queue.sendBatch([Buffer.alloc(5)]), -26, "too large")
        equal(stateOf(queue), before, "as it was")
        queue.close()
        equal(queue.sendBatch(bytes([1])), -64, "closed")
        equal(queue.sendBatch(holes), Code.InvalidArgument, "arguments first")
    })
    test("a full queue that drops the oldest accepts any batch", () => {
        const queue = droppingQueueOf(2, 1)
        equal(queue.sendBatch(bytes([1, 2, 3, 4])), 4, "accepted")
        equal(statsOf(queue).dropped, 2, "dropped")
        equal(receiveBytes(queue, 4), "3,4", "the newest")
        nothingLost(queue)
    })
    test("an empty queue is QueueEmpty, a closed one QueueClosed after its last message", () => {
        const queue = queueOf(4)
        equal(receiveBytes(queue, 4), "-7", "empty")
        fill(queue, [1, 2])
        queue.close()
        equal(receiveBytes(queue, 4), "1,2", "what is there")
        equal(receiveBytes(queue, 4), "-64", "closed")
    })
    test("a batch serves the tasks that wait, then fills the queue", async () => {
        const queue = queueOf(2)
        const first = startRecvTyped(queue)
        const second = startRecvTyped(queue)
        await settle()
        equal(queue.sendBatch(bytes([1, 2, 3, 4, 5])), 4, "two and two")
        await endsWith(first, 1, "the first")
        await endsWith(second, 1, "the second")
        equal(first.into[0] + "," + second.into[0], "1,2", "in order")
        equal(drain(queue), "3,4", "the rest")
        nothingLost(queue)
    })
    test("a batch receives on from the tasks that wait for room", async () => {
        const queue = queueOf(2)
        fill(queue, [1, 2])
        const third = startSend(queue, byte(3))
        const fourth = startSend(queue, byte(4))
        await settle()
        equal(receiveBytes(queue, 8), "1,2,3,4", "all of them")
        await endsWith(third, 0, "the third")
        await endsWith(fourth, 0, "the fourth")
        nothingLost(queue)
    })
    test("a batch is received as one message after another would be", async () => {
        const queue = queueOf(2)
        fill(queue, [1, 2])
        const urgent = startSend(queue, byte(30), FOREVER, MsgPriority.Urgent)
        await settle()
        equal(receiveBytes(queue, 3), "1,30,2", "room goes to the urgent one")
        await endsWith(urgent, 0, "sent")
    })
    test("wrong arguments leave everything as it was", () => {
        const queue = queueOf(2)
        const into = Buffer.alloc(4)
        fill(queue, [1])
        const before = stateOf(queue)
        for (const wrong of noArrays) {
            equal(queue.sendBatch(wrong), Code.InvalidArgument, "" + wrong)
            equal(queue.recvBatch(into, wrong, 1), Code.InvalidArgument, "l")
        }
        for (const wrong of [...noBuffers, hex`0102`])
            equal(queue.recvBatch(wrong, [], 1), Code.InvalidArgument, "into")
        const noCounts: any[] = [undefined, null, "1", NaN, -1, 0.5, {}]
        for (const wrong of noCounts)
            equal(queue.recvBatch(into, [], wrong), Code.InvalidArgument, "max")
        for (const wrong of noPriorities) {
            const one = bytes([2])
            equal(queue.sendBatch(one, wrong), Code.InvalidArgument, "priority")
            equal(queue.sendBatch([], wrong), Code.InvalidArgument, "of none")
        }
        equal(stateOf(queue), before, "as it was")
    })
})
