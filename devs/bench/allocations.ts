/**
 * What a message costs in heap. A program cannot read that; the host can, once it has found the VM's own
 * count of allocated bytes: `hundred` and `fivehundred` are there to be told from everything else.
 */

import { KernelQueue, MsgPriority } from "../../src"
import { ArrayKernel } from "./arraykernel"
import { ArrayQueue } from "./arrayqueue"
import { loadBallast, measure, Work } from "./harness"
import { Payload } from "./payload"

enum Size {
    Ring = 16,
    MsgBytes = 64,
    /** Few: a collection in between would set the count back. */
    Run = 8,
    HundredBytes = 100,
    FiveHundredBytes = 500,
}

loadBallast(0)
const queue = new KernelQueue({ ringSize: Size.Ring })
const kernel = new ArrayKernel(Size.Ring, Size.MsgBytes)
const array = new ArrayQueue(Size.Ring)
const { msg, into } = new Payload(Size.MsgBytes)
const works: Work[] = []

function push(name: string, run: (messages: number) => Promise<void>) {
    works.push({ name, messages: Size.Run, run })
}

push("loop", async (messages: number) => {
    for (let i = 0; i < messages; ++i) continue
})
push("hundred", async (messages: number) => {
    for (let i = 0; i < messages; ++i) Buffer.alloc(Size.HundredBytes)
})
push("fivehundred", async (messages: number) => {
    for (let i = 0; i < messages; ++i) Buffer.alloc(Size.FiveHundredBytes)
})
push("queue", async (messages: number) => {
    for (let i = 0; i < messages; ++i) {
        queue.send(msg, MsgPriority.Normal)
        queue.recv(into)
    }
})
push("kernel", async (messages: number) => {
    for (let i = 0; i < messages; ++i) {
        kernel.send(msg, MsgPriority.Normal)
        kernel.recv(into)
    }
})
push("array", async (messages: number) => {
    for (let i = 0; i < messages; ++i) {
        array.send(msg)
        array.recv(into)
    }
})
await measure(works)
