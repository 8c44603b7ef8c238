// Names for bytes in regions: what is accepted, and that it still names the same bytes when it is received.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    MessageDescriptor,
    MessageKind,
    MsgPriority,
    ReceivedMessage,
    recvAny,
    Region,
    RingEntry,
} from "../../src"
import { byte, Bytes, descriptorQueueOf, droppingQueueOf } from "./support"
import { equal, fill, nameOf, nothingLost, settle, statsOf } from "./support"
import { endsWith, startSend, startSendDescriptor, startTask } from "./tasks"

enum Code {
    StaleHandle = -19,
}

enum Count {
    /** So many that a task that never gave way would reach the VM's limit of opcodes. */
    Many = 300,
}

/** What a descriptor names, in hex; an error as a number. */
function contentsOf(descriptor: MessageDescriptor): any {
    const into = Buffer.alloc(8)
    const length = descriptor.read(into)
    return length < 0 ? length : into.slice(0, length).toString("hex")
}

/** Names four bytes behind a number in front of it, in a log that is half full. */
class Log {
    readonly region = Region.appendOnly(16)
    readonly named: MessageDescriptor

    constructor() {
        const data = Buffer.from([0, 0, 1, 2, 3, 4])
        check(this.region.append(data))
        data.fillAt(0, 6, 0xee)
        this.named = nameOf(this.region, 2, 4)
    }

    /** All that a sender can still do. The bytes that it named must not change. */
    misuse() {
        const region = this.region
        const full = Buffer.alloc(10)
        full.fillAt(0, 10, 0xee)
        region.write(0, 0, full)
        region.alloc()
        region.free(0)
        check(region.append(full))
        equal(region.append(full), -KernelError.RegionFull, "full")
        const named = this.named
        named.offset = 0
        named.length = 1
        named.regionId = 0
        named.generation = 0
    }

    /** Puts another region, with other bytes, under the same id. */
    replace(): Region {
        check(this.region.destroy())
        const next = Region.immutable(hex`eeeeeeeeeeee`)
        equal(next.handle.id, this.region.handle.id, "the same id")
        return next
    }
}

/** How a descriptor gets from a queue to its reader. */
type Receive = (queue: KernelQueue) => Promise<MessageDescriptor>

async function byRecv(queue: KernelQueue): Promise<MessageDescriptor> {
    const into = Buffer.alloc(Bytes.Descriptor)
    equal(queue.recv(into), Bytes.Descriptor, "24 bytes")
    const descriptor = new MessageDescriptor(0, 0, 0, 0)
    check(descriptor.fromBytes(into, 0))
    return descriptor
}

async function byRecvTyped(queue: KernelQueue): Promise<MessageDescriptor> {
    const message = new ReceivedMessage()
    check(queue.recvTyped(Buffer.alloc(Bytes.Descriptor), message))
    return message.descriptor
}

async function byRecvTimeout(queue: KernelQueue): Promise<MessageDescriptor> {
    const into = Buffer.alloc(Bytes.Descriptor)
    check(await queue.recvTimeout(into, FOREVER))
    const descriptor = new MessageDescriptor(0, 0, 0, 0)
    check(descriptor.fromBytes(into, 0))
    return descriptor
}

async function byRecvTypedTimeout(
    queue: KernelQueue
): Promise<MessageDescriptor> {
    const message = new ReceivedMessage()
    const into = Buffer.alloc(Bytes.Descriptor)
    check(await queue.recvTypedTimeout(into, message, FOREVER))
    return message.descriptor
}

async function byRecvAny(queue: KernelQueue): Promise<MessageDescriptor> {
    const message = new ReceivedMessage()
    const into = Buffer.alloc(Bytes.Descriptor)
    equal(
        await recvAny([descriptorQueueOf(1), queue], into, message, FOREVER),
        1,
        "any"
    )
    return message.descriptor
}

async function byRecvBatch(queue: KernelQueue): Promise<MessageDescriptor> {
    const into = Buffer.alloc(Bytes.Descriptor)
    equal(queue.recvBatch(into, [], 2), 1, "a batch of one")
    const descriptor = new MessageDescriptor(0, 0, 0, 0)
    check(descriptor.fromBytes(into, 0))
    return descriptor
}

async function byFront(queue: KernelQueue): Promise<MessageDescriptor> {
    const message = new ReceivedMessage()
    check(queue.front(message))
    check(queue.release())
    return message.descriptor
}

async function byPeek(queue: KernelQueue): Promise<MessageDescriptor> {
    const message = new ReceivedMessage()
    check(queue.peek(message))
    check(queue.recv(Buffer.alloc(Bytes.Descriptor)))
    return message.descriptor
}

const receives: Receive[] = [
    byRecv,
    byRecvTyped,
    byRecvTimeout,
    byRecvTypedTimeout,
    byRecvAny,
    byRecvBatch,
    byFront,
    byPeek,
]
/** Those that wait. */
const waits: Receive[] = [byRecvTimeout, byRecvTypedTimeout, byRecvAny]

/** By a task that waits when the descriptor is sent. */
async function handsOver(receive: Receive) {
    const log = new Log()
    const queue = descriptorQueueOf(2)
    let received: MessageDescriptor = undefined
    const receiver = startTask(async () => {
        received = await receive(queue)
        return 0
    })
    await settle()
    check(queue.sendDescriptor(log.named))
    log.misuse() // before that task has run
    await endsWith(receiver, 0, "received")
    equal(contentsOf(received), "01020304", "bytes")
    check(log.region.destroy())
    equal(contentsOf(received), Code.StaleHandle, "gone")
}

/** A queue that is full but for what the task wants to send. */
async function crowded(log: Log): Promise<KernelQueue> {
    const queue = descriptorQueueOf(1)
    fill(queue, [1])
    startSendDescriptor(queue, log.named)
    await settle()
    equal(statsOf(queue).waitingSenders, 1, "it waits")
    return queue
}

describe("a descriptor, from check to use", () => {
    beforeEach(settle)

    test("names the same bytes when it is received, whatever its sender does meanwhile", async () => {
        for (const receive of receives) {
            const log = new Log()
            const queue = descriptorQueueOf(2)
            check(queue.sendDescriptor(log.named))
            log.misuse()
            equal(contentsOf(await receive(queue)), "01020304", "bytes")
            check(log.region.destroy())
            await settle()
        }
    })
    test("is stale when it is received, if its region was destroyed", async () => {
        for (const receive of receives) {
            const log = new Log()
            const queue = descriptorQueueOf(2)
            check(queue.sendDescriptor(log.named))
            check(log.region.destroy())
            equal(contentsOf(await receive(queue)), Code.StaleHandle, "gone")
            await settle()
        }
    })
    test("never names another region's bytes", async () => {
        for (const receive of receives) {
            const log = new Log()
            const queue = descriptorQueueOf(2)
            check(queue.sendDescriptor(log.named))
            const next = log.replace()
            const received = await receive(queue)
            equal(contentsOf(received), Code.StaleHandle, "someone else's")
            equal(received.getAt(0, "u8"), undefined, "nor in place")
            check(next.destroy())
            await settle()
        }
    })
    test("is handed to a waiting task as it was accepted", async () => {
        for (const receive of waits) await handsOver(receive)
    })
    test("is looked up again when a waiting sender is admitted", async () => {
        const log = new Log()
        const queue = await crowded(log)
        const into = Buffer.alloc(Bytes.Descriptor)
        check(queue.recv(into))
        const received = await byRecvTyped(queue)
        equal(contentsOf(received), "01020304", "bytes")
        check(log.region.destroy())
    })
    test("is refused at its admission, if its region was destroyed while it waited", async () => {
        const log = new Log()
        const queue = descriptorQueueOf(1)
        fill(queue, [1])
        const call = startSendDescriptor(queue, log.named)
        await settle()
        const next = log.replace()
        check(queue.recv(Buffer.alloc(Bytes.Descriptor)))
        await endsWith(call, Code.StaleHandle, "stale")
        equal(queue.isEmpty(), true, "nothing sent")
        check(next.destroy())
        nothingLost(queue)
    })
    test("is refused at the kernel's next look at its sender, room or not", async () => {
        const log = new Log()
        const queue = descriptorQueueOf(1)
        fill(queue, [1])
        const bytes = startSend(queue, byte(2))
        const named = startSendDescriptor(queue, log.named)
        await settle()
        const next = log.replace()
        check(queue.recv(Buffer.alloc(Bytes.Descriptor)))
        await endsWith(bytes, 0, "has the room")
        await endsWith(named, Code.StaleHandle, "has none")
        equal(queue.isFull(), true, "one was sent")
        check(next.destroy())
        queue.purge()
        nothingLost(queue)
    })
    test("of a sender that waits is read when it is admitted", async () => {
        const log = new Log()
        const queue = await crowded(log)
        log.named.offset = 3
        log.named.length = 2
        check(queue.recv(Buffer.alloc(Bytes.Descriptor)))
        equal(contentsOf(await byRecvTyped(queue)), "0203", "as it is now")
        check(log.region.destroy())
    })
})

describe("descriptors", () => {
    beforeEach(settle)

    test("24 bytes, little-endian, in the original's layout", () => {
        const bytes = Buffer.alloc(26)
        bytes.fillAt(0, 26, 0xee)
        const descriptor = new MessageDescriptor(
            0x04030201,
            0x14131211,
            0x3736353433, // more than 32 bits
            0x24232221
        )
        equal(descriptor.toBytes(bytes, 1), Bytes.Descriptor, "written")
        equal(
            bytes.toString("hex"),
            "ee" +
                "01020304" +
                "11121314" +
                "3334353637000000" +
                "21222324" +
                "00000000" +
                "ee",
            "bytes"
        )
        const copy = new MessageDescriptor(0, 0, 0, 0)
        equal(copy.fromBytes(bytes, 1), Bytes.Descriptor, "read")
        equal(copy.regionId, 0x04030201, "regionId")
        equal(copy.generation, 0x14131211, "generation")
        equal(copy.offset, 0x3736353433, "offset")
        equal(copy.length, 0x24232221, "length")
    })
    test("the largest fields there are", () => {
        const bytes = Buffer.alloc(Bytes.Descriptor)
        const u32 = 4294967295
        const offset = 9007199254740991
        const all = new MessageDescriptor(u32, u32, offset, u32)
        equal(all.toBytes(bytes, 0), Bytes.Descriptor, "written")
        equal(
            bytes.toString("hex"),
            "ffffffffffffffffffffffffffff1f00ffffffff00000000",
            "bytes"
        )
        const copy = new MessageDescriptor(0, 0, 0, 0)
        check(copy.fromBytes(bytes, 0))
        equal(copy.offset, offset, "offset")
        equal(copy.length, u32, "length")
    })
    test("recvTyped gives the descriptor, and its bytes", () => {
        const region = Region.immutable(hex`0102030405`)
        const queue = descriptorQueueOf(2)
        const into = Buffer.alloc(Bytes.Descriptor)
        const message = new ReceivedMessage()
        const descriptor = nameOf(region, 1, 3)
        equal(queue.sendDescriptor(descriptor, MsgPriority.High), 0, "sent")
        equal(queue.recvTyped(into, message), Bytes.Descriptor, "length")
        equal(message.kind, MessageKind.Descriptor, "kind")
        equal(message.isDescriptor(), true, "isDescriptor")
        equal(message.length, Bytes.Descriptor, "message.length")
        equal(message.priority, MsgPriority.High, "priority")
        equal(message.sequence, 0, "sequence")
        equal(contentsOf(message.descriptor), "020304", "what it names")
        const expected = Buffer.alloc(Bytes.Descriptor)
        check(descriptor.toBytes(expected, 0))
        equal(into.toString("hex"), expected.toString("hex"), "bytes")
        nothingLost(queue)
        check(region.destroy())
    })
    test("a message that is none has no descriptor", async () => {
        const region = Region.immutable(hex`01`)
        const queue = descriptorQueueOf(4)
        const into = Buffer.alloc(Bytes.Descriptor)
        const message = new ReceivedMessage()
        equal(message.descriptor, undefined, "at first")
        check(queue.sendDescriptor(nameOf(region, 0, 1)))
        check(queue.send(into)) // 24 bytes that are no descriptor
        check(queue.sendDescriptor(nameOf(region, 0, 1)))
        check(queue.recvTyped(into, message))
        const first = message.descriptor
        check(queue.recvTyped(into, message))
        equal(message.kind, MessageKind.Inline, "kind")
        equal(message.descriptor, undefined, "after another")
        check(queue.recvTyped(into, message))
        equal(message.descriptor, first, "the same object for all of them")
        equal(queue.recvTyped(into, message), -7, "empty")
        equal(message.descriptor, first, "a failure fills nothing")
        check(region.destroy())
    })
    test("peek says that a descriptor is next", () => {
        const region = Region.immutable(hex`01`)
        const queue = descriptorQueueOf(2)
        const entry = new RingEntry()
        check(queue.sendDescriptor(nameOf(region, 0, 1)))
        check(queue.peek(entry))
        equal(entry.isDescriptor(), true, "isDescriptor")
        equal(entry.flags, 1, "flags")
        equal(entry.length, Bytes.Descriptor, "length")
        check(region.destroy())
    })
    test("a descriptor is ordered and counted as any message", () => {
        const region = Region.immutable(hex`010203`)
        const queue = droppingQueueOf(2, Bytes.Descriptor)
        const message = new ReceivedMessage()
        const into = Buffer.alloc(Bytes.Descriptor)
        check(queue.send(byte(7)))
        check(queue.sendDescriptor(nameOf(region, 0, 1)))
        check(queue.sendDescriptor(nameOf(region, 1, 1), MsgPriority.High))
        const low = nameOf(region, 2, 1)
        equal(queue.sendDescriptor(low, MsgPriority.Low), -6, "all are above")
        equal(statsOf(queue).dropped, 1, "the oldest was dropped")
        check(queue.recvTyped(into, message))
        equal(contentsOf(message.descriptor), "02", "the higher one")
        check(queue.recvTyped(into, message))
        equal(contentsOf(message.descriptor), "01", "the other")
        nothingLost(queue)
        check(region.destroy())
    })
    test("bytes are read where they are", () => {
        const region = Region.immutable(hex`ff01020304ff`)
        const descriptor = nameOf(region, 1, 4)
        equal(descriptor.getAt(0, "u32"), 0x04030201, "all")
        equal(descriptor.getAt(3, "u8"), 4, "the last")
        equal(descriptor.getAt(3, "u16"), undefined, "half outside")
        equal(descriptor.getAt(4, "u8"), undefined, "the region's, not its")
        const far: any[] = [-1, 0.5, NaN, 4294967296, Infinity, "0", undefined]
        for (const offset of far)
            equal(descriptor.getAt(offset, "u8"), undefined, "at " + offset)
        equal(descriptor.getAt(0, "i8.8"), 513 / 256, "a fixed point")
        equal(descriptor.getAt(0, "u64"), undefined, "more than all")
        const format: any = "u7"
        equal(descriptor.getAt(0, format), undefined, "no format")
        check(region.destroy())
        equal(descriptor.getAt(0, "u8"), undefined, "destroyed")
    })
    test("a descriptor waits for room, and its sender may run out of time", async () => {
        const region = Region.immutable(hex`01`)
        const queue = descriptorQueueOf(1)
        const descriptor = nameOf(region, 0, 1)
        equal(await queue.sendDescriptorTimeout(descriptor, 0), 0, "at once")
        const none = await queue.sendDescriptorTimeout(descriptor, 0)
        equal(none, -KernelError.Timeout, "no waiting")
        const late = await queue.sendDescriptorTimeout(descriptor, 2)
        equal(late, -KernelError.Timeout, "out of time")
        equal(statsOf(queue).timeouts, 2, "counted")
        const priority = MsgPriority.Urgent
        const urgent = startSendDescriptor(queue, descriptor, FOREVER, priority)
        const first = startSendDescriptor(queue, descriptor)
        await settle()
        check(queue.recv(Buffer.alloc(Bytes.Descriptor)))
        await endsWith(urgent, 0, "the urgent one has the room")
        queue.close()
        await endsWith(first, -KernelError.QueueClosed, "the other is woken")
        nothingLost(queue)
        check(region.destroy())
    })
    test("sent and received without end they give way, accepted or not", async () => {
        const region = Region.immutable(hex`01`)
        const queue = descriptorQueueOf(1)
        const good = nameOf(region, 0, 1)
        const bad = nameOf(region, 1, 1)
        const message = new ReceivedMessage()
        const into = Buffer.alloc(Bytes.Descriptor)
        for (let i = 0; i < Count.Many; ++i) {
            equal(await queue.sendDescriptorTimeout(good, FOREVER), 0, "good")
            equal(await queue.sendDescriptorTimeout(bad, FOREVER), -25, "bad")
            const length = await queue.recvTypedTimeout(into, message, FOREVER)
            equal(length, Bytes.Descriptor, "received")
        }
        check(region.destroy())
    })
})
