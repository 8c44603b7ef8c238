/**
 * Many messages through one queue: sent and received by one task, in one priority and in four, then by two
 * tasks, from one to the other. Each message says its priority and its number among those of that priority.
 */

import * as ds from "@devicescript/core"
import { FOREVER, KernelQueue, MsgPriority } from "../../src"
import { expect, reportHeap } from "./heap"

enum Size {
    MsgBytes = 8,
    NumberAt = 4,
    /** Sent before anything is received; not the whole ring, so that its ends wander. */
    Burst = 15,
    /** Between two pauses: the VM's limit of opcodes. */
    Bursts = 8,
}

enum Share {
    /** In tenths of all messages. */
    OnePriority = 7,
    FourPriorities = 2,
    BetweenTasks = 1,
    All = 10,
}

const queue = new KernelQueue()
const msg = Buffer.alloc(Size.MsgBytes)
const into = Buffer.alloc(Size.MsgBytes)
const sent = [0, 0, 0, 0]
const received = [0, 0, 0, 0]
let verified = 0
/** Of the last message received, since the queue was empty. */
let lastPriority = MsgPriority.Urgent

export async function exchange(messages: number): Promise<void> {
    const tenth = messages / Share.All
    await alone(tenth * Share.OnePriority, false)
    await alone(tenth * Share.FourPriorities, true)
    receiveAll.start()
    await ds.sleep(1)
    await toReceiver(tenth * Share.BetweenTasks)
    expect(queue.sendCount() === messages, "sendCount " + queue.sendCount())
    expect(queue.recvCount() === messages, "recvCount " + queue.recvCount())
    for (let p = 0; p < sent.length; ++p)
        expect(received[p] === sent[p], "received " + received[p])
    await reportHeap()
}

async function alone(messages: number, mixed: boolean): Promise<void> {
    let left = messages
    let bursts = 0
    while (left > 0) {
        const burst = Math.min(Size.Burst, left)
        for (let i = 0; i < burst; ++i) send(mixed)
        lastPriority = MsgPriority.Urgent
        for (let i = 0; i < burst; ++i) {
            queue.recv(into)
            verify()
        }
        left -= burst
        bursts++
        if ((bursts & (Size.Bursts - 1)) === 0) await ds.sleep(0)
    }
}

/** The first of a burst is handed to the waiting task, whatever its priority; the others are queued. */
async function toReceiver(messages: number): Promise<void> {
    let left = messages
    while (left > 0) {
        const burst = Math.min(1 + Math.randomInt(Size.Burst), left)
        for (let i = 0; i < burst; ++i) send(true)
        left -= burst
        // not until the queue is empty: a return may be delayed
        while (verified < queue.sendCount()) await ds.sleep(1)
    }
}

async function receiveAll(): Promise<void> {
    while (true) {
        const wasEmpty = queue.isEmpty()
        const length = await queue.recvTimeout(into, FOREVER)
        if (length !== Size.MsgBytes) throw new Error("recvTimeout failed")
        if (wasEmpty) lastPriority = into[0]
        verify()
        if (wasEmpty) lastPriority = MsgPriority.Urgent
    }
}

function send(mixed: boolean) {
    const priority = mixed
        ? Math.randomInt(MsgPriority.Urgent)
        : MsgPriority.Normal
    msg[0] = priority
    msg.setAt(Size.NumberAt, "u32", sent[priority])
    sent[priority] = sent[priority] + 1
    if (queue.send(msg, priority) !== 0) throw new Error("send failed")
}

// A call costs more than all that is checked here, and this runs many times: hence no `expect`.
function verify() {
    const priority = into[0]
    const number = into.getAt(Size.NumberAt, "u32")
    if (priority > lastPriority) throw new Error("a lower priority came first")
    if (number !== received[priority]) throw new Error("out of order")
    lastPriority = priority
    received[priority] = number + 1
    verified++
}
