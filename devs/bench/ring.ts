/** Whether a ring's cost depends on its length, or on how much it holds. */

import * as ds from "@devicescript/core"
import { KernelQueue, MsgPriority } from "../../src"
import { expect, loadBallast, measure, Work } from "./harness"
import { Payload } from "./payload"

enum Size {
    Short = 16,
    Long = 1024,
    MsgBytes = 4,
    Deep = 1000,
    FillMask = 127,
    /** A run's messages. */
    Run = 300,
    /** What the long ring takes: a slot is its message and twelve bytes. */
    LongBytes = 16392,
}

loadBallast(Size.LongBytes)
const payload = new Payload(Size.MsgBytes)
const { msg, into } = payload
const shortRing = new KernelQueue({
    ringSize: Size.Short,
    maxMsgSize: Size.MsgBytes,
})
const longRing = new KernelQueue({
    ringSize: Size.Long,
    maxMsgSize: Size.MsgBytes,
})

/** @param depth messages queued while the message is sent that is timed, itself among them */
function exchange(name: string, queue: KernelQueue, depth: number): Work {
    return {
        name: name + " " + Size.MsgBytes,
        messages: Size.Run,
        run: async (messages: number) => {
            const own = queue
            for (let i = 0; i < messages; ++i) {
                own.send(msg, MsgPriority.Normal)
                own.recv(into)
            }
        },
        before: async () => {
            payload.stamp()
            for (let i = 1; i < depth; ++i) {
                queue.send(msg)
                if ((i & Size.FillMask) === 0) await ds.sleep(0) // the VM's limit of opcodes
            }
            await ds.sleep(0)
        },
        after: async () => {
            expect(queue.size() === depth - 1, name)
            queue.purge()
            expect(payload.hasArrived(), name)
        },
    }
}

const works = [
    exchange("ring 16", shortRing, 1),
    exchange("ring 1024", longRing, 1),
    exchange("depth 1000", longRing, Size.Deep),
    {
        name: "ring loop",
        messages: Size.Run,
        run: async (messages: number) => {
            for (let i = 0; i < messages; ++i) continue
        },
    },
]
await measure(works)
