/** Works in which no task waits: send a message and receive it, again and again. */

import { FOREVER, KernelQueue, MsgPriority } from "../../src"
import { ArrayKernel } from "./arraykernel"
import { ArrayQueue } from "./arrayqueue"
import { EmptyCalls } from "./emptycalls"
import { expect, Work } from "./harness"
import { Payload } from "./payload"

enum Size {
    Ring = 16,
    LargestBytes = 64,
    /** A run's messages: up to four hundred opcodes each. */
    Run = 300,
    /** Queued all the while where priorities are mixed: of nothing queued nothing is mixed. */
    Backlog = 8,
    Batch = 8,
    /** A run's messages in batches: 38 of them. */
    BatchRun = 304,
    /** Random priorities in a row, and the mask of an index into them. */
    Mix = 64,
    MixMask = 63,
}

const queue = new KernelQueue({ ringSize: Size.Ring })
const kernel = new ArrayKernel(Size.Ring, Size.LargestBytes)
const array = new ArrayQueue(Size.Ring)
const empty = new EmptyCalls()
const mix: MsgPriority[] = []
for (let i = 0; i < Size.Mix; ++i) mix.push(randomPriority())

// randomInt's limit is one of its results
function randomPriority(): MsgPriority {
    return Math.randomInt(MsgPriority.Urgent)
}

type Run = (messages: number) => Promise<void>

function exchange(name: string, payload: Payload, run: Run): Work {
    return {
        name: name + " " + payload.bytes,
        messages: Size.Run,
        run,
        before: async () => payload.stamp(),
        after: async () => expect(payload.hasArrived(), name),
    }
}

// The loops are written out for each peer: a function that they shared would be a call more, and would find
// the peers' methods another way than a program does.

export function pushQueueWorks(works: Work[], payload: Payload) {
    const { msg, into } = payload
    const given = async (messages: number) => {
        const own = queue
        for (let i = 0; i < messages; ++i) {
            own.send(msg, MsgPriority.Normal)
            own.recv(into)
        }
    }
    const omitted = async (messages: number) => {
        const own = queue
        for (let i = 0; i < messages; ++i) {
            own.send(msg)
            own.recv(into)
        }
    }
    works.push(exchange("queue given", payload, given))
    works.push(exchange("queue omitted", payload, omitted))
}

export function pushPeerWorks(works: Work[], payload: Payload) {
    const { msg, into } = payload
    const kernelGiven = async (messages: number) => {
        const own = kernel
        for (let i = 0; i < messages; ++i) {
            own.send(msg, MsgPriority.Normal)
            own.recv(into)
        }
    }
    const arrayOnly = async (messages: number) => {
        const own = array
        for (let i = 0; i < messages; ++i) {
            own.send(msg)
            own.recv(into)
        }
    }
    works.push(exchange("kernel given", payload, kernelGiven))
    works.push(exchange("array", payload, arrayOnly))
}

export function pushBatchWorks(works: Work[], payload: Payload) {
    const { msg, bytes } = payload
    const batch: Buffer[] = []
    for (let i = 0; i < Size.Batch; ++i) batch.push(msg)
    const into = Buffer.alloc(Size.Batch * bytes)
    const lengths = batch.map(each => each.length)
    const run = async (messages: number) => {
        const own = queue
        for (let i = 0; i < messages; i += Size.Batch) {
            own.sendBatch(batch, MsgPriority.Normal)
            own.recvBatch(into, lengths, Size.Batch)
        }
    }
    works.push({
        name: "queue batch " + bytes,
        messages: Size.BatchRun,
        run,
        before: async () => payload.stamp(),
        after: async () => {
            const last = into.slice(into.length - bytes)
            expect(last.toString("hex") === msg.toString("hex"), "batch")
        },
    })
}

/** The receiver would wait, but always finds a message: what the queue takes for giving way is in it. */
export function pushReadyWorks(works: Work[], payload: Payload) {
    const { msg, into } = payload
    const queueReady = async (messages: number) => {
        const own = queue
        for (let i = 0; i < messages; ++i) {
            own.send(msg, MsgPriority.Normal)
            await own.recvTimeout(into, FOREVER)
        }
    }
    const kernelReady = async (messages: number) => {
        const own = kernel
        for (let i = 0; i < messages; ++i) {
            own.send(msg, MsgPriority.Normal)
            await own.recvTimeout(into, FOREVER)
        }
    }
    works.push(exchange("queue ready", payload, queueReady))
    works.push(exchange("kernel ready", payload, kernelReady))
}

function mixed(name: string, payload: Payload, run: Run): Work {
    return {
        name: name + " mixed " + payload.bytes,
        messages: Size.Run,
        run,
        before: async () => fill(payload.msg),
        after: async () => drain(payload.into),
    }
}

function fill(msg: Buffer) {
    for (let i = 0; i < Size.Backlog; ++i) {
        queue.send(msg, mix[i])
        kernel.send(msg, mix[i])
    }
}

function drain(into: Buffer) {
    let drained = 0
    while (queue.recv(into) >= 0) drained++
    while (kernel.recv(into) >= 0) drained++
    expect(drained === 2 * Size.Backlog, "mixed")
}

export function pushMixedWorks(works: Work[], payload: Payload) {
    const { msg, into } = payload
    const queueMixed = async (messages: number) => {
        const own = queue
        for (let i = 0; i < messages; ++i) {
            own.send(msg, mix[i & Size.MixMask])
            own.recv(into)
        }
    }
    const kernelMixed = async (messages: number) => {
        const own = kernel
        for (let i = 0; i < messages; ++i) {
            own.send(msg, mix[i & Size.MixMask])
            own.recv(into)
        }
    }
    works.push(mixed("queue", payload, queueMixed))
    works.push(mixed("kernel", payload, kernelMixed))
}

/** What no message can be had for less than, and the loops themselves. */
export function pushFloorWorks(works: Work[], payload: Payload) {
    const { msg, into, bytes } = payload
    const ring = Buffer.alloc(bytes)
    const calls = async (messages: number) => {
        const own = empty
        for (let i = 0; i < messages; ++i) {
            own.send(msg, MsgPriority.Normal)
            own.recv(into)
        }
    }
    const blits = async (messages: number) => {
        for (let i = 0; i < messages; ++i) {
            ring.blitAt(0, msg, 0, bytes)
            into.blitAt(0, ring, 0, bytes)
        }
    }
    const loop = async (messages: number) => {
        for (let i = 0; i < messages; ++i) continue
    }
    const mixedLoop = async (messages: number) => {
        let priority = MsgPriority.Normal
        for (let i = 0; i < messages; ++i) priority = mix[i & Size.MixMask]
        expect(priority !== undefined, "mixed loop")
    }
    works.push({ name: "calls " + bytes, messages: Size.Run, run: calls })
    works.push(exchange("blits", payload, blits))
    works.push({ name: "loop", messages: Size.Run, run: loop })
    works.push({ name: "mixed loop", messages: Size.Run, run: mixedLoop })
}
