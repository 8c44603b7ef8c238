/**
 * Records, descriptors, batches and entries in place, sent and received by one task and from one task to another:
 * none of it may keep memory.
 */

import {
    FOREVER,
    KernelQueue,
    MessageDescriptor,
    ReceivedMessage,
    Region,
    RingEntry,
    Schema,
    sleep,
} from "../../src"
import { expect, reportHeap } from "./heap"

enum Size {
    Descriptor = 24,
    /** More than half of a board's heap: there is no room for a copy. */
    Large = 40000,
    Chunk = 1000,
}

const schema = new Schema(1, {
    n: "u32",
    x: "f32",
})
const records = new KernelQueue({ ringSize: 2, maxMsgSize: 8, schema })
const descriptors = new KernelQueue({ ringSize: 4, maxMsgSize: 24 })
const record = { n: 0, x: 0.5 }
const received = { n: 0, x: 0 }
const message = new ReceivedMessage()
const entry = new RingEntry()
const into = Buffer.alloc(Size.Descriptor)
const batch = [hex`01`, hex`02`, hex`03`]
const lengths = [0, 0, 0]

export async function exchangeOptional(rounds: number): Promise<void> {
    const region = Region.appendOnly(Size.Chunk)
    expect(region.append(hex`01020304`) === 0, "append")
    const { id, generation } = region.handle
    const named = new MessageDescriptor(id, generation, 1, 2)
    receiveRecords.start(rounds)
    for (let i = 0; i < rounds; ++i) {
        record.n = i
        const result = await records.sendRecordTimeout(record, FOREVER)
        expect(result === 0, "sendRecordTimeout")
        exchangeDescriptor(named)
        exchangeBatch()
        exchangeInPlace()
    }
    await sleep(20) // the receiver takes the last ones
    expect(received.n === rounds - 1, "the last record")
    await reportHeap()
}

/** Sends a descriptor of so many bytes, some of which the receiver reads where they are. */
export async function sendLarge(lengthBytes: number): Promise<void> {
    const region = Region.appendOnly(Size.Large)
    const chunk = Buffer.alloc(Size.Chunk)
    for (let i = 0; i < Size.Large / Size.Chunk; ++i) {
        chunk.fillAt(0, Size.Chunk, i)
        expect(region.append(chunk) === i * Size.Chunk, "append")
    }
    const { id, generation } = region.handle
    const named = new MessageDescriptor(id, generation, 0, lengthBytes)
    for (let i = 0; i < 100; ++i) {
        expect(descriptors.sendDescriptor(named) === 0, "send")
        const length = descriptors.recvTyped(into, message)
        expect(length === Size.Descriptor, "24 bytes")
        const last = message.descriptor.getAt(lengthBytes - 1, "u8")
        const chunks = Math.floor((lengthBytes - 1) / Size.Chunk)
        expect(last === chunks, "the last byte is " + last)
        await sleep(0)
    }
    await reportHeap()
}

async function receiveRecords(rounds: number): Promise<void> {
    for (let i = 0; i < rounds; ++i) {
        const result = await records.recvRecordTimeout(received, FOREVER)
        expect(result === schema.size && received.n === i, "a record")
    }
}

function exchangeDescriptor(named: MessageDescriptor) {
    expect(descriptors.sendDescriptor(named) === 0, "sendDescriptor")
    descriptors.recvTyped(into, message)
    expect(message.descriptor.read(into) === 2 && into[1] === 3, "bytes")
}

function exchangeBatch() {
    expect(descriptors.sendBatch(batch) === 3, "sendBatch")
    expect(descriptors.recvBatch(into, lengths, 3) === 3, "recvBatch")
    expect(into[2] === 3, "the third byte")
}

function exchangeInPlace() {
    const at = descriptors.reserve(1)
    descriptors.backing().setAt(at, "u8", 9)
    expect(descriptors.commit(1) === 0, "commit")
    const front = descriptors.front(entry)
    expect(descriptors.backing().getAt(front, "u8") === 9, "front")
    expect(descriptors.release() === 0, "release")
}
