/** Tasks that wait, again and again: what they leave behind. */

import * as ds from "@devicescript/core"
import { FOREVER, KernelQueue } from "../../src"
import { expect, reportHeap } from "./heap"

enum Wait {
    Tasks = 2,
    TimeoutMs = 2,
}

const queue = new KernelQueue({ ringSize: 1 })
const full = new KernelQueue({ ringSize: 1 })
const msg = Buffer.alloc(8)
const into = Buffer.alloc(8)
let times = 0
let messages = 0
let timeouts = 0
let done = 0

/** Two tasks wait for a message so many times each: one wait ends by a message, the next by its timeout. */
export async function waitTogether(waits: number): Promise<void> {
    times = waits
    for (let task = 0; task < Wait.Tasks; ++task) waitOften.start()
    await ds.sleep(1)
    while (done < Wait.Tasks) {
        for (let task = 0; task < Wait.Tasks; ++task) queue.send(msg)
        await ds.sleep(Wait.TimeoutMs + 2)
    }
    queue.purge()
    console.log("messages", messages, "timeouts", timeouts)
    expect(messages + timeouts === Wait.Tasks * waits, "a wait was lost")
    expect(messages >= waits, "too few waits ended by a message")
    await reportHeap()
}

async function waitOften(): Promise<void> {
    for (let i = 0; i < times; ++i) {
        const length = await queue.recvTimeout(into, Wait.TimeoutMs)
        if (length < 0) timeouts++
        else messages++
    }
    done++
}

/** One after another, a task parks as a receiver and one as a sender, and both are terminated. */
export async function terminateParked(pairs: number): Promise<void> {
    full.send(msg)
    for (let i = 0; i < pairs; ++i) {
        const receiver = receiveForever.start()
        const sender = sendForever.start()
        await ds.sleep(1)
        expect(receiver.suspended && sender.suspended, "they do not wait")
        receiver.terminate()
        sender.terminate()
    }
    await reportHeap()
}

async function receiveForever(): Promise<void> {
    await queue.recvTimeout(into, FOREVER)
}

async function sendForever(): Promise<void> {
    await full.sendTimeout(msg, FOREVER)
}
