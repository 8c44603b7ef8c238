// Tasks that wait in one way after another, across the wrap of the VM's wake times. Each says so when it is well behind it.
// The host chooses which, by a byte behind the mark: a bit for each pair.

import * as ds from "@devicescript/core"
import {
    check,
    FOREVER,
    KernelQueue,
    ReceivedMessage,
    recvAny,
    sleep,
} from "../../src"

const choice = hex`6d6978 00 ff`.getAt(3, "u8")

enum Ticks {
    Wrap = 4294967296,
    Behind = 300,
}

function isOver() {
    return ds.millis() >= Ticks.Wrap + Ticks.Behind
}

function newQueue() {
    return new KernelQueue({ ringSize: 1, maxMsgSize: 4 })
}

/** Finds a message each time: its own. */
async function feast() {
    const queue = newQueue()
    const food = Buffer.alloc(4)
    while (!isOver()) {
        check(queue.send(food))
        check(await queue.recvTimeout(food, FOREVER))
    }
    console.log("behind")
}

async function pause(ticks: number) {
    while (!isOver()) await sleep(ticks)
    console.log("behind")
}

async function poll(timeout: number) {
    const queue = newQueue()
    const into = Buffer.alloc(4)
    while (!isOver()) await queue.recvTimeout(into, timeout)
    console.log("behind")
}

async function serve(there: KernelQueue, back: KernelQueue) {
    const ball = Buffer.alloc(4)
    while (!isOver()) {
        check(await there.sendTimeout(ball, FOREVER))
        await back.recvTimeout(ball, 500)
    }
    console.log("behind")
}

async function strikeBack(there: KernelQueue, back: KernelQueue) {
    const ball = Buffer.alloc(4)
    const message = new ReceivedMessage()
    while (!isOver())
        if ((await recvAny([there], ball, message, 500)) >= 0)
            await back.sendTimeout(ball, 500)
    console.log("behind")
}

if ((choice & 1) !== 0) {
    feast.start()
    feast.start()
}
if ((choice & 2) !== 0) {
    pause.start(20)
    pause.start(3)
}
if ((choice & 4) !== 0) {
    poll.start(7)
    poll.start(2)
}
if ((choice & 8) !== 0) {
    const there = newQueue()
    const back = newQueue()
    serve.start(there, back)
    strikeBack.start(there, back)
}
if ((choice & 16) !== 0) {
    pause.start(0)
    pause.start(0)
}
