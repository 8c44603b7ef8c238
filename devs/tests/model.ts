// A queue's contract, naively: messages in an array in the order of their delivery, waiting tasks in arrays in
// the order in which they came.

import * as ds from "@devicescript/core"
import { KernelError, MsgPriority, OverflowPolicy } from "../../src"

export enum Size {
    /** Payload bytes of the queues' entries. */
    MaxMsg = 5,
}

export enum Mark {
    /** In memory that nobody may write. */
    Untouched = 0xa5,
    /** The outcome of a call that waits. */
    Waits = 1000,
}

/** Marsaglia's xorshift, 32 bits. */
export class Random {
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
export class Sent {
    sequence = 0
    constructor(
        readonly id: number,
        public length: number,
        public priority: MsgPriority
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
export class Wait {
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
export class Model {
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
    /** What is reserved: a priority, and the most bytes. */
    reserved: Sent
    fronted: Sent

    constructor(
        readonly ringSize: number,
        readonly overflow: OverflowPolicy
    ) {}

    send(message: Sent): number {
        if (this.closed) return -KernelError.QueueClosed
        if (message.length > Size.MaxMsg) return -KernelError.MessageTooLarge
        if (this.isFull() && !this.dropFor(message))
            return -KernelError.QueueFull
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

    available(): number {
        let taken = 0
        if (this.reserved !== undefined) taken++
        if (this.fronted !== undefined) taken++
        return this.ringSize - this.queued.length - taken
    }

    private isFull(): boolean {
        return this.available() === 0
    }

    private dropFor(message: Sent): boolean {
        if (this.queued.length === 0) return false
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

    reserve(message: Sent): number {
        if (this.closed) return -KernelError.QueueClosed
        if (message.length > Size.MaxMsg) return -KernelError.MessageTooLarge
        if (this.reserved !== undefined) return -KernelError.NotPermitted
        if (this.isFull() && !this.dropFor(message))
            return -KernelError.QueueFull
        this.reserved = message
        return 0
    }

    /** What is sent has the reservation's priority. */
    commit(message: Sent): number {
        if (this.reserved === undefined) return -KernelError.NotPermitted
        if (message.length > this.reserved.length)
            return -KernelError.InvalidArgument
        this.reserved = undefined
        const result = this.send(message)
        this.admit()
        return result
    }

    cancel(): number {
        if (this.reserved === undefined) return -KernelError.NotPermitted
        this.reserved = undefined
        this.admit()
        return 0
    }

    front(): number {
        const first = this.queued[0]
        if (this.closed && first === undefined) return -KernelError.QueueClosed
        if (this.fronted !== undefined) return -KernelError.NotPermitted
        if (first === undefined) return -KernelError.QueueEmpty
        removeAt(this.queued, 0)
        this.received++
        this.fronted = first
        return 0
    }

    release(): number {
        if (this.fronted === undefined) return -KernelError.NotPermitted
        this.fronted = undefined
        this.admit()
        return 0
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
