// Loads a board in one way after another, from idle to overloaded, and prints how late what happens: messages,
// timeouts, the receiver of an Urgent message, the VM's own timers. Each way is run with the library's waits, or with
// waits made of nothing but the VM's `suspend` and `resume`, as the host chooses. Prints for each way:
//
//     begin <name>
//     end
//     <what> <ticks> <times> <ticks> <times> ...   how late, and how often
//     refused <sends that found the queue full>

import * as ds from "@devicescript/core"
import {
    FOREVER,
    KernelQueue,
    MessageDescriptor,
    MsgPriority,
    ReceivedMessage,
    recvAny,
    Region,
    Schema,
    sleep as librarySleep,
} from "../../src"

/** The host writes over the byte behind the mark: 1 means the VM's own waits. And over the two behind that: which ways. */
const choice = hex`6c6f6164 00 00 ff`
enum Choice {
    Plain = 4,
    First = 5,
    Last = 6,
}
const plain = choice.getAt(Choice.Plain, "u8") === 1

enum Ticks {
    Start = 1000,
    /** All tasks start at once, and so do their first messages. */
    WarmUp = 200,
    Measured = 1200,
    CoolDown = 60,
    LatestShown = 500,
}

// How late things are, as counts by ticks.

class Lateness {
    readonly counts = Buffer.alloc(2 * Ticks.LatestShown)
    worst = -1
    constructor(readonly name: string) {}
    note(late: number) {
        late = Math.min(late, Ticks.LatestShown - 1)
        this.counts.setAt(
            2 * late,
            "u16",
            this.counts.getAt(2 * late, "u16") + 1
        )
        if (late > this.worst) this.worst = late
    }
    reset() {
        this.counts.fillAt(0, this.counts.length, 0)
        this.worst = -1
    }
    print() {
        if (this.worst < 0) return
        let line = this.name
        for (let late = 0; late <= this.worst; ++late) {
            const times = this.counts.getAt(2 * late, "u16")
            if (times !== 0) line = line + " " + late + " " + times
            if (line.length > 100) {
                console.log(line)
                line = this.name
            }
        }
        console.log(line)
    }
}

const messages = new Lateness("message")
const timeouts = new Lateness("timeout")
const urgents = new Lateness("urgent")
const timers = new Lateness("timer")
const all = [messages, timeouts, urgents, timers]
let refused = 0

// Waits made of nothing but the VM's.

class PlainWaiter {
    value = -1
    served = false
    constructor(readonly fiber: ds.Fiber) {}
}

function servePlain(waiter: PlainWaiter, value: number) {
    waiter.value = value
    waiter.served = true
    waiter.fiber.resume(undefined)
}

async function waitPlain(waiter: PlainWaiter, timeout: number): Promise<void> {
    const deadline = ds.millis() + timeout
    while (!waiter.served && ds.millis() < deadline)
        await ds.suspend(deadline - ds.millis())
}

/** Numbers in order, and who waits for them. */
class PlainChannel {
    queued: number[] = []
    receivers: PlainWaiter[] = []
    senders: PlainWaiter[] = []
    constructor(readonly size: number) {}

    put(value: number): boolean {
        while (this.receivers.length > 0) {
            const waiter = this.receivers[0]
            this.receivers.insert(0, -1)
            if (waiter.served) continue
            servePlain(waiter, value)
            return true
        }
        if (this.queued.length >= this.size) return false
        this.queued.push(value)
        return true
    }
    take(): number {
        if (this.queued.length === 0) return -1
        const value = this.queued[0]
        this.queued.insert(0, -1)
        if (this.senders.length > 0) {
            const waiter = this.senders[0]
            this.senders.insert(0, -1)
            this.queued.push(waiter.value)
            servePlain(waiter, 0)
        }
        return value
    }
    async send(value: number): Promise<void> {
        if (this.put(value)) return
        const waiter = new PlainWaiter(ds.Fiber.self())
        waiter.value = value
        this.senders.push(waiter)
        await waitPlain(waiter, Infinity)
    }
    async receive(timeout: number): Promise<number> {
        const value = this.take()
        if (value >= 0) return value
        const waiter = new PlainWaiter(ds.Fiber.self())
        this.receivers.push(waiter)
        await waitPlain(waiter, timeout)
        if (!waiter.served) {
            const at = this.receivers.indexOf(waiter)
            if (at >= 0) this.receivers.insert(at, -1)
        }
        return waiter.value
    }
}

// The library's waits, of every kind.

enum Kind {
    Bytes,
    Typed,
    Any,
    Record,
    Descriptor,
    Count,
}

const schema = new Schema(1, { n: "u32" })
const region = Region.immutable(hex`01020304`)
/** A descriptor has no number in it: what is sent is told beside it, in order. */
class Channel {
    private readonly queue: KernelQueue
    private readonly plain: PlainChannel
    private readonly queues: KernelQueue[]
    private readonly into = Buffer.alloc(24)
    private readonly message = new ReceivedMessage()
    private readonly record: any = { n: 0 }
    private sent: number[] = []

    constructor(
        readonly kind: Kind,
        size: number
    ) {
        if (plain) {
            this.plain = new PlainChannel(size)
            return
        }
        const maxMsgSize = kind === Kind.Descriptor ? 24 : 4
        if (kind === Kind.Record)
            this.queue = new KernelQueue({ ringSize: size, maxMsgSize, schema })
        else this.queue = new KernelQueue({ ringSize: size, maxMsgSize })
        if (kind === Kind.Any)
            this.queues = [
                new KernelQueue({ ringSize: size, maxMsgSize }),
                this.queue,
            ]
    }

    /** Sends the tick, if there is room. */
    put(value: number, priority: MsgPriority): boolean {
        if (plain) return this.plain.put(value)
        if (this.kind === Kind.Record)
            return this.queue.sendRecord({ n: value }, priority) === 0
        if (this.kind === Kind.Descriptor) {
            const descriptor = this.describe()
            this.sent.push(value)
            if (this.queue.sendDescriptor(descriptor, priority) === 0)
                return true
            this.sent.pop()
            return false
        }
        const msg = Buffer.alloc(4)
        msg.setAt(0, "u32", value)
        return this.queue.send(msg, priority) === 0
    }

    async send(value: number): Promise<void> {
        if (plain) await this.plain.send(value)
        else if (this.kind === Kind.Record)
            await this.queue.sendRecordTimeout({ n: value }, FOREVER)
        else if (this.kind === Kind.Descriptor) {
            const descriptor = this.describe()
            this.sent.push(value)
            await this.queue.sendDescriptorTimeout(descriptor, FOREVER)
        } else {
            const msg = Buffer.alloc(4)
            msg.setAt(0, "u32", value)
            await this.queue.sendTimeout(msg, FOREVER)
        }
    }

    /** Returns the tick that was sent, or -1 if the time is out. */
    async receive(timeout: number): Promise<number> {
        if (plain) return await this.plain.receive(timeout)
        const { kind, queue, into } = this
        let result = 0
        if (kind === Kind.Bytes) result = await queue.recvTimeout(into, timeout)
        else if (kind === Kind.Any)
            result = await recvAny(this.queues, into, this.message, timeout)
        else if (kind === Kind.Record) {
            result = await queue.recvRecordTimeout(this.record, timeout)
            if (result >= 0) return this.record.n
        } else
            result = await queue.recvTypedTimeout(into, this.message, timeout)
        if (result < 0) return -1
        if (kind !== Kind.Descriptor) return into.getAt(0, "u32")
        const value = this.sent[0]
        this.sent.insert(0, -1)
        return value
    }

    private describe(): MessageDescriptor {
        const { id, generation } = region.handle
        return new MessageDescriptor(id, generation, 0, 4)
    }
}

async function pause(ticks: number) {
    if (plain) await ds.suspend(ticks)
    else await librarySleep(ticks)
}

// What tasks do.

let tasks: ds.Fiber[] = []

async function receive(from: Channel, lateness: Lateness) {
    for (;;) {
        const sent = await from.receive(FOREVER)
        lateness.note(ds.millis() - sent)
    }
}

async function produce(
    to: Channel,
    ticks: number,
    priority: MsgPriority,
    pauses: (ticks: number) => Promise<void>
) {
    for (;;) {
        if (!to.put(ds.millis(), priority)) refused++
        await pauses(ticks)
    }
}

async function sleepOfVm(ticks: number) {
    await ds.sleep(ticks)
}

async function poll(from: Channel, timeout: number) {
    for (;;) {
        const deadline = ds.millis() + timeout
        if ((await from.receive(timeout)) < 0)
            timeouts.note(ds.millis() - deadline)
    }
}

/** Polls for messages that come. */
async function pollFor(from: Channel, timeout: number) {
    for (;;) {
        const deadline = ds.millis() + timeout
        const sent = await from.receive(timeout)
        if (sent < 0) timeouts.note(ds.millis() - deadline)
        else messages.note(ds.millis() - sent)
    }
}

async function pauseAgain(ticks: number) {
    for (;;) {
        const deadline = ds.millis() + ticks
        await pause(ticks)
        if (ticks > 0) timeouts.note(ds.millis() - deadline)
    }
}

async function sleepAgain(ticks: number) {
    for (;;) {
        const deadline = ds.millis() + ticks
        await ds.sleep(ticks)
        timers.note(ds.millis() - deadline)
    }
}

/** Each message goes on to the next. */
async function handOver(from: Channel, to: Channel) {
    for (;;) {
        const sent = await from.receive(FOREVER)
        await to.send(sent)
    }
}

/** A message each time, and nothing between. */
async function feast(own: Channel) {
    for (;;) {
        own.put(ds.millis(), MsgPriority.Normal)
        await own.receive(FOREVER)
    }
}

/** The same, and an Urgent message to another now and then. */
async function feastAndAlarm(own: Channel, alarms: Channel, ticks: number) {
    let next = 0
    for (;;) {
        own.put(ds.millis(), MsgPriority.Normal)
        await own.receive(FOREVER)
        if (ds.millis() < next) continue
        alarms.put(ds.millis(), MsgPriority.Urgent)
        next = ds.millis() + ticks
    }
}

async function sendOn(to: Channel, ticks: number) {
    for (;;) {
        await to.send(ds.millis())
        if (ticks > 0) await ds.sleep(ticks)
    }
}

async function swallow(from: Channel) {
    for (;;) await from.receive(FOREVER)
}

/** Rallies of so many strokes, and pauses in between. */
async function rally(
    there: Channel,
    back: Channel,
    strokes: number,
    ticks: number
) {
    for (;;) {
        for (let i = 0; i < strokes; ++i) {
            await there.send(0)
            await back.receive(FOREVER)
        }
        await ds.sleep(ticks)
    }
}

// The ways to load a board.

function start(task: ds.Fiber) {
    tasks.push(task)
}

function probe(kind: Kind, ticks: number) {
    const channel = new Channel(kind, 8)
    start(receive.start(channel, messages))
    start(produce.start(channel, ticks, MsgPriority.Normal, sleepOfVm))
}

function alarm(ticks: number) {
    const channel = new Channel(Kind.Bytes, 8)
    start(receive.start(channel, urgents))
    start(produce.start(channel, ticks, MsgPriority.Urgent, sleepOfVm))
}

/** Light tasks beside whatever keeps the board busy. */
function probes() {
    probe(Kind.Bytes, 53)
    alarm(61)
    timeoutAndTimer()
}

function timeoutAndTimer() {
    start(poll.start(new Channel(Kind.Bytes, 1), 5))
    start(sleepAgain.start(5))
}

function smallest(poller: (ticks: number) => Promise<void>, ticks: number) {
    const channel = new Channel(Kind.Bytes, 8)
    start(receive.start(channel, messages))
    start(repeat.start(poller, ticks))
    start(produce.start(channel, 10, MsgPriority.Normal, sleepOfVm))
}

async function repeat(what: (ticks: number) => Promise<void>, ticks: number) {
    for (;;) await what(ticks)
}

function stream(
    kind: Kind,
    ticks: number,
    pauses: (ticks: number) => Promise<void>
) {
    const channel = new Channel(kind, 8)
    start(receive.start(channel, messages))
    start(produce.start(channel, ticks, MsgPriority.Normal, pauses))
}

function pollers(count: number, ticks: number) {
    const channel = new Channel(Kind.Bytes, 8)
    start(pollFor.start(channel, ticks))
    for (let i = 1; i < count; ++i)
        start(poll.start(new Channel(Kind.Bytes, 1), ticks + i))
    start(produce.start(channel, 10, MsgPriority.Normal, sleepOfVm))
}

function sleepers(count: number, ticks: number) {
    for (let i = 0; i < count; ++i) start(pauseAgain.start(ticks + i))
    probe(Kind.Bytes, 10)
}

function vmSleepers(count: number, ticks: number) {
    for (let i = 0; i < count; ++i) start(sleepAgain.start(ticks + i))
    probe(Kind.Bytes, 10)
    start(poll.start(new Channel(Kind.Bytes, 1), 20))
}

function rallies(pairs: number, strokes: number, ticks: number) {
    for (let i = 0; i < pairs; ++i) {
        const there = new Channel(Kind.Bytes, 1)
        const back = new Channel(Kind.Bytes, 1)
        start(rally.start(there, back, strokes, ticks + i))
        start(handOver.start(there, back))
    }
}

function everyKind(ticks: number) {
    for (let kind = 0; kind < Kind.Count; ++kind) {
        const channel = new Channel(kind, 8)
        start(receive.start(channel, messages))
        start(
            produce.start(channel, ticks + kind, MsgPriority.Normal, sleepOfVm)
        )
    }
    const full = new Channel(Kind.Bytes, 1)
    start(sendOn.start(full, 0))
    start(takeEach.start(full, ticks))
}

/** Room for a waiting sender. */
async function takeEach(from: Channel, ticks: number) {
    for (;;) {
        await from.receive(FOREVER)
        await ds.sleep(ticks)
    }
}

function mix(ticks: number) {
    start(pauseAgain.start(ticks))
    start(sleepAgain.start(ticks + 1))
    rallies(1, 4, 2 * ticks)
    const channel = new Channel(Kind.Any, 8)
    start(pollFor.start(channel, ticks + 2))
    start(produce.start(channel, 2 * ticks + 1, MsgPriority.Normal, pause))
    probe(Kind.Record, 3 * ticks)
    probe(Kind.Descriptor, 3 * ticks + 1)
    alarm(4 * ticks)
}

/** A burst of messages, and then nothing but one task that polls. */
function burst() {
    for (let i = 0; i < 8; ++i) {
        const channel = new Channel(Kind.Bytes, 8)
        start(swallow.start(channel))
        start(burstInto.start(channel))
    }
    start(poll.start(new Channel(Kind.Bytes, 1), 5))
    alarm(47)
}

async function burstInto(channel: Channel) {
    for (;;) {
        for (let i = 0; i < 5; ++i) await channel.send(0)
        await ds.sleep(300)
    }
}

function greedyPairs(pairs: number) {
    for (let i = 0; i < pairs; ++i) {
        const there = new Channel(Kind.Bytes, 1)
        const back = new Channel(Kind.Bytes, 1)
        start(handOver.start(there, back))
        start(handOver.start(back, there))
        there.put(0, MsgPriority.Normal)
    }
}

function greedyFeasts(count: number) {
    for (let i = 0; i < count; ++i)
        start(feast.start(new Channel(i % Kind.Count, 1)))
}

function greedyPolls(count: number) {
    for (let i = 0; i < count; ++i)
        start(pollAlone.start(new Channel(i % Kind.Count, 1), 1))
}

async function pollAlone(from: Channel, timeout: number) {
    for (;;) await from.receive(timeout)
}

function greedyPauses(count: number) {
    for (let i = 0; i < count; ++i) start(repeat.start(pause, 0))
}

function greedySenders(count: number) {
    for (let i = 0; i < count; i += 2) {
        const channel = new Channel((i / 2) % Kind.Count, 1)
        start(swallow.start(channel))
        start(sendOn.start(channel, 0))
    }
}

function greedyMix() {
    greedyPairs(2)
    greedyFeasts(4)
    greedyPolls(3)
    greedyPauses(1)
    greedySenders(4)
}

// What is measured.

let number = 0

async function measure(name: string, begin: () => void) {
    const own = number++
    if (own < choice.getAt(Choice.First, "u8")) return
    if (own > choice.getAt(Choice.Last, "u8")) return
    tasks = []
    begin()
    await ds.sleep(Ticks.WarmUp)
    for (const each of all) each.reset()
    refused = 0
    console.log("begin", name)
    await ds.sleep(Ticks.Measured)
    console.log("end")
    for (const each of all) each.print()
    console.log("refused", refused)
    for (const task of tasks) task.terminate()
    await ds.sleep(Ticks.CoolDown)
}

// The VM has much to do when it has just started.
await ds.sleep(Ticks.Start)

// The board has time to spare, if a reading of the clock costs little.
await measure("smallest, sleep(2)", () => smallest(pause, 2))
await measure("smallest, ds.sleep(2)", () => smallest(sleepOfVm, 2))
await measure("smallest, sleep(5)", () => smallest(pause, 5))
await measure("one sleep(20)", () => sleepers(1, 20))
await measure("one sleep(3)", () => sleepers(1, 3))
await measure("four sleep(7..)", () => sleepers(4, 7))
await measure("sixteen sleep(20..)", () => sleepers(16, 20))
await measure("one recvTimeout(20)", () => pollers(1, 20))
await measure("two recvTimeout(2..)", () => pollers(2, 2))
await measure("four recvTimeout(7..)", () => pollers(4, 7))
await measure("sixteen recvTimeout(20..)", () => pollers(16, 20))
await measure("four ds.sleep(7..)", () => vmSleepers(4, 7))
await measure("sixteen ds.sleep(20..)", () => vmSleepers(16, 20))
await measure("stream each tick, sleep", () => stream(Kind.Bytes, 1, pause))
await measure("stream each tick, ds.sleep", () =>
    stream(Kind.Bytes, 1, sleepOfVm)
)
await measure("stream each 5", () => stream(Kind.Any, 5, pause))
await measure("stream each 20", () => stream(Kind.Record, 20, sleepOfVm))
await measure("a rally of 8 each 30", () => rallies(1, 8, 30))
await measure("four rallies of 4 each 40", () => rallies(4, 4, 40))
await measure("every kind each 20", () => everyKind(20))
await measure("every kind each 60", () => everyKind(60))
await measure("mix each 10", () => mix(10))
await measure("mix each 40", () => mix(40))
await measure("mix each 100", () => mix(100))
await measure("after a burst", burst)
// It has none.
await measure("light ones alone", probes)
await measure("beside 2 greedy", () => {
    greedyPairs(1)
    probes()
})
await measure("beside 4 greedy", () => {
    greedyPairs(2)
    probes()
})
await measure("beside 16 greedy", () => {
    greedyPairs(8)
    probes()
})
await measure("beside ten pairs", () => {
    greedyPairs(10)
    probes()
})
await measure("beside 16 never empty", () => {
    greedyFeasts(16)
    probes()
})
await measure("beside 16 greedy, one of which alarms", () => {
    greedyFeasts(15)
    const alarms = new Channel(Kind.Bytes, 8)
    start(receive.start(alarms, urgents))
    start(feastAndAlarm.start(new Channel(Kind.Bytes, 1), alarms, 61))
    probe(Kind.Bytes, 53)
    timeoutAndTimer()
})
await measure("beside 16 polls of 1", () => {
    greedyPolls(16)
    probes()
})
await measure("beside 16 sleep(0)", () => {
    greedyPauses(16)
    probes()
})
await measure("beside 8 senders and receivers", () => {
    greedySenders(16)
    probes()
})
await measure("beside a greedy mix", () => {
    greedyMix()
    probes()
})
ds.restart()
