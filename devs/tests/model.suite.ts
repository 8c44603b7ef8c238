// Long random histories of a queue beside a naive model of it. The model keeps its messages in an array in
// the order of their delivery, and its waiting tasks in arrays in the order in which they came. A history is
// made from a seed, which every failure names.

import * as ds from "@devicescript/core"
import { describe, test } from "@devicescript/test"
import {
    FOREVER,
    KernelError,
    KernelQueue,
    MsgPriority,
    OverflowPolicy,
    QueueStats,
    ReceivedMessage,
    requiredMemory,
    RingEntry,
} from "../../src"
import { Header, SlotLayout } from "../../src/entry"
import { until } from "./support"

enum Size {
    /** Payload bytes of the queues' entries. */
    MaxMsg = 5,
    /** Behind the bytes that a queue asks for. */
    Margin = 16,
    Tasks = 6,
    /** Steps after which a history gives way: the VM allows 131,072 opcodes. */
    Stride = 6,
}

enum Ticks {
    LongestTimeout = 6,
    /** Longer than anything that a history does: who waits for it and is served must not. */
    Long = 400,
    LongestPause = 3,
}

enum Mark {
    /** In memory that nobody may write. */
    Untouched = 0xa5,
    /** The outcome of a call that waits. */
    Waits = 1000,
}

enum Action {
    Send,
    Receive,
    ReceiveTyped,
}

/** Marsaglia's xorshift, 32 bits. */
class Random {
    constructor(private state: number) {}

    below(limit: number): number {
        let x = this.state
        x ^= x << 13
        x ^= x >>> 17
        x ^= x << 5
        this.state = x
        return ((x >>> 8) & 0xffffff) % limit
    }

    chance(percent: number): boolean {
        return this.below(100) < percent
    }
}

/** A message as the model knows it. */
class Sent {
    sequence = 0
    constructor(
        readonly id: number,
        readonly length: number,
        readonly priority: MsgPriority
    ) {}

    byteAt(index: number): number {
        return (this.id * 31 + index * 7 + 1) & 0xff
    }

    toBuffer(): Buffer {
        const bytes = Buffer.alloc(this.length)
        for (let i = 0; i < this.length; ++i) bytes[i] = this.byteAt(i)
        return bytes
    }
}

/** What a waiting call is to the model. */
class Wait {
    outcome: number = Mark.Waits
    /** Of a receive that was served. */
    delivered: Sent
    constructor(
        /** What a sender brought. */
        readonly sent: Sent,
        /** What a receiver has room for. */
        readonly roomBytes: number,
        /** The tick by which it ends: that of its service, once it is served. */
        public deadline: number
    ) {}

    serve(outcome: number) {
        this.outcome = outcome
        this.deadline = ds.millis()
    }
}

function removeAt(list: any[], index: number) {
    list.insert(index, -1)
}

function insertAt(list: any[], index: number, value: any) {
    list.insert(index, 1)
    list[index] = value
}

/** The contract, naively. */
class Model {
    readonly queued: Sent[] = []
    senders: Wait[] = []
    receivers: Wait[] = []
    accepted = 0
    received = 0
    dropped = 0
    purged = 0
    timeouts = 0
    highWater = 0
    closed = false
    /** What the latest receive took. */
    taken: Sent

    constructor(
        readonly ringSize: number,
        readonly overflow: OverflowPolicy
    ) {}

    send(message: Sent): number {
        if (this.closed) return -KernelError.QueueClosed
        if (message.length > Size.MaxMsg) return -KernelError.MessageTooLarge
        message.sequence = this.accepted & 0xffff
        while (this.receivers.length > 0) {
            const receiver = this.receivers[0]
            removeAt(this.receivers, 0)
            if (receiver.roomBytes >= message.length) {
                receiver.serve(message.length)
                receiver.delivered = message
                this.accepted++
                this.received++
                return 0
            }
            receiver.serve(-KernelError.BufferTooSmall)
        }
        if (this.queued.length === this.ringSize && !this.dropFor(message))
            return -KernelError.QueueFull
        let place = 0
        while (
            place < this.queued.length &&
            this.queued[place].priority >= message.priority
        )
            place++
        insertAt(this.queued, place, message)
        this.accepted++
        if (this.queued.length > this.highWater)
            this.highWater = this.queued.length
        return 0
    }

    private dropFor(message: Sent): boolean {
        const lowest = this.queued[this.queued.length - 1].priority
        if (this.overflow !== OverflowPolicy.DropOldest) return false
        if (lowest > message.priority) return false
        let oldest = 0
        while (this.queued[oldest].priority !== lowest) oldest++
        removeAt(this.queued, oldest)
        this.dropped++
        return true
    }

    receive(roomBytes: number): number {
        if (this.queued.length === 0)
            return this.closed
                ? -KernelError.QueueClosed
                : -KernelError.QueueEmpty
        const first = this.queued[0]
        if (first.length > roomBytes) return -KernelError.BufferTooSmall
        this.taken = first
        removeAt(this.queued, 0)
        this.received++
        this.admit()
        return first.length
    }

    purge(): number {
        const count = this.queued.length
        while (this.queued.length > 0) removeAt(this.queued, 0)
        this.purged += count
        this.admit()
        return count
    }

    /** Those who wait send, as far as they can: where the oldest are dropped one may drop the one before. */
    private admit() {
        while (this.senders.length > 0) {
            let first = 0
            for (let i = 1; i < this.senders.length; ++i)
                if (
                    this.senders[i].sent.priority >
                    this.senders[first].sent.priority
                )
                    first = i
            const sender = this.senders[first]
            const outcome = this.send(sender.sent)
            if (outcome === -KernelError.QueueFull) return
            removeAt(this.senders, first)
            sender.serve(outcome)
        }
    }

    close() {
        this.closed = true
        for (const wait of this.senders) wait.serve(-KernelError.QueueClosed)
        for (const wait of this.receivers) wait.serve(-KernelError.QueueClosed)
        this.senders = []
        this.receivers = []
    }

    /** A wait ends that nobody served: by its deadline, or with its task. */
    forget(wait: Wait) {
        const inSenders = this.senders.indexOf(wait)
        const inReceivers = this.receivers.indexOf(wait)
        if (inSenders >= 0) removeAt(this.senders, inSenders)
        if (inReceivers >= 0) removeAt(this.receivers, inReceivers)
    }
}

/** A queue, its model, and what differs between them. */
class History {
    readonly random: Random
    readonly model: Model
    readonly queue: KernelQueue
    readonly backing: Buffer
    readonly entry = new RingEntry()
    readonly received = new ReceivedMessage()
    readonly figures = new QueueStats()
    step = 0
    /** The first difference, "" for none. Tasks note it: an exception of theirs would end the program. */
    failure = ""
    private lastId = 0

    constructor(
        readonly seed: number,
        ringSize: number,
        overflow: OverflowPolicy
    ) {
        const config = { ringSize, maxMsgSize: Size.MaxMsg as number, overflow }
        this.random = new Random(seed)
        this.model = new Model(ringSize, overflow)
        this.backing = Buffer.alloc(requiredMemory(config) + Size.Margin)
        this.backing.fillAt(0, this.backing.length, Mark.Untouched)
        this.queue = new KernelQueue(config, this.backing)
    }

    /** Notes a difference between the queue and the model. */
    compare(actual: any, expected: any, what: string) {
        if (actual === expected || this.failure !== "") return
        this.failure =
            `seed ${this.seed}, ringSize ${this.model.ringSize}, ` +
            `overflow ${this.model.overflow}, step ${this.step}: ` +
            `${what} is ${actual}, the model says ${expected}`
    }

    fail() {
        if (this.failure !== "") throw new Error(this.failure)
    }

    message(): Sent {
        const length = this.random.below(Size.MaxMsg + 1)
        return new Sent(++this.lastId, length, this.random.below(4))
    }

    /** Where a message goes: sometimes too small, sometimes larger than any. */
    room(): Buffer {
        const room = Buffer.alloc(
            this.random.chance(20)
                ? this.random.below(Size.MaxMsg)
                : Size.MaxMsg + this.random.below(3)
        )
        room.fillAt(0, room.length, Mark.Untouched)
        return room
    }

    send(message: Sent) {
        const expected = this.model.send(message)
        const bytes = message.toBuffer()
        this.compare(this.queue.send(bytes, message.priority), expected, "send")
    }

    sendTooLarge() {
        const message = new Sent(0, Size.MaxMsg + 1, MsgPriority.Urgent)
        this.send(message)
    }

    receive(typed: boolean) {
        const room = this.room()
        const expected = this.model.receive(room.length)
        const actual = typed
            ? this.queue.recvTyped(room, this.received)
            : this.queue.recv(room)
        this.compare(actual, expected, "receive")
        this.compareBytes(room, expected < 0 ? undefined : this.model.taken)
        if (typed && expected >= 0)
            this.compareHeader(this.received, this.model.taken)
    }

    purge() {
        this.compare(this.queue.purge(), this.model.purge(), "purge")
    }

    /** A room has the message's bytes, and the others as they were. */
    compareBytes(room: Buffer, message: Sent) {
        const length = message === undefined ? 0 : message.length
        for (let i = 0; i < room.length; ++i)
            this.compare(
                room[i],
                i < length ? message.byteAt(i) : Mark.Untouched,
                "a received byte"
            )
    }

    compareHeader(header: RingEntry, message: Sent) {
        this.compare(header.length, message.length, "length")
        this.compare(header.priority, message.priority, "priority")
        this.compare(header.sequence, message.sequence, "sequence")
        this.compare(header.flags, 0, "flags")
    }

    compareOrder() {
        const queued = this.model.queued
        for (let i = 0; i < queued.length; ++i) {
            this.compare(this.queue.peekAt(i, this.entry), 0, "peekAt")
            this.compareHeader(this.entry, queued[i])
        }
        const past = this.queue.peekAt(queued.length, this.entry)
        this.compare(past, -KernelError.QueueEmpty, "peekAt past the end")
        const first = queued.length > 0 ? 0 : -KernelError.QueueEmpty
        this.compare(this.queue.peek(this.entry), first, "peek")
    }

    compareFigures() {
        const { model, queue, figures } = this
        const size = model.queued.length
        queue.stats(figures)
        this.compare(figures.sent, model.accepted, "sent")
        this.compare(figures.received, model.received, "received")
        this.compare(figures.dropped, model.dropped, "dropped")
        this.compare(figures.purged, model.purged, "purged")
        this.compare(figures.timeouts, model.timeouts, "timeouts")
        this.compare(figures.highWater, model.highWater, "highWater")
        this.compare(figures.size, size, "size")
        this.compare(figures.capacity, model.ringSize, "capacity")
        this.compare(figures.waitingSenders, model.senders.length, "senders")
        this.compare(
            figures.waitingReceivers,
            model.receivers.length,
            "receivers"
        )
        this.compare(queue.available(), model.ringSize - size, "available()")
        this.compare(queue.isEmpty(), size === 0, "isEmpty()")
        this.compare(queue.isFull(), size === model.ringSize, "isFull()")
        this.compare(queue.isClosed(), model.closed, "isClosed()")
        this.compare(
            model.received + size + model.dropped + model.purged,
            model.accepted,
            "the model's own sum"
        )
    }
}

/** A task that makes one blocking call after another, as it is told. */
class Task {
    fiber: ds.Fiber
    /** What it is to do next; undefined if nothing. */
    action: Action
    timeout = 0
    /** Of the call that it is in; undefined if it is in none. */
    wait: Wait

    constructor(private readonly history: History) {}

    async run() {
        while (true) {
            while (this.action === undefined) await ds.suspend()
            const action = this.action
            this.action = undefined
            if (action === Action.Send) await this.send()
            else await this.receive(action === Action.ReceiveTyped)
            this.wait = undefined
        }
    }

    private async send() {
        const { model, queue, random } = this.history
        const message = this.history.message()
        this.timeout = randomTimeout(random)
        const wait = new Wait(message, 0, deadlineAfter(this.timeout))
        this.wait = wait
        wait.outcome = model.send(message)
        if (wait.outcome === -KernelError.QueueFull) {
            this.waitIn(model.senders)
        }
        const actual = await queue.sendTimeout(
            message.toBuffer(),
            this.timeout,
            message.priority
        )
        this.compareOutcome(actual, "sendTimeout")
    }

    private async receive(typed: boolean) {
        const { history } = this
        const { model, queue, random } = history
        const room = history.room()
        const header = new ReceivedMessage()
        this.timeout = randomTimeout(random)
        const wait = new Wait(
            undefined,
            room.length,
            deadlineAfter(this.timeout)
        )
        this.wait = wait
        wait.outcome = model.receive(room.length)
        if (wait.outcome >= 0) wait.delivered = model.taken
        if (wait.outcome === -KernelError.QueueEmpty)
            this.waitIn(model.receivers)
        const actual = typed
            ? await queue.recvTypedTimeout(room, header, this.timeout)
            : await queue.recvTimeout(room, this.timeout)
        this.compareOutcome(actual, "recvTimeout")
        history.compareBytes(room, wait.delivered)
        if (typed && wait.delivered !== undefined)
            history.compareHeader(header, wait.delivered)
    }

    private waitIn(waiting: Wait[]) {
        this.wait.outcome = Mark.Waits
        if (this.timeout > 0) waiting.push(this.wait)
    }

    private compareOutcome(actual: number, what: string) {
        const { history, wait } = this
        if (wait.outcome === Mark.Waits) {
            const now = ds.millis()
            wait.outcome = -KernelError.Timeout
            history.model.forget(wait)
            history.model.timeouts++
            history.compare(now >= wait.deadline, true, "a timeout's being due")
        }
        history.compare(actual, wait.outcome, what)
    }

    begin() {
        this.fiber = runTask.start(this)
    }

    /** Ends the task, wherever it is, and puts a younger one in its place. */
    replace() {
        this.fiber.terminate()
        if (this.wait !== undefined) this.history.model.forget(this.wait)
        this.wait = undefined
        this.action = undefined
        this.begin()
    }

    /** Resumes the task, whatever it waits for. */
    disturb() {
        if (this.fiber.suspended) this.fiber.resume(undefined)
    }
}

async function runTask(task: Task) {
    await task.run()
}

/** None, a whole number, with a fraction, or without limit. */
function randomTimeout(random: Random): number {
    const kind = random.below(8)
    if (kind === 0) return 0
    if (kind <= 2) return FOREVER
    const ticks = 1 + random.below(Ticks.LongestTimeout)
    if (kind === 4) return Ticks.Long
    return kind === 3 ? ticks - 0.5 : ticks
}

function deadlineAfter(timeout: number): number {
    return ds.millis() + Math.ceil(timeout)
}

/** A history with no tasks but the test's own. */
async function playAlone(history: History, stepCount: number) {
    const random = history.random
    for (let i = 0; i < stepCount; ++i) {
        history.step = i
        // filling and draining phases, else a large ring is never full
        const bias = i % 64 < 32 ? 70 : 30
        const kind = random.below(100)
        if (kind === 99) history.purge()
        else if (kind === 98) history.sendTooLarge()
        else if (random.chance(bias)) history.send(history.message())
        else history.receive(random.chance(50))
        if (i % Size.Stride === 0) {
            history.compareOrder()
            history.compareFigures()
            await ds.sleep(1)
        }
        history.fail()
    }
}

/** A history with tasks that wait, are resumed by others and terminated; at its end it is closed. */
async function playTogether(history: History, stepCount: number) {
    const { random, model, queue } = history
    const tasks: Task[] = []
    for (let i = 0; i < Size.Tasks; ++i) {
        tasks.push(new Task(history))
        tasks[i].begin()
    }
    for (let i = 0; i < stepCount; ++i) {
        history.step = i
        const bias = i % 40 < 20 ? 90 : 10
        actOnce(history, tasks, bias)
        if (random.chance(50))
            await ds.sleep(random.below(Ticks.LongestPause + 1))
        history.compareFigures()
        if (i % Size.Stride === 0) {
            history.compareOrder()
            await ds.sleep(1)
        }
        history.fail()
    }
    model.close()
    queue.close()
    await until(() => tasks.every(task => task.wait === undefined))
    while (model.queued.length > 0) history.receive(true)
    history.receive(false)
    history.send(history.message())
    history.compareFigures()
    for (const task of tasks) {
        history.compare(task.wait === undefined, true, "the end of every wait")
        task.fiber.terminate()
    }
    history.fail()
}

function actOnce(history: History, tasks: Task[], bias: number) {
    const random = history.random
    const task = tasks[random.below(tasks.length)]
    const kind = random.below(100)
    if (kind < 4) history.purge()
    else if (kind < 9) task.replace()
    else if (kind === 9) for (const each of tasks) each.replace()
    else if (kind < 20) task.disturb()
    else if (kind < 40) {
        if (random.chance(bias)) history.send(history.message())
        else history.receive(random.chance(50))
    } else if (task.wait === undefined && task.action === undefined) {
        task.action = random.chance(bias)
            ? Action.Send
            : Action.Receive + random.below(2)
        task.disturb()
    }
}

/** Every byte of a backing buffer that a send has no business with. */
function compareMemory(history: History, before: Buffer) {
    const { backing, model } = history
    const stride = SlotLayout.Overhead + (Size.MaxMsg as number)
    const firstHeader = SlotLayout.FirstSlot + (SlotLayout.LinksSize as number)
    let written = 0
    for (let slot = 0; slot < model.ringSize; ++slot) {
        const header = firstHeader + slot * stride
        const payload = header + Header.Size
        const own = isWrittenAt(backing, header, model.taken)
        if (own) written++
        for (let i = 0; i < Size.MaxMsg; ++i)
            if (own && i < model.taken.length)
                history.compare(
                    backing[payload + i],
                    model.taken.byteAt(i),
                    "a queued byte"
                )
            else
                history.compare(
                    backing[payload + i],
                    before[payload + i],
                    "a byte that is not the entry's"
                )
    }
    history.compare(written, 1, "the number of entries with that header")
    for (
        let i = firstHeader + model.ringSize * stride - SlotLayout.LinksSize;
        i < backing.length;
        ++i
    )
        history.compare(backing[i], Mark.Untouched, "a byte behind the ring")
}

/** Whether a header says, byte for byte, what the contract wants of a message. */
function isWrittenAt(backing: Buffer, header: number, message: Sent): boolean {
    const expected = Buffer.alloc(Header.Size)
    expected[0] = message.length
    expected[Header.Word] = message.priority
    expected[6] = message.sequence & 0xff
    expected[7] = message.sequence >> 8
    for (let i = 0; i < expected.length; ++i)
        if (backing[header + i] !== expected[i]) return false
    return true
}

/** As `playAlone`, with a look at the whole backing buffer after each send. */
async function playInMemory(history: History, stepCount: number) {
    const { random, model, backing } = history
    for (let i = 0; i < stepCount; ++i) {
        history.step = i
        const message = history.message()
        const before = backing.slice(0)
        const accepted = model.accepted
        history.send(message)
        model.taken = message
        if (model.accepted > accepted) compareMemory(history, before)
        else
            history.compare(
                backing.toString("hex"),
                before.toString("hex"),
                "memory after a failure"
            )
        if (random.chance(40)) history.receive(random.chance(50))
        history.fail()
        await ds.sleep(1)
    }
}

const ringSizes = [1, 2, 4, 8, 16]
const policies = [OverflowPolicy.Reject, OverflowPolicy.DropOldest]

describe("a queue beside its model", () => {
    test("a random history is delivered as the model says, by priority and first in, first out", async () => {
        for (const ringSize of ringSizes)
            for (const policy of policies) {
                const seed = 1000 + ringSize * 2 + policy
                await playAlone(new History(seed, ringSize, policy), 240)
            }
    })

    test("random waits end as the model says, whoever is resumed or terminated meanwhile", async () => {
        for (const ringSize of ringSizes)
            for (const policy of policies) {
                const seed = 2000 + ringSize * 2 + policy
                await playTogether(new History(seed, ringSize, policy), 260)
            }
    })

    test("a random history writes nothing outside an entry's own bytes", async () => {
        for (const ringSize of ringSizes)
            for (const policy of policies) {
                const seed = 3000 + ringSize * 2 + policy
                await playInMemory(new History(seed, ringSize, policy), 30)
            }
    })
})
