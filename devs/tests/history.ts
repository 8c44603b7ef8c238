// A queue, its model, and what differs between them.

import {
    KernelError,
    KernelQueue,
    MsgPriority,
    OverflowPolicy,
    QueueStats,
    ReceivedMessage,
    requiredMemory,
    RingEntry,
} from "../../src"
import { flawOf } from "../../src/debug/flaws"
import { Mark, Model, Random, Sent, Size } from "./model"

enum Bytes {
    /** Behind those that a queue asks for. */
    Margin = 16,
}

enum Count {
    BatchMax = 4,
}

/** A queue and its model, which have had the same done to them. */
export class History {
    readonly random: Random
    readonly model: Model
    readonly queue: KernelQueue
    readonly backing: Buffer
    readonly entry = new RingEntry()
    readonly received = new ReceivedMessage()
    readonly figures = new QueueStats()
    step = 0
    /** Where the reservation's payload is, and the front's. */
    private reservedAt = 0
    private frontedAt = 0
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
        this.backing = Buffer.alloc(requiredMemory(config) + Bytes.Margin)
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

    sendBatch() {
        const count = this.random.below(Count.BatchMax + 1)
        const priority = this.random.below(4)
        const bytes: Buffer[] = []
        let expected = 0
        let failure = 0
        for (let i = 0; i < count; ++i) {
            const message = this.message()
            message.priority = priority
            bytes.push(message.toBuffer())
            if (failure === 0) failure = this.model.send(message)
            if (failure === 0) expected++
        }
        if (expected === 0) expected = failure
        this.compare(this.queue.sendBatch(bytes, priority), expected, "batch")
    }

    receiveBatch() {
        const { model, queue, random } = this
        const room = Buffer.alloc(random.below(4 * Size.MaxMsg))
        room.fillAt(0, room.length, Mark.Untouched)
        const whole = room.slice(0)
        const max = random.below(Count.BatchMax + 1)
        let expected = 0
        let failure = 0
        let at = 0
        while (failure >= 0 && expected < max) {
            failure = model.receive(room.length - at)
            if (failure < 0) break
            whole.blitAt(at, model.taken.toBuffer(), 0, failure)
            at += failure
            expected++
        }
        if (expected === 0 && max > 0) expected = failure
        const lengths: number[] = []
        this.compare(queue.recvBatch(room, lengths, max), expected, "batch")
        let sum = 0
        for (const length of lengths) sum += length
        this.compare(sum, at, "the sum of the lengths")
        this.compare(lengths.length, Math.max(expected, 0), "lengths")
        this.compare(room.toString("hex"), whole.toString("hex"), "the batch")
    }

    reserve() {
        const message = this.message()
        if (this.random.chance(5)) message.length = Size.MaxMsg + 1
        const expected = this.model.reserve(message)
        const actual = this.queue.reserve(message.length, message.priority)
        this.compare(Math.min(actual, 0), expected, "reserve")
        if (expected < 0) return
        this.reservedAt = actual
        for (let i = 0; i < message.length; ++i)
            this.backing[actual + i] = Mark.Untouched
    }

    commit() {
        const { model, queue } = this
        const message = this.message()
        this.compareReserved()
        if (model.reserved !== undefined) {
            message.priority = model.reserved.priority
            const fits = message.length <= model.reserved.length
            if (fits)
                this.backing.blitAt(
                    this.reservedAt,
                    message.toBuffer(),
                    0,
                    message.length
                )
        }
        const expected = model.commit(message)
        this.compare(queue.commit(message.length), expected, "commit")
    }

    cancel() {
        this.compareReserved()
        this.compare(this.queue.cancel(), this.model.cancel(), "cancel")
    }

    front() {
        const { model, queue } = this
        const before = model.fronted
        const expected = model.front()
        const actual = queue.front(this.received)
        this.compare(Math.min(actual, 0), expected, "front")
        if (expected < 0) return
        this.compare(before, undefined, "the front before")
        this.frontedAt = actual
        this.compareHeader(this.received, model.fronted)
        this.compareFronted()
    }

    release() {
        this.compareFronted()
        this.compare(this.queue.release(), this.model.release(), "release")
    }

    /** Nobody writes what is reserved or fronted. */
    private compareReserved() {
        const { reserved } = this.model
        if (reserved === undefined) return
        for (let i = 0; i < reserved.length; ++i)
            this.compare(
                this.backing[this.reservedAt + i],
                Mark.Untouched,
                "a reserved byte"
            )
    }

    private compareFronted() {
        const { fronted } = this.model
        if (fronted === undefined) return
        for (let i = 0; i < fronted.length; ++i)
            this.compare(
                this.backing[this.frontedAt + i],
                fronted.byteAt(i),
                "a fronted byte"
            )
    }

    /** One of the calls that leave an entry where it is, or take several. */
    actInPlace() {
        const kind = this.random.below(7)
        if (kind === 0) this.reserve()
        else if (kind === 1) this.commit()
        else if (kind === 2) this.cancel()
        else if (kind === 3) this.front()
        else if (kind === 4) this.release()
        else if (kind === 5) this.sendBatch()
        else this.receiveBatch()
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
        this.compare(flawOf(queue), "", "an invariant")
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
        const available = model.available()
        this.compare(queue.available(), available, "available()")
        this.compare(queue.isEmpty(), size === 0, "isEmpty()")
        this.compare(queue.isFull(), available === 0, "isFull()")
        this.compare(queue.isClosed(), model.closed, "isClosed()")
        this.compare(
            model.received + size + model.dropped + model.purged,
            model.accepted,
            "the model's own sum"
        )
    }
}
