// What the on-device suites share. A failed expectation throws with the promise that does not hold.

import * as ds from "@devicescript/core"
import {
    check,
    KernelQueue,
    MessageDescriptor,
    OverflowPolicy,
    QueueStats,
    Region,
    requiredMemory,
    RingBuffer,
} from "../../src"
import { flawOf } from "../../src/debug/flaws"

/** Expects a value. */
export function equal(actual: any, expected: any, promise: string) {
    if (actual !== expected)
        throw new Error(promise + ": expected " + expected + ", got " + actual)
}

/** Expects a value within limits, both included. */
export function within(
    actual: number,
    lowest: number,
    highest: number,
    promise: string
) {
    if (!(actual >= lowest && actual <= highest))
        throw new Error(
            promise +
                ": expected " +
                lowest +
                ".." +
                highest +
                ", got " +
                actual
        )
}

/** Expects a call to throw a KernelException. */
export function throwsKernelError(
    call: () => void,
    code: number,
    promise: string
) {
    let thrown: any = undefined
    try {
        call()
    } catch (error) {
        thrown = error
    }
    equal(thrown && thrown.name, "KernelException", promise)
    equal(thrown.code, code, promise)
}

/** Expects a call to throw an exception with this message. */
export function throwsMessage(call: () => void, message: string) {
    let thrown: any = undefined
    try {
        call()
    } catch (error) {
        thrown = error
    }
    equal(thrown && thrown.message, message, "the message of an exception")
}

/** A message of one byte. */
export function byte(value: number): Buffer {
    const message = Buffer.alloc(1)
    message.setAt(0, "u8", value)
    return message
}

/** A message of four bytes. */
export function number(value: number): Buffer {
    const message = Buffer.alloc(4)
    message.setAt(0, "u32", value)
    return message
}

/** Names bytes of a region. */
export function nameOf(
    region: Region,
    offset: number,
    length: number
): MessageDescriptor {
    const { id, generation } = region.handle
    return new MessageDescriptor(id, generation, offset, length)
}

export function ringOf(ringSize: number, maxMsgSize: number): RingBuffer {
    const config = { ringSize, maxMsgSize }
    return new RingBuffer(config, Buffer.alloc(requiredMemory(config)))
}

export function queueOf(ringSize: number, maxMsgSize = 4): KernelQueue {
    return watch(new KernelQueue({ ringSize, maxMsgSize }))
}

export enum Bytes {
    Descriptor = 24,
}

export function descriptorQueueOf(ringSize: number): KernelQueue {
    return queueOf(ringSize, Bytes.Descriptor)
}

/** One that drops the oldest. */
export function droppingQueueOf(ringSize: number, maxMsgSize = 4): KernelQueue {
    const overflow = OverflowPolicy.DropOldest
    return watch(new KernelQueue({ ringSize, maxMsgSize, overflow }))
}

enum Watched {
    // A check walks all that there is, and the VM allows 131,072 opcodes.
    /** Those that were made last. */
    Queues = 2,
    RingSize = 16,
}

const watched: KernelQueue[] = []

/** From now on a queue's invariants are checked each time that a test lets tasks run. */
function watch(queue: KernelQueue): KernelQueue {
    watched.push(queue)
    if (watched.length > Watched.Queues) watched.insert(0, -1)
    return queue
}

/** Expects the invariants of docs/ARCHITECTURE.md. */
function areSound() {
    for (const queue of watched)
        if (queue.capacity() <= Watched.RingSize)
            equal(flawOf(queue), "", "the invariants of a queue")
}

/** So many of them, of four entries each. */
export function queuesOf(count: number): KernelQueue[] {
    const queues: KernelQueue[] = []
    for (let i = 0; i < count; ++i) queues.push(queueOf(4))
    return queues
}

export function statsOf(queue: KernelQueue): QueueStats {
    const stats = new QueueStats()
    check(queue.stats(stats))
    return stats
}

/** Sends bytes without waiting: "1,2,3". */
export function fill(queue: RingBuffer, bytes: number[]) {
    for (const each of bytes) check(queue.send(byte(each)))
}

/** Takes all that is queued. Returns the first bytes, in the order of delivery: "1,2,3". */
export function drain(queue: RingBuffer): string {
    const into = Buffer.alloc(queue.config().maxMsgSize)
    const bytes: number[] = []
    while (queue.recv(into) >= 0) bytes.push(into.getAt(0, "u8"))
    return bytes.join(",")
}

/** All that can be seen of a queue, its bytes included. */
export function stateOf(queue: KernelQueue): string {
    const s = statsOf(queue)
    const counts = [s.sent, s.received, s.dropped, s.purged, s.timeouts]
    const now = [s.highWater, s.size, s.waitingSenders, s.waitingReceivers]
    return (
        counts.join(",") +
        ";" +
        now.join(",") +
        ";" +
        queue.isClosed() +
        ";" +
        queue.backing().toString("hex")
    )
}

/** Expects the sum that always holds. */
export function nothingLost(queue: KernelQueue) {
    const s = statsOf(queue)
    equal(
        s.received + s.size + s.dropped + s.purged,
        s.sent,
        "sent = received + size + dropped + purged"
    )
}

/** Lets all tasks that are due run, and time pass by a tick. */
export async function settle() {
    areSound()
    await ds.sleep(1)
}

/** Waits for something that must come, however slow the machine. */
export async function until(condition: () => boolean) {
    for (let i = 0; i < 1000 && !condition(); ++i) await ds.sleep(5)
}
