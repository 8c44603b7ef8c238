// Messages across the wrap, to receivers and to senders that wait FOREVER or up to a deadline, and waits that
// run out of time; alone or with tasks beside them that keep the processor busy.

import * as ds from "@devicescript/core"
import { check, FOREVER, KernelQueue } from "../../src"
import { ReceivedMessage, recvAny, sleep } from "../../src"
import { caseOf, passAllUntil, waiting, wrap } from "./uptimeforms"

const queue = () => new KernelQueue({ ringSize: 1, maxMsgSize: 4 })
const busy = caseOf(1) === 0

/** A number of messages that must come one by one. */
class Flow {
    /** When the next could go on; negative while it cannot. */
    start = -1
    count = 0
    worst = 0
    constructor(readonly name: string) {}
    took(number: number) {
        if (number !== this.count)
            throw new Error(`${this.name}: ${number} for ${this.count}`)
        this.count++
        this.worst = Math.max(this.worst, ds.millis() - this.start)
        this.start = -1
    }
    goOn() {
        if (this.start < 0) this.start = ds.millis()
    }
    /** Of a task that is never held up for longer than the processor is busy. */
    step() {
        const now = ds.millis()
        if (this.start >= 0) this.worst = Math.max(this.worst, now - this.start)
        this.start = now
        this.count++
    }
    print(when: string) {
        console.log("flow", this.name, when, this.count, this.worst)
    }
}

const flows: Flow[] = []
function flow(name: string): Flow {
    const made = new Flow(name)
    flows.push(made)
    return made
}

async function receive(from: KernelQueue, handed: Flow, timeout: number) {
    const into = Buffer.alloc(4)
    for (;;) {
        check(await from.recvTimeout(into, timeout))
        handed.took(into.getAt(0, "u32"))
    }
}

async function receiveAny(from: KernelQueue[], handed: Flow) {
    const into = Buffer.alloc(4)
    const message = new ReceivedMessage()
    for (;;) {
        check(await recvAny(from, into, message, 5000))
        handed.took(into.getAt(0, "u32"))
    }
}

/** A message each seven ticks, if that before was taken. */
async function feed(to: KernelQueue, handed: Flow) {
    const message = Buffer.alloc(4)
    for (;;) {
        await sleep(7)
        if (handed.start >= 0) continue
        message.setAt(0, "u32", handed.count)
        handed.goOn()
        check(to.send(message))
    }
}

async function send(to: KernelQueue, admitted: Flow, timeout: number) {
    const message = Buffer.alloc(4)
    check(to.send(message))
    for (let i = 1; ; ++i) {
        message.setAt(0, "u32", i)
        check(await to.sendTimeout(message, timeout))
        admitted.took(i - 1)
    }
}

/** Takes one out each seven ticks, if the sender is back from the one before. */
async function drain(from: KernelQueue, admitted: Flow) {
    const into = Buffer.alloc(4)
    for (;;) {
        await sleep(7)
        if (admitted.start >= 0) continue
        admitted.goOn()
        check(from.recv(into))
        if (into.getAt(0, "u32") !== admitted.count)
            throw new Error("another's message")
    }
}

async function play(to: KernelQueue, from: KernelQueue, turns: Flow) {
    const ball = Buffer.alloc(4)
    for (let i = 0; ; ++i) {
        ball.setAt(0, "u32", i)
        check(await to.sendTimeout(ball, FOREVER))
        check(await from.recvTimeout(ball, FOREVER))
        if (ball.getAt(0, "u32") !== i) throw new Error("a ball is lost")
        turns.step()
    }
}

async function playBack(to: KernelQueue, from: KernelQueue) {
    const ball = Buffer.alloc(4)
    for (;;) {
        check(await from.recvTimeout(ball, 5000))
        check(await to.sendTimeout(ball, 5000))
    }
}

/** Never waits for a message: there always is one. */
async function consume(turns: Flow) {
    const own = queue()
    const into = Buffer.alloc(4)
    for (let i = 0; ; ++i) {
        into.setAt(0, "u32", i)
        check(own.send(into))
        check(await own.recvTimeout(into, FOREVER))
        if (into.getAt(0, "u32") !== i) throw new Error("a message is lost")
        turns.step()
    }
}

/** Never waits for room: it makes it. */
async function produce(turns: Flow) {
    const own = queue()
    const message = Buffer.alloc(4)
    for (;;) {
        check(await own.sendTimeout(message, 5000))
        check(own.recv(message))
        turns.step()
    }
}

async function giveWay(turns: Flow) {
    for (;;) {
        await sleep(0)
        turns.step()
    }
}

function startHandOffs() {
    const endless = queue()
    const finite = queue()
    const two = [queue(), queue()]
    let handed = flow("toForever")
    receive.start(endless, handed, FOREVER)
    feed.start(endless, handed)
    handed = flow("toFinite")
    receive.start(finite, handed, 5000)
    feed.start(finite, handed)
    handed = flow("toAny")
    receiveAny.start(two, handed)
    feed.start(two[1], handed)
}

function startAdmissions() {
    const endless = queue()
    const finite = queue()
    let admitted = flow("fromForever")
    send.start(endless, admitted, FOREVER)
    drain.start(endless, admitted)
    admitted = flow("fromFinite")
    send.start(finite, admitted, 5000)
    drain.start(finite, admitted)
}

function startBusy() {
    for (let i = 0; i < 2; ++i) {
        const there = queue()
        const back = queue()
        play.start(there, back, flow("pingPong"))
        playBack.start(back, there)
    }
    consume.start(flow("consumer"))
    consume.start(flow("consumer"))
    produce.start(flow("producer"))
    giveWay.start(flow("giveWay"))
}

startHandOffs()
startAdmissions()
if (busy) startBusy()
passAllUntil(busy ? [-1, 0, 1] : [-900, -16, -1, 0, 1, 16])
await sleep(wrap - 2 - ds.millis())
for (const each of flows) each.print("before")
await sleep(wrap + 500 - ds.millis())
for (const each of flows) each.print("behind")
console.log("left", waiting)
ds.restart()
