// Keeps the processor busy with blocking calls, in one way after another, while tasks that have nothing to do
// with queues note how late they run. Prints for each way:
//
//     begin <name>
//     end
//     late <of a timer at most> <of a started task at most>, in ticks
//     calls <of the worker that made fewest> <of the one that made most> <number of workers>
//     messages <sent> <received> by what calls returned, <sent> <received> <else> by the queues' figures

import * as ds from "@devicescript/core"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    MessageDescriptor,
    OverflowPolicy,
    QueueStats,
    ReceivedMessage,
    recvAny,
    Region,
    Schema,
    sleep,
} from "../../src"

enum Ticks {
    WarmUp = 50,
    Measured = 500,
    CoolDown = 50,
    /** From one blow to the next: see `strike`. */
    Pause = 30,
}

enum Count {
    /** As many as are promised to be fair. */
    Workers = 16,
    /** Ten pairs. */
    Crowd = 20,
}

let workers: ds.Fiber[] = []
let queues: KernelQueue[] = []
/** The calls of each worker that have returned. */
let calls: number[] = []
let sends = 0
let receipts = 0

function newQueue(ringSize: number, overflow?: OverflowPolicy): KernelQueue {
    const queue = new KernelQueue({ ringSize, maxMsgSize: 4, overflow })
    queues.push(queue)
    return queue
}

const schema = new Schema(1, { n: "u32" })
const region = Region.immutable(hex`01020304`)

/** The number of a worker that is about to start. */
function nextWorker(): number {
    return calls.push(0) - 1
}

// What workers do.

async function send(worker: number, queue: KernelQueue, msg: Buffer) {
    check(await queue.sendTimeout(msg, FOREVER))
    sends++
    calls[worker]++
}

async function receive(worker: number, queue: KernelQueue, into: Buffer) {
    check(await queue.recvTimeout(into, FOREVER))
    receipts++
    calls[worker]++
}

async function produce(worker: number, queue: KernelQueue) {
    const msg = Buffer.alloc(4)
    for (;;) await send(worker, queue, msg)
}

async function consume(worker: number, queue: KernelQueue) {
    const into = Buffer.alloc(4)
    for (;;) await receive(worker, queue, into)
}

async function produceRecords(worker: number, queue: KernelQueue) {
    const record = { n: 0 }
    for (;;) {
        check(await queue.sendRecordTimeout(record, FOREVER))
        sends++
        calls[worker]++
    }
}

async function consumeRecords(worker: number, queue: KernelQueue) {
    const record = { n: 0 }
    for (;;) {
        check(await queue.recvRecordTimeout(record, FOREVER))
        receipts++
        calls[worker]++
    }
}

async function produceDescriptors(worker: number, queue: KernelQueue) {
    const { id, generation } = region.handle
    const descriptor = new MessageDescriptor(id, generation, 0, 4)
    for (;;) {
        check(await queue.sendDescriptorTimeout(descriptor, FOREVER))
        sends++
        calls[worker]++
    }
}

async function consumeDescriptors(worker: number, queue: KernelQueue) {
    const into = Buffer.alloc(24)
    const message = new ReceivedMessage()
    for (;;) {
        check(await queue.recvTypedTimeout(into, message, FOREVER))
        receipts++
        calls[worker]++
    }
}

async function serve(worker: number, there: KernelQueue, back: KernelQueue) {
    const ball = Buffer.alloc(4)
    for (;;) {
        await send(worker, there, ball)
        await receive(worker, back, ball)
    }
}

async function strikeBack(
    worker: number,
    there: KernelQueue,
    back: KernelQueue
) {
    const ball = Buffer.alloc(4)
    for (;;) {
        await receive(worker, there, ball)
        await send(worker, back, ball)
    }
}

/** Finds a message each time: its own. */
async function feast(worker: number, queue: KernelQueue) {
    const food = Buffer.alloc(4)
    for (;;) {
        check(queue.send(food))
        sends++
        await receive(worker, queue, food)
    }
}

async function waitInVain(worker: number, queue: KernelQueue, timeout: number) {
    const into = Buffer.alloc(4)
    for (;;) {
        const result = await queue.recvTimeout(into, timeout)
        if (result !== -KernelError.Timeout) throw new Error("no timeout")
        calls[worker]++
    }
}

/** Passes a message on, and waits for one on several queues. */
async function passOn(worker: number, from: KernelQueue[], to: KernelQueue) {
    const token = Buffer.alloc(4)
    const message = new ReceivedMessage()
    for (;;) {
        check(to.send(token))
        sends++
        check(await recvAny(from, token, message, FOREVER))
        receipts++
        calls[worker]++
    }
}

async function chooseInVain(worker: number, from: KernelQueue[]) {
    const into = Buffer.alloc(4)
    const message = new ReceivedMessage()
    for (;;) {
        const result = await recvAny(from, into, message, 1)
        if (result !== -KernelError.Timeout) throw new Error("no timeout")
        calls[worker]++
    }
}

async function pause(worker: number) {
    for (;;) {
        await sleep(0)
        calls[worker]++
    }
}

/** Waits on the newest queue until that is closed. */
async function attend(worker: number) {
    const into = Buffer.alloc(4)
    for (;;) {
        const newest = queues[queues.length - 1]
        const result = await newest.recvTimeout(into, FOREVER)
        if (result !== -KernelError.QueueClosed) throw new Error("not closed")
        calls[worker]++
    }
}

/** Does something again and again that wakes many workers at once. */
async function strike(blow: () => void) {
    for (;;) {
        blow()
        await ds.sleep(Ticks.Pause)
    }
}

function sendMany(queue: KernelQueue, msg: Buffer, count: number) {
    for (let i = 0; i < count; ++i) {
        check(queue.send(msg))
        sends++
    }
}

// How they keep the processor busy.

function pingPong(pairs: number) {
    for (let i = 0; i < pairs; ++i) {
        const there = newQueue(1)
        const back = newQueue(1)
        workers.push(strikeBack.start(nextWorker(), there, back))
        workers.push(serve.start(nextWorker(), there, back))
    }
}

function producersAndConsumers(pairs: number, ringSize: number) {
    for (let i = 0; i < pairs; ++i) {
        const queue = newQueue(ringSize)
        workers.push(consume.start(nextWorker(), queue))
        workers.push(produce.start(nextWorker(), queue))
    }
}

function recordsAndDescriptors() {
    for (let i = 0; i < Count.Workers / 4; ++i) {
        const records = new KernelQueue({ ringSize: 1, maxMsgSize: 4, schema })
        const descriptors = new KernelQueue({ ringSize: 1, maxMsgSize: 24 })
        queues.push(records)
        queues.push(descriptors)
        workers.push(consumeRecords.start(nextWorker(), records))
        workers.push(produceRecords.start(nextWorker(), records))
        workers.push(consumeDescriptors.start(nextWorker(), descriptors))
        workers.push(produceDescriptors.start(nextWorker(), descriptors))
    }
}

function neverFull() {
    for (let i = 0; i < Count.Workers; ++i) {
        const mailbox = newQueue(1, OverflowPolicy.DropOldest)
        workers.push(produce.start(nextWorker(), mailbox))
    }
}

function neverEmpty() {
    for (let i = 0; i < Count.Workers; ++i)
        workers.push(feast.start(nextWorker(), newQueue(1)))
}

function timeouts(count: number, longest: number) {
    for (let i = 0; i < count; ++i) {
        const timeout = 1 + (i % longest)
        workers.push(waitInVain.start(nextWorker(), newQueue(1), timeout))
    }
}

/** All at once: while the gate is closed, each of them still wakes once. */
function longTimeouts() {
    for (let i = 0; i < Count.Workers; ++i)
        workers.push(waitInVain.start(nextWorker(), newQueue(1), 25))
}

function timeoutsOfRecvAny() {
    const from = [newQueue(1), newQueue(1)]
    for (let i = 0; i < Count.Workers; ++i)
        workers.push(chooseInVain.start(nextWorker(), from))
}

/** Tokens go round in a circle, each to one of the two workers that are next. */
function circle() {
    for (let i = 0; i < Count.Workers; ++i) newQueue(Count.Workers)
    for (let i = 0; i < Count.Workers; ++i) {
        const from = [queues[i], queues[(i + 1) % Count.Workers]]
        const to = queues[(i + 2) % Count.Workers]
        workers.push(passOn.start(nextWorker(), from, to))
    }
}

function pauses() {
    for (let i = 0; i < Count.Workers; ++i)
        workers.push(pause.start(nextWorker()))
}

function mix() {
    pingPong(2)
    producersAndConsumers(2, 4)
    timeouts(4, 7)
    for (let i = 0; i < 2; ++i) {
        workers.push(feast.start(nextWorker(), newQueue(1)))
        workers.push(pause.start(nextWorker()))
    }
}

/** Room for all parked senders at once. */
function purges() {
    const queue = newQueue(32)
    const msg = Buffer.alloc(4)
    sendMany(queue, msg, queue.capacity())
    for (let i = 0; i < Count.Crowd; ++i)
        workers.push(produce.start(nextWorker(), queue))
    const blow = () => {
        queue.purge()
        sendMany(queue, msg, queue.available())
    }
    workers.push(strike.start(blow))
}

function closings() {
    newQueue(1)
    for (let i = 0; i < Count.Crowd; ++i)
        workers.push(attend.start(nextWorker()))
    const blow = () => {
        const closed = queues[queues.length - 1]
        newQueue(1)
        closed.close()
    }
    workers.push(strike.start(blow))
}

function bursts() {
    const queue = newQueue(Count.Workers)
    const msg = Buffer.alloc(4)
    for (let i = 0; i < Count.Workers; ++i)
        workers.push(consume.start(nextWorker(), queue))
    const blow = () => sendMany(queue, msg, queue.available())
    workers.push(strike.start(blow))
}

// Those that have nothing to do with queues.

let timerLate = 0
let startLate = 0

async function watchTimer(ticks: number) {
    for (;;) {
        const due = ds.millis() + ticks
        await ds.sleep(ticks)
        timerLate = Math.max(timerLate, ds.millis() - due)
    }
}

async function watchStart() {
    for (;;) {
        await ds.sleep(20)
        started.start(ds.millis())
    }
}

async function started(at: number) {
    startLate = Math.max(startLate, ds.millis() - at)
}

watchTimer.start(3)
watchTimer.start(7)
watchTimer.start(20)
watchStart.start()

function reportQueues() {
    const stats = new QueueStats()
    let sent = 0
    let received = 0
    let others = 0
    for (const queue of queues) {
        queue.stats(stats)
        sent += stats.sent
        received += stats.received
        others += stats.dropped + stats.purged + stats.size
    }
    console.log("messages", sends, receipts, sent, received, others)
}

function smallest(values: number[]): number {
    return values.reduce((a, b) => Math.min(a, b), Infinity)
}

function largest(values: number[]): number {
    return values.reduce((a, b) => Math.max(a, b), 0)
}

async function measure(name: string, begin: () => void) {
    workers = []
    queues = []
    calls = []
    sends = 0
    receipts = 0
    begin()
    await ds.sleep(Ticks.WarmUp)
    timerLate = 0
    startLate = 0
    const before = calls.slice()
    console.log("begin", name)
    await ds.sleep(Ticks.Measured)
    const made = calls.map((count, worker) => count - before[worker])
    console.log("end")
    console.log("late", timerLate, startLate)
    console.log("calls", smallest(made), largest(made), made.length)
    reportQueues()
    for (const worker of workers) worker.terminate()
    await ds.sleep(Ticks.CoolDown)
}

await measure("nothing", () => {})
await measure("two tasks that ping-pong", () => pingPong(1))
await measure("ten pairs that ping-pong", () => pingPong(10))
await measure("a producer and a consumer", () => producersAndConsumers(1, 16))
await measure("ten pairs", () => producersAndConsumers(10, 16))
await measure("ten pairs without room", () => producersAndConsumers(10, 1))
await measure("records and descriptors", recordsAndDescriptors)
await measure("queues never full", neverFull)
await measure("queues never empty", neverEmpty)
await measure("timeouts of one tick", () => timeouts(Count.Workers, 1))
await measure("timeouts of 1 to 7 ticks", () => timeouts(Count.Workers, 7))
await measure("timeouts of 25 ticks", longTimeouts)
await measure("recvAny that receives", circle)
await measure("recvAny that times out", timeoutsOfRecvAny)
await measure("pauses of 0", pauses)
await measure("some of each", mix)
await measure("purge", purges)
await measure("close", closings)
await measure("a burst", bursts)
ds.restart()
