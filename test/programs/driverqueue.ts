// The driver's calls on queues that do not park.

import { KernelError, QueueStats, RingEntry } from "../../src"
import {
    batchLength,
    byteOf,
    Call,
    Coded,
    counts,
    Field,
    Fill,
    junk,
    records,
} from "./calls"
import { put8, put32, putBytes, putEntry } from "./drivertrace"
import {
    flash,
    queues,
    outgoing,
    Step,
    field,
    payload,
    idOf,
    junkOf,
    messageOf,
    targetOf,
    intoOf,
    objectOf,
    receivedOf,
    priorityOf,
    firstOf,
    recordOf,
    descriptorOf,
    putInto,
    putReceived,
    putRecord,
} from "./driverstate"

/** For a byte or a length that is none. */
enum None {
    Byte = 0xee,
}

/** Of each queue. */
const reservedAt: number[] = []
const reservedLength: number[] = []
const frontedAt: number[] = []
const frontedLength: number[] = []

const entry = new RingEntry()
const figures = new QueueStats()

/** There is one more queue. */
export function expectQueue() {
    reservedAt.push(None.Byte)
    reservedLength.push(0)
    frontedAt.push(None.Byte)
    frontedLength.push(0)
}

function observe(step: Step): number {
    const { queue } = step
    put8(queue.size())
    put8(queue.available())
    put8(queue.capacity())
    put8(queue.isEmpty() ? 1 : 0)
    put8(queue.isFull() ? 1 : 0)
    put8(queue.isClosed() ? 1 : 0)
    put32(queue.sendCount())
    put32(queue.recvCount())
    put8(queue.config().ringSize)
    put8(queue.config().maxMsgSize)
    return queue.stats(objectOf(step, figures))
}

function sendBatch(step: Step): number {
    const { at, queue } = step
    const count = field(at, Field.Buffer)
    if (count >= Coded.Junk)
        return queue.sendBatch(junkOf(count), priorityOf(step))
    const msgs: any[] = []
    const max = queue.config().maxMsgSize
    for (let i = 0; i < count; ++i)
        msgs.push(
            payload(idOf(step) + i, batchLength(field(at, Field.First), i, max))
        )
    const bad = field(at, Field.Object)
    if (bad > 0 && count > 0) msgs[bad % count] = junk[bad % junk.length]
    return queue.sendBatch(msgs, priorityOf(step))
}

function recvBatch(step: Step): number {
    const lengths: number[] = []
    const result = step.queue.recvBatch(
        intoOf(step),
        objectOf(step, lengths),
        firstOf(step)
    )
    putInto(step)
    put8(lengths.length)
    for (const length of lengths) put8(length)
    return result
}

function reserve(step: Step): number {
    const { queue } = step
    const target = targetOf(step)
    const length = firstOf(step)
    const result = queue.reserve(length, priorityOf(step))
    if (result >= 0) {
        reservedAt[target] = result
        reservedLength[target] = length
        queue.backing().fillAt(result, length, Fill.Reserved)
    }
    return result
}

/** Whether the entry that is reserved still has what was put there. */
function putReserved(target: number) {
    const at = reservedAt[target]
    if (at === None.Byte) put8(0)
    else putBytes(queues[target].backing(), at, reservedLength[target])
}

function commit(step: Step): number {
    const target = targetOf(step)
    const length = firstOf(step)
    putReserved(target)
    const at = reservedAt[target]
    const isNumber = typeof length === "number" && length >= 0
    if (at !== None.Byte && isNumber && length <= reservedLength[target]) {
        const backing = step.queue.backing()
        const id = idOf(step)
        for (let i = 0; i < length; ++i) backing[at + i] = byteOf(id, i)
    }
    return step.queue.commit(length)
}

/** It is over with a success, and where the queue is closed. */
function forgetReservation(step: Step, result: number) {
    if (result === 0 || result === -KernelError.QueueClosed)
        reservedAt[targetOf(step)] = None.Byte
}

function cancel(step: Step): number {
    putReserved(targetOf(step))
    return step.queue.cancel()
}

function front(step: Step): number {
    const target = targetOf(step)
    const result = step.queue.front(objectOf(step, entry))
    if (result >= 0) {
        frontedAt[target] = result
        frontedLength[target] = entry.length
        putEntry(entry)
        putBytes(step.queue.backing(), result, entry.length)
    }
    return result
}

function release(step: Step): number {
    const target = targetOf(step)
    const at = frontedAt[target]
    if (at === None.Byte) put8(0)
    else putBytes(step.queue.backing(), at, frontedLength[target])
    frontedAt[target] = None.Byte
    return step.queue.release()
}

function peek(step: Step): number {
    const index = field(step.at, Field.First)
    const into = objectOf(step, entry)
    const result =
        index === None.Byte
            ? step.queue.peek(into)
            : step.queue.peekAt(counts[index], into)
    if (result >= 0) putEntry(entry)
    return result
}

function recvRecord(step: Step): number {
    const record = objectOf(step, {})
    const result = step.queue.recvRecord(record)
    if (result >= 0) putRecord(record)
    return result
}

/** Changes what a task that is parked has brought. */
function scribble(step: Step): number {
    const bytes = outgoing[field(step.at, Field.First)]
    if (bytes instanceof Buffer) {
        if (bytes !== flash)
            for (let i = 0; i < bytes.length; ++i)
                bytes[i] = byteOf(idOf(step), i)
        return 1
    }
    if (typeof bytes !== "object" || bytes === null || Array.isArray(bytes))
        return 0
    const from = records[field(step.at, Field.Second)]
    bytes.a = from.a
    bytes.b = from.b
    bytes.c = from.c
    bytes.d = from.d
    bytes.e = from.e
    bytes.f = from.f
    return 2
}

/** A queue's calls that do not park. */
export function callQueue(step: Step, call: Call): number {
    const { queue } = step
    let result: any = 0
    if (call === Call.Send) return queue.send(messageOf(step), priorityOf(step))
    if (call === Call.Recv) {
        result = queue.recv(intoOf(step))
        putInto(step)
        return result
    }
    if (call === Call.RecvTyped) {
        result = queue.recvTyped(intoOf(step), receivedOf(step))
        putReceived(step, result)
        return result
    }
    if (call === Call.Peek) return peek(step)
    if (call === Call.SendBatch) return sendBatch(step)
    if (call === Call.RecvBatch) return recvBatch(step)
    if (call === Call.Reserve) return reserve(step)
    if (call === Call.Commit) {
        result = commit(step)
        forgetReservation(step, result)
        return result
    }
    if (call === Call.Cancel) {
        result = cancel(step)
        reservedAt[targetOf(step)] = None.Byte
        return result
    }
    if (call === Call.Front) return front(step)
    if (call === Call.Release) return release(step)
    if (call === Call.Purge) return queue.purge()
    if (call === Call.Close) {
        queue.close()
        return 0
    }
    if (call === Call.Observe) return observe(step)
    if (call === Call.SendDescriptor)
        return queue.sendDescriptor(descriptorOf(step), priorityOf(step))
    if (call === Call.SendRecord)
        return queue.sendRecord(recordOf(step), priorityOf(step))
    if (call === Call.RecvRecord) return recvRecord(step)
    return scribble(step)
}
