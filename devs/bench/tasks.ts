/** Works in which a task waits for each message, or for the first of each burst. */

import * as ds from "@devicescript/core"
import { FOREVER, KernelQueue, MsgPriority } from "../../src"
import { ArrayKernel } from "./arraykernel"
import { expect, Work } from "./harness"
import { Payload } from "./payload"

enum Size {
    /** Entries. More than a run's messages: a receiver of ours gives way to the board for some ticks now and then. */
    Ring = 256,
    LargestBytes = 64,
    /** A run's messages: a multiple of a burst. */
    Run = 200,
    Burst = 8,
}

const queue = new KernelQueue({ ringSize: Size.Ring })
/** Its entries stand for a part of the ballast. */
export const queueBytes = queue.backing().length
const kernel = new ArrayKernel(Size.Ring, Size.LargestBytes)
const emitter = ds.emitter<Buffer>()
/** Messages that have come out at the other end, and where they lie. */
let arrived = 0
const into = Buffer.alloc(Size.LargestBytes)

/** For each peer one task that receives for ever. */
export async function startReceivers(): Promise<void> {
    receiveFromQueue.start()
    receiveFromKernel.start()
    emitter.subscribe(msg => {
        into.blitAt(0, msg, 0, msg.length)
        arrived++
    })
    await ds.sleep(10) // they wait now
}

async function receiveFromQueue(): Promise<void> {
    while ((await queue.recvTimeout(into, FOREVER)) >= 0) arrived++
}

async function receiveFromKernel(): Promise<void> {
    while ((await kernel.recvTimeout(into, FOREVER)) >= 0) arrived++
}

type Run = (messages: number) => Promise<void>

function transfer(name: string, payload: Payload, run: Run): Work {
    return {
        name: name + " " + payload.bytes,
        messages: Size.Run,
        run: async (messages: number) => {
            await run(messages)
            while (arrived < messages) await ds.sleep(1)
        },
        before: async () => {
            payload.stamp()
            arrived = 0
        },
        after: async () => {
            expect(arrived === Size.Run, name)
            expect(into[payload.bytes - 1] === payload.msg[0], name)
        },
    }
}

/** One message a task switch. */
export function pushSingleWorks(works: Work[], payload: Payload) {
    const { msg } = payload
    const queueSingle = async (messages: number) => {
        const own = queue
        for (let i = 0; i < messages; ++i) {
            own.send(msg, MsgPriority.Normal)
            await ds.sleep(0)
        }
    }
    const kernelSingle = async (messages: number) => {
        const own = kernel
        for (let i = 0; i < messages; ++i) {
            own.send(msg, MsgPriority.Normal)
            await ds.sleep(0)
        }
    }
    works.push(transfer("queue single", payload, queueSingle))
    works.push(transfer("kernel single", payload, kernelSingle))
}

/** Eight messages a task switch: the first is handed over, seven are queued. */
export function pushBurstWorks(works: Work[], payload: Payload) {
    const { msg } = payload
    const queueBurst = async (messages: number) => {
        const own = queue
        for (let i = 0; i < messages; i += Size.Burst) {
            for (let k = 0; k < Size.Burst; ++k)
                own.send(msg, MsgPriority.Normal)
            await ds.sleep(0)
        }
    }
    const kernelBurst = async (messages: number) => {
        const own = kernel
        for (let i = 0; i < messages; i += Size.Burst) {
            for (let k = 0; k < Size.Burst; ++k)
                own.send(msg, MsgPriority.Normal)
            await ds.sleep(0)
        }
    }
    works.push(transfer("queue burst", payload, queueBurst))
    works.push(transfer("kernel burst", payload, kernelBurst))
}

/** The emitter may lose what it wants: the host is told. */
function emission(name: string, payload: Payload, run: Run): Work {
    const work = transfer(name, payload, run)
    work.run = run
    work.after = async () => {
        expect(arrived > 0, name)
        console.log("arrived " + arrived + " " + work.name)
    }
    return work
}

/**
 * Against ds.emitter: the sender pauses for a whole tick, in which every other task runs; one that only
 * gives way runs again before the emitter's handler has begun.
 */
export function pushEmitterWorks(works: Work[], payload: Payload) {
    const { msg } = payload
    const queueTick = async (messages: number) => {
        const own = queue
        for (let i = 0; i < messages; ++i) {
            own.send(msg, MsgPriority.Normal)
            await ds.sleep(1)
        }
    }
    // the handler runs later: without a copy it would read the next message
    const emitterTick = async (messages: number) => {
        const own = emitter
        for (let i = 0; i < messages; ++i) {
            own.emit(Buffer.from(msg))
            await ds.sleep(1)
        }
    }
    const emitterTickBurst = async (messages: number) => {
        const own = emitter
        for (let i = 0; i < messages; i += Size.Burst) {
            for (let k = 0; k < Size.Burst; ++k) own.emit(Buffer.from(msg))
            await ds.sleep(1)
        }
    }
    const emitterSingle = async (messages: number) => {
        const own = emitter
        for (let i = 0; i < messages; ++i) {
            own.emit(Buffer.from(msg))
            await ds.sleep(0)
        }
    }
    works.push(transfer("queue tick", payload, queueTick))
    works.push(emission("emitter tick", payload, emitterTick))
    works.push(emission("emitter tick burst", payload, emitterTickBurst))
    works.push(emission("emitter single", payload, emitterSingle))
}

/** The senders' loops, with their pauses and nothing sent. */
export function pushLoops(works: Work[]) {
    const single = async (messages: number) => {
        for (let i = 0; i < messages; ++i) await ds.sleep(0)
    }
    const burst = async (messages: number) => {
        for (let i = 0; i < messages; i += Size.Burst) {
            for (let k = 0; k < Size.Burst; ++k) continue
            await ds.sleep(0)
        }
    }
    const tick = async (messages: number) => {
        for (let i = 0; i < messages; ++i) await ds.sleep(1)
    }
    works.push({ name: "tick loop", messages: Size.Run, run: tick })
    works.push({ name: "single loop", messages: Size.Run, run: single })
    works.push({ name: "burst loop", messages: Size.Run, run: burst })
}
