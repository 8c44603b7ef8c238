// What a caller in JavaScript may get wrong: each gets the error that the contract names, throws nothing,
// and leaves the queue exactly as it was.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelQueue,
    QueueStats,
    ReceivedMessage,
    RingEntry,
} from "../../src"
import { byte, droppingQueueOf, equal, fill, queueOf } from "./support"
import { settle, stateOf } from "./support"
import { startRecv, startSend } from "./tasks"
import { noBuffers, noPriorities, noTimeouts } from "./wrong"

enum Code {
    InvalidArgument = -25,
}

/** Nothing that could be written to: not in RAM. */
const flash: any[] = [hex``, hex`00000000`, hex`0000000000000000`]

function queueWith(messages: number): KernelQueue {
    const queue = queueOf(2)
    for (let i = 0; i < messages; ++i) fill(queue, [i])
    return queue
}

/** Empty, half full and full queues: new ones, and ones that were full before, whose sends are the usual. */
function queues(): KernelQueue[] {
    const used: KernelQueue[] = []
    for (let messages = 0; messages < 2; ++messages) {
        const queue = queueWith(2)
        while (queue.size() > messages) check(queue.recv(Buffer.alloc(4)))
        used.push(queue)
    }
    return [queueWith(0), queueWith(1), queueWith(2), ...used]
}

/** Where the last test's tasks still wait. */
let waitedAt: KernelQueue[] = []

/** The same, and queues in all their other states: somebody waits, closed, full with another policy. */
async function allQueues(): Promise<KernelQueue[]> {
    for (const queue of waitedAt) queue.close()
    const starved = queueWith(0)
    const crowded = queueWith(2)
    const closed = queueWith(1)
    const dropping = droppingQueueOf(1)
    startRecv(starved)
    startSend(crowded, byte(9))
    waitedAt = [starved, crowded]
    closed.close()
    fill(dropping, [0])
    await settle()
    return [...queues(), starved, crowded, closed, dropping]
}

describe("bad input", () => {
    beforeEach(settle)

    test("a message that is no Buffer", async () => {
        for (const queue of await allQueues()) {
            const before = stateOf(queue)
            for (const msg of noBuffers) {
                const results = [
                    queue.send(msg),
                    queue.send(msg, 3),
                    await queue.sendTimeout(msg, FOREVER),
                ]
                for (const result of results)
                    equal(result, Code.InvalidArgument, "send " + msg)
            }
            equal(stateOf(queue), before, "as it was")
            await settle()
        }
    })
    test("a priority that is none", async () => {
        for (const queue of await allQueues()) {
            const before = stateOf(queue)
            for (const p of noPriorities) {
                const large = Buffer.alloc(5)
                equal(queue.send(byte(1), p), Code.InvalidArgument, "" + p)
                equal(queue.send(large, p), Code.InvalidArgument, "first")
                const result = await queue.sendTimeout(byte(1), FOREVER, p)
                equal(result, Code.InvalidArgument, "priority " + p)
            }
            equal(stateOf(queue), before, "as it was")
            await settle()
        }
    })
    test("a timeout that is none, even if nothing need be waited for", async () => {
        const into = Buffer.alloc(4)
        const message = new ReceivedMessage()
        for (const queue of await allQueues()) {
            const before = stateOf(queue)
            for (const t of noTimeouts) {
                const results = [
                    await queue.sendTimeout(byte(1), t),
                    await queue.recvTimeout(into, t),
                    await queue.recvTypedTimeout(into, message, t),
                ]
                for (const result of results)
                    equal(result, Code.InvalidArgument, "timeout " + t)
            }
            equal(stateOf(queue), before, "as it was")
            await settle()
        }
    })
    test("nothing to receive into", async () => {
        const message = new ReceivedMessage()
        for (const queue of await allQueues()) {
            const before = stateOf(queue)
            for (const into of [...noBuffers, ...flash]) {
                const results = [
                    queue.recv(into),
                    queue.recvTyped(into, message),
                    await queue.recvTimeout(into, FOREVER),
                    await queue.recvTypedTimeout(into, message, FOREVER),
                ]
                for (const result of results)
                    equal(result, Code.InvalidArgument, "into " + into)
            }
            equal(stateOf(queue), before, "as it was")
            await settle()
        }
    })
    test("a RingEntry where a ReceivedMessage is to be filled", async () => {
        const into = Buffer.alloc(4)
        const entry: any = new RingEntry()
        for (const queue of await allQueues()) {
            const before = stateOf(queue)
            equal(queue.recvTyped(into, entry), Code.InvalidArgument, "at once")
            const result = await queue.recvTypedTimeout(into, entry, FOREVER)
            equal(result, Code.InvalidArgument, "with a timeout")
            equal(stateOf(queue), before, "as it was")
        }
    })
    test("nothing to fill", async () => {
        const into = Buffer.alloc(4)
        for (const queue of await allQueues()) {
            const before = stateOf(queue)
            for (const wrong of [...noBuffers, into]) {
                const results = [
                    queue.recvTyped(into, wrong),
                    await queue.recvTypedTimeout(into, wrong, FOREVER),
                    queue.peek(wrong),
                    queue.peekAt(0, wrong),
                    queue.stats(wrong),
                ]
                for (const result of results)
                    equal(result, Code.InvalidArgument, "fill " + wrong)
            }
            equal(stateOf(queue), before, "as it was")
            await settle()
        }
    })
    test("an index that is none", async () => {
        const entry = new RingEntry()
        const wrong: any[] = [undefined, null, "0", NaN, -1, 0.5, -Infinity, {}]
        for (const queue of await allQueues()) {
            const before = stateOf(queue)
            for (const index of wrong)
                equal(queue.peekAt(index, entry), Code.InvalidArgument, "index")
            equal(stateOf(queue), before, "as it was")
        }
    })
    test("a message that is too large", async () => {
        const large = Buffer.alloc(5)
        for (const queue of await allQueues()) {
            const before = stateOf(queue)
            const results = [
                queue.send(large),
                queue.send(large, 3),
                await queue.sendTimeout(large, FOREVER),
            ]
            const error = queue.isClosed() ? -64 : -26
            for (const result of results) equal(result, error, "too large")
            equal(stateOf(queue), before, "as it was")
        }
    })
    test("arguments are checked before all else", async () => {
        const queue = queueOf(1, 1)
        const into = Buffer.alloc(1)
        queue.close()
        equal(queue.send(undefined), Code.InvalidArgument, "then closed")
        equal(queue.recv(hex`00`), Code.InvalidArgument, "then closed")
        equal(await queue.recvTimeout(into, -1), Code.InvalidArgument, "first")
        equal(queue.send(Buffer.alloc(2)), -64, "closed, then too large")
    })
    test("a Buffer of no byte is a message, and no place for one", () => {
        const queue = queueOf(1)
        const none = Buffer.alloc(0)
        equal(queue.recv(none), -7, "empty")
        check(queue.send(byte(1)))
        const before = stateOf(queue)
        equal(queue.recv(none), -24, "too small")
        equal(stateOf(queue), before, "as it was")
        equal(new QueueStats().sent, 0, "stats begin at 0")
    })
})
