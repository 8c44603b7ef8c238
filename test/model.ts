// CONTRACT as plainly as it can be said: messages in an array in the order of their delivery, waiting tasks in arrays in
// the order in which they came. No ring, no VM, no clock: whoever drives it says what happens and at which tick.

/** The errors that the calls of a history can return: see CONTRACT. */
export const errors = {
    outOfMemory: -5,
    queueFull: -6,
    queueEmpty: -7,
    timeout: -8,
    notFound: -14,
    notPermitted: -15,
    staleHandle: -19,
    invalidSlot: -20,
    slabFull: -21,
    regionFull: -22,
    policyViolation: -23,
    bufferTooSmall: -24,
    invalidArgument: -25,
    messageTooLarge: -26,
    invalidDescriptorRegion: -27,
    queueClosed: -64,
    schemaMismatch: -65,
}

/** A message that was accepted. */
export interface Message {
    bytes: number[]
    priority: number
    isDescriptor: boolean
    sequence: number
}

/** What a sender brings: its content is asked for when there is room. */
export interface Offer {
    isDescriptor: boolean
    /** Undefined for a record or a descriptor: those have one size. */
    length: number
    /** The bytes, or why they cannot be sent: asked behind all that the queue itself refuses for. */
    content: () => number[] | number
    /** Whether the queue wants the size of its schema: records have it. */
    isRecord?: boolean
}

/** A call that waits. */
export class Wait {
    /** What it will return, once that is certain. */
    outcome: number | undefined
    /** The tick of that. */
    servedAt = 0
    /** What it receives. */
    delivered: Message | undefined
    /** Where it waits. */
    places: Queue[] = []
    constructor(
        readonly task: number,
        /** Of a sender. */
        readonly offer: Offer | undefined,
        readonly priority: number,
        /** Of a receiver: what it has room for, in bytes. */
        readonly room: number,
        /** Of `recvAny`: what a queue's message makes it return. */
        readonly indexOf?: Map<Queue, number>
    ) {}
}

/** Ticks are the driver's. */
export const time = { now: 0 }

export interface QueueShape {
    ringSize: number
    maxMsgSize: number
    dropsOldest: boolean
    schemaSize: number | undefined
    /** Messages that went through before. */
    before: number
}

export class Queue {
    readonly queued: Message[] = []
    senders: Wait[] = []
    receivers: Wait[] = []
    reserved: { priority: number; bytes: number[] } | undefined
    fronted: Message | undefined
    closed = false
    sent: number
    received: number
    dropped = 0
    purged = 0
    timeouts = 0
    highWater: number

    constructor(readonly shape: QueueShape) {
        this.sent = shape.before
        this.received = shape.before
        this.highWater = shape.before > 0 ? 1 : 0
    }

    get available() {
        const taken = (this.reserved ? 1 : 0) + (this.fronted ? 1 : 0)
        return this.shape.ringSize - this.queued.length - taken
    }

    /** Why a message of such a length is not accepted, full or not; 0 if it is. */
    refusal(length: number) {
        const { maxMsgSize, schemaSize } = this.shape
        if (this.closed) return errors.queueClosed
        if (length > maxMsgSize) return errors.messageTooLarge
        if (schemaSize !== undefined && length !== schemaSize)
            return errors.schemaMismatch
        return 0
    }

    send(offer: Offer, priority: number): number {
        const refused = this.refusal(offer.length)
        if (refused < 0) return refused
        const bytes = offer.content()
        if (typeof bytes === "number") return bytes
        const { isDescriptor } = offer
        return this.accept({ bytes, priority, isDescriptor, sequence: 0 })
    }

    private accept(message: Message) {
        if (this.available === 0 && !this.dropFor(message.priority))
            return errors.queueFull
        message.sequence = this.sent % 0x10000
        this.sent++
        if (this.handOver(message)) return 0
        const overtaken = this.queued.findIndex(
            ({ priority }) => priority < message.priority
        )
        const place = overtaken < 0 ? this.queued.length : overtaken
        this.queued.splice(place, 0, message)
        this.highWater = Math.max(this.highWater, this.queued.length)
        return 0
    }

    /** Drops the oldest of the lowest priority, unless that is above. */
    private dropFor(priority: number) {
        const lowest = this.queued.at(-1)?.priority
        if (!this.shape.dropsOldest || lowest === undefined) return false
        if (lowest > priority) return false
        const oldest = this.queued.findIndex(each => each.priority === lowest)
        this.queued.splice(oldest, 1)
        this.dropped++
        return true
    }

    /** To the task that has waited longest, if it has room; if not it is told so, and the next is asked. */
    private handOver(message: Message) {
        while (this.receivers.length > 0) {
            const wait = this.receivers[0]
            if (wait.room < message.bytes.length) {
                serve(wait, errors.bufferTooSmall)
                continue
            }
            wait.delivered = message
            const index = wait.indexOf?.get(this)
            serve(wait, index ?? message.bytes.length)
            this.received++
            return true
        }
        return false
    }

    /** The message that is due, if any; else why there is none. */
    lack() {
        if (this.queued.length > 0) return 0
        return this.closed ? errors.queueClosed : errors.queueEmpty
    }

    receive(room: number): Message | number {
        const lack = this.lack()
        if (lack < 0) return lack
        if (this.queued[0].bytes.length > room) return errors.bufferTooSmall
        const message = this.queued.shift() as Message
        this.received++
        this.admit()
        return message
    }

    /** There is room: those who wait send, highest priority first, then who has waited longest. */
    private admit() {
        while (this.senders.length > 0) {
            const highest = Math.max(...this.senders.map(each => each.priority))
            const wait = this.senders.find(each => each.priority === highest)
            if (!wait?.offer) throw new Error("a sender without a message")
            const outcome = this.send(wait.offer, wait.priority)
            if (outcome === errors.queueFull) return
            serve(wait, outcome)
        }
    }

    reserve(length: number, priority: number) {
        const refused = this.refusal(length)
        if (refused < 0) return refused
        if (this.reserved) return errors.notPermitted
        if (this.available === 0 && !this.dropFor(priority))
            return errors.queueFull
        this.reserved = { priority, bytes: Array(length).fill(undefined) }
        return 0
    }

    commit(length: number) {
        if (!this.reserved) return errors.notPermitted
        const { priority, bytes } = this.reserved
        if (length > bytes.length) return errors.invalidArgument
        const refused = this.refusal(length)
        if (refused === errors.schemaMismatch) return refused
        this.reserved = undefined
        if (refused < 0) return refused
        const message = { bytes: bytes.slice(0, length), priority }
        this.accept({ ...message, isDescriptor: false, sequence: 0 })
        this.admit()
        return 0
    }

    cancel() {
        if (!this.reserved) return errors.notPermitted
        this.reserved = undefined
        this.admit()
        return 0
    }

    front(): Message | number {
        const lack = this.lack()
        if (lack === errors.queueClosed) return lack
        if (this.fronted) return errors.notPermitted
        if (lack < 0) return lack
        this.fronted = this.queued.shift() as Message
        this.received++
        return this.fronted
    }

    release() {
        if (!this.fronted) return errors.notPermitted
        this.fronted = undefined
        this.admit()
        return 0
    }

    purge() {
        const count = this.queued.length
        this.queued.length = 0
        this.purged += count
        this.admit()
        return count
    }

    close() {
        this.closed = true
        for (const wait of [...this.senders, ...this.receivers]) {
            leave(wait, this)
            if (wait.places.length === 0) serve(wait, errors.queueClosed)
        }
    }
}

/** Of several: the highest priority, the earlier at a tie. */
export function dueOf(queues: Queue[]): Queue | number {
    let due: Queue | undefined
    for (const queue of queues)
        if (queue.queued.length > 0)
            if (!due || queue.queued[0].priority > due.queued[0].priority)
                due = queue
    if (due) return due
    return queues.every(({ closed }) => closed)
        ? errors.queueClosed
        : errors.queueEmpty
}

/** Enters a call that waits: in all queues that are open. */
export function enter(wait: Wait, queues: Queue[]) {
    wait.places = queues.filter(({ closed }) => !closed)
    for (const queue of wait.places)
        (wait.offer ? queue.senders : queue.receivers).push(wait)
}

/** It waits no longer: its time is out, or its task was terminated. */
export function withdraw(wait: Wait) {
    for (const queue of [...wait.places]) leave(wait, queue)
}

function serve(wait: Wait, outcome: number) {
    withdraw(wait)
    wait.outcome = outcome
    wait.servedAt = time.now
}

function leave(wait: Wait, queue: Queue) {
    const others = (list: Wait[]) => list.filter(each => each !== wait)
    queue.senders = others(queue.senders)
    queue.receivers = others(queue.receivers)
    wait.places = wait.places.filter(each => each !== queue)
}
