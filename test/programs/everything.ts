/** Every name of the library, and every method of its classes: the largest image that it can have. */

import {
    check,
    EntryFlag,
    errorName,
    FOREVER,
    KernelError,
    KernelException,
    KernelQueue,
    MessageDescriptor,
    MessageKind,
    MsgPriority,
    OverflowPolicy,
    QueueStats,
    ReceivedMessage,
    recvAny,
    Region,
    RegionHandle,
    RegionPolicy,
    requiredMemory,
    RingBuffer,
    RingEntry,
    Schema,
    sleep,
    validateConfig,
} from "../../src"

const into = Buffer.alloc(24)
const message = new ReceivedMessage()
const record = { n: 1 }

function useRing(ring: RingBuffer) {
    const entry = new RingEntry()
    check(ring.send(hex`01`, MsgPriority.High))
    check(ring.sendBatch([hex`02`, hex`03`], MsgPriority.Low))
    check(ring.peek(entry))
    check(ring.peekAt(1, entry))
    entry.flags = EntryFlag.Descriptor
    entry.isDescriptor()
    check(ring.recv(into))
    check(ring.recvTyped(into, message))
    check(ring.recvBatch(into, [], 8))
    check(ring.reserve(1))
    check(ring.cancel())
    check(ring.reserve(1))
    check(ring.commit(1))
    check(ring.front(entry))
    check(ring.release())
    ring.size()
    ring.available()
    ring.capacity()
    ring.name()
    ring.config()
    ring.backing()
    ring.isEmpty()
    ring.isFull()
    ring.isClosed()
    ring.sendCount()
    ring.recvCount()
    ring.purge()
    ring.close()
}

async function useQueue(queue: KernelQueue) {
    check(await queue.sendTimeout(hex`01`, FOREVER))
    check(await queue.recvTimeout(into, FOREVER))
    check(await queue.sendTimeout(hex`01`, FOREVER))
    check(await queue.recvTypedTimeout(into, message, FOREVER))
    check(await queue.sendTimeout(hex`01`, FOREVER))
    check(await recvAny([queue], into, message, FOREVER))
    check(queue.stats(new QueueStats()))
    useRing(queue)
}

async function useDescriptors(queue: KernelQueue, regions: Region[]) {
    for (const region of regions) {
        const { id, generation }: RegionHandle = region.handle
        const whole = new MessageDescriptor(id, generation, 0, region.size())
        if (region.policy === RegionPolicy.Slab) {
            const slot = check(region.alloc())
            check(region.write(slot, 0, hex`01`))
            check(region.free(slot))
        } else {
            check(queue.sendDescriptor(whole))
            check(queue.recvTyped(into, message))
            check(await queue.sendDescriptorTimeout(whole, FOREVER))
            check(queue.recvTyped(into, message))
            message.kind = MessageKind.Descriptor
            check(message.descriptor.read(into))
            whole.isValid()
            whole.getAt(0, "u8")
            check(whole.toBytes(into, 0))
            check(whole.fromBytes(into, 0))
        }
        region.read(0, 1, into)
        region.getAt(0, "u8")
        check(region.destroy())
    }
    queue.region()
}

async function useRecords(queue: KernelQueue, schema: Schema) {
    check(queue.sendRecord(record))
    check(queue.recvRecord(record))
    check(await queue.sendRecordTimeout(record, FOREVER))
    check(await queue.recvRecordTimeout(record, FOREVER))
    check(schema.encode(record, into, 0))
    check(schema.decode(into, 0, record))
    schema.explain(schema.make())
    schema.layout()
}

async function useAll(): Promise<void> {
    const overflow = OverflowPolicy.DropOldest
    const config = { ringSize: 4, maxMsgSize: 24, overflow }
    check(validateConfig(config))
    const log = Region.appendOnly(8)
    check(log.append(hex`0102`))
    const regions = [Region.immutable(hex`01`), log, Region.slab(4, 2)]
    const schema = new Schema(1, { n: "u8" })
    await useDescriptors(new KernelQueue(config), regions)
    await useRecords(new KernelQueue({ schema }), schema)
    await useQueue(new KernelQueue(config))
    useRing(new RingBuffer(config, Buffer.alloc(requiredMemory(config))))
    await sleep(1)
    try {
        check(-KernelError.NotFound)
    } catch (error) {
        if (error instanceof KernelException) errorName(error.code)
    }
}

await useAll()
console.log("used all")
