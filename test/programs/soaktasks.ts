// The tasks of soakmix.ts. Receivers that wait live as long as the program; those who send are started for each round.

import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    MessageDescriptor,
    MsgPriority,
    OverflowPolicy,
    ReceivedMessage,
    recvAny,
    Region,
    RingEntry,
    Schema,
    sleep,
} from "../../src"
import { chosenFault, Fault, fault, Way } from "./soakways"

enum Size {
    /** A number (u32) and a priority (u8). */
    Message = 5,
    PriorityAt = 4,
    Descriptor = 24,
    /** Of a region: so many numbers. */
    Numbers = 64,
}

/** Messages of a round. */
export enum PerRound {
    Alone = 200,
    Batches = 200,
    InPlace = 160,
    HandOff = 100,
    Records = 60,
    Descriptors = 60,
    /** Three tasks each. */
    Any = 90,
    Crowd = 60,
    Mailbox = 70,
    All = 1000,
}

const queueOf = (ringSize: number) =>
    new KernelQueue({ ringSize, maxMsgSize: Size.Message as number })

const alone = new Way("alone", [queueOf(32)])
const batches = new Way("batches", [queueOf(8)])
const inPlace = new Way("in place", [queueOf(4)])
const handOff = new Way("hand-off", [queueOf(2)])
const schema = new Schema(1, {
    number: "u32",
    half: "f32",
})
const records = new Way("records", [
    new KernelQueue({ ringSize: 2, maxMsgSize: schema.size, schema }),
])
const descriptors = new Way("descriptors", [
    new KernelQueue({ ringSize: 2, maxMsgSize: Size.Descriptor as number }),
])
const any = new Way("any", [queueOf(2), queueOf(1), queueOf(2)])
const crowd = new Way("crowd", [queueOf(4)])
const mailbox = new Way("mailbox", [
    new KernelQueue({
        ringSize: 1,
        maxMsgSize: Size.Message as number,
        overflow: OverflowPolicy.DropOldest,
    }),
])

export const ways = [
    ...[alone, batches, inPlace, handOff, records],
    ...[descriptors, any, crowd, mailbox],
]

/** Each task that sends says here that it has sent all of its round. */
const done = queueOf(16)
const doneMessage = Buffer.alloc(1)

/** Between rounds whoever waits does so without limit. */
let isResting = true

function write(msg: Buffer, way: Way, priority: number) {
    msg.setAt(0, "u32", way.number(priority))
    msg[Size.PriorityAt] = priority
}

function took(way: Way, into: Buffer) {
    way.took(into.getAt(0, "u32"), into[Size.PriorityAt])
}

async function sendAlone() {
    const queue = alone.queues[0]
    const msg = Buffer.alloc(Size.Message)
    for (let left = PerRound.Alone as number; left > 0; left -= 20) {
        for (let i = 0; i < 20; ++i) {
            const priority = Math.randomInt(MsgPriority.Urgent)
            write(msg, alone, priority)
            check(queue.send(msg, priority))
        }
        let last: number = MsgPriority.Urgent
        for (let i = 0; i < 20; ++i) {
            check(queue.recv(msg))
            took(alone, msg)
            if (msg[Size.PriorityAt] > last) fault("alone", "priorities")
            last = msg[Size.PriorityAt]
        }
        await sleep(0)
    }
    check(done.send(doneMessage))
}

async function sendBatches() {
    const queue = batches.queues[0]
    const msgs: Buffer[] = []
    for (let i = 0; i < 8; ++i) msgs.push(Buffer.alloc(Size.Message))
    const into = Buffer.alloc(8 * Size.Message)
    const lengths: number[] = []
    for (let left = PerRound.Batches as number; left > 0; left -= 8) {
        for (const msg of msgs) write(msg, batches, MsgPriority.Normal)
        check(queue.sendBatch(msgs))
        let received = 0
        while (received < 8) {
            const count = check(queue.recvBatch(into, lengths, 5))
            for (let i = 0; i < count; ++i)
                batches.took(
                    into.getAt(i * Size.Message, "u32"),
                    into[i * Size.Message + Size.PriorityAt]
                )
            received += count
        }
        await sleep(0)
    }
    check(done.send(doneMessage))
}

async function sendInPlace() {
    const queue = inPlace.queues[0]
    const memory = queue.backing()
    const entry = new RingEntry()
    for (let left = PerRound.InPlace as number; left > 0; left -= 4) {
        check(queue.reserve(Size.Message, MsgPriority.Urgent))
        check(queue.cancel())
        for (let i = 0; i < 4; ++i) {
            const at = check(queue.reserve(Size.Message, i))
            memory.setAt(at, "u32", inPlace.number(i))
            check(queue.commit(Size.Message - 1))
        }
        for (let i = 0; i < 4; ++i) {
            const at = check(queue.front(entry))
            inPlace.took(memory.getAt(at, "u32"), entry.priority)
            check(queue.release())
        }
        await sleep(0)
    }
    check(done.send(doneMessage))
}

/** Sends until there was room in time. */
async function insist(way: Way, msg: Buffer, timeout: number) {
    for (;;) {
        const result = await way.queues[0].sendTimeout(msg, timeout)
        if (result !== -KernelError.Timeout) return check(result)
        way.timeouts++
    }
}

async function sendHandOff() {
    const msg = Buffer.alloc(Size.Message)
    for (let i = 0; i < PerRound.HandOff; ++i) {
        if ((i & 15) === 7) await sleep(3) // the receiver's time runs out
        write(msg, handOff, MsgPriority.Normal)
        if (chosenFault === Fault.Swapped && (i === 7 || i === 8))
            msg.setAt(0, "u32", msg.getAt(0, "u32") + (i === 7 ? 1 : -1))
        await insist(handOff, msg, 2)
        if (chosenFault === Fault.Twice && i === 7)
            await insist(handOff, msg, FOREVER)
    }
    check(done.send(doneMessage))
}

async function receiveHandOff() {
    const queue = handOff.queues[0]
    const into = Buffer.alloc(Size.Message)
    let toLose = chosenFault === Fault.Lost ? 1 : 0
    for (let i = 0; ; ++i) {
        const timeout = isResting ? FOREVER : 2
        const result = await queue.recvTimeout(into, timeout)
        if (result === -KernelError.Timeout) handOff.timeouts++
        else {
            check(result)
            if (toLose > 0) toLose--
            else took(handOff, into)
        }
        if ((i & 15) === 11) await sleep(5) // the sender's runs out
    }
}

async function sendRecords() {
    const record = { number: 0, half: 0 }
    for (let i = 0; i < PerRound.Records; ++i) {
        record.number = records.number(MsgPriority.Normal)
        record.half = record.number / 2
        check(await records.queues[0].sendRecordTimeout(record, FOREVER))
    }
    check(done.send(doneMessage))
}

async function receiveRecords() {
    const record = { number: 0, half: 0 }
    for (;;) {
        check(await records.queues[0].recvRecordTimeout(record, FOREVER))
        records.took(record.number, MsgPriority.Normal)
        // an f32 is exact up to 2^24
        if (record.half !== record.number / 2) fault("records", "a field")
    }
}

const numbers = Buffer.alloc(4 * Size.Numbers)
for (let i = 0; i < Size.Numbers; ++i) numbers.setAt(4 * i, "u32", i)
let region: Region

async function sendDescriptors() {
    const { id, generation } = region.handle
    const descriptor = new MessageDescriptor(id, generation, 0, 4)
    for (let i = 0; i < PerRound.Descriptors; ++i) {
        const number = descriptors.number(MsgPriority.Normal)
        descriptor.offset = 4 * (number & (Size.Numbers - 1))
        check(
            await descriptors.queues[0].sendDescriptorTimeout(
                descriptor,
                FOREVER
            )
        )
    }
    check(done.send(doneMessage))
}

/** The region's numbers begin anew after the last: how often they have is all that is counted here. */
async function receiveDescriptors() {
    const into = Buffer.alloc(Size.Descriptor)
    const message = new ReceivedMessage()
    let turns = 0
    let before = -1
    for (;;) {
        check(
            await descriptors.queues[0].recvTypedTimeout(into, message, FOREVER)
        )
        check(message.descriptor.read(into))
        const number = into.getAt(0, "u32")
        if (number < before) turns++
        before = number
        descriptors.took(turns * Size.Numbers + number, message.priority)
    }
}

/** One of three tasks, each with a queue and a priority of its own. */
async function sendAny(index: number) {
    const msg = Buffer.alloc(Size.Message)
    for (let left = PerRound.Any as number; left > 0; left -= 3) {
        write(msg, any, index)
        check(await any.queues[index].sendTimeout(msg, FOREVER, index))
    }
    check(done.send(doneMessage))
}

async function receiveAny() {
    const into = Buffer.alloc(Size.Message)
    const message = new ReceivedMessage()
    for (;;) {
        const index = check(await recvAny(any.queues, into, message, FOREVER))
        took(any, into)
        if (message.priority !== index) fault("any", "from another queue")
    }
}

/** One of three tasks that send to one queue, each with a priority of its own. */
async function sendCrowd(priority: number) {
    const msg = Buffer.alloc(Size.Message)
    for (let left = PerRound.Crowd as number; left > 0; left -= 3) {
        write(msg, crowd, priority)
        check(await crowd.queues[0].sendTimeout(msg, FOREVER, priority))
    }
    check(done.send(doneMessage))
}

async function receiveCrowd() {
    const into = Buffer.alloc(Size.Message)
    const message = new ReceivedMessage()
    for (;;) {
        check(await crowd.queues[0].recvTypedTimeout(into, message, FOREVER))
        took(crowd, into)
        if (message.priority !== into[Size.PriorityAt])
            fault("crowd", "priority")
    }
}

async function sendMailbox() {
    const msg = Buffer.alloc(Size.Message)
    for (let i = 0; i < PerRound.Mailbox; ++i) {
        write(msg, mailbox, MsgPriority.Normal)
        check(mailbox.queues[0].send(msg))
        if (i % 3 === 2) await sleep(0)
    }
    check(done.send(doneMessage))
}

async function receiveMailbox() {
    const into = Buffer.alloc(Size.Message)
    for (;;) {
        check(await mailbox.queues[0].recvTimeout(into, FOREVER))
        mailbox.tookNewer(into.getAt(0, "u32"), into[Size.PriorityAt])
    }
}

export function startReceivers() {
    receiveHandOff.start()
    receiveRecords.start()
    receiveDescriptors.start()
    receiveAny.start()
    receiveCrowd.start()
    receiveMailbox.start()
}

/** Those that send. The first six are three of a kind, and get their number among them. */
const senders: ((index: number) => Promise<void>)[] = [
    ...[sendAny, sendAny, sendAny, sendCrowd, sendCrowd, sendCrowd],
    ...[sendHandOff, sendAlone, sendRecords, sendBatches, sendDescriptors],
    ...[sendInPlace, sendMailbox],
]

/**
 * Sends the messages of a round, and waits until the last is sent.
 * @param groups so many groups of tasks send, one after another: small heaps have no room for all of them
 */
export async function sendRound(groups: number) {
    isResting = false
    region = Region.immutable(numbers)
    const into = Buffer.alloc(1)
    for (let group = 0; group < groups; ++group) {
        let started = 0
        for (let i = group; i < senders.length; i += groups) {
            senders[i].start(i % 3)
            started++
        }
        for (; started > 0; --started)
            check(await done.recvTimeout(into, FOREVER))
    }
    isResting = true
}

/** All of a round has arrived: what its descriptors named is not needed any more. */
export function endRound() {
    check(region.destroy())
}
