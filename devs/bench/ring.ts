/**
 * Whether a ring's cost depends on its length, or on how much it holds; a descriptor's on how much it names; and
 * what it costs to look at eight queues.
 */

import * as ds from "@devicescript/core"
import {
    check,
    FOREVER,
    KernelQueue,
    MessageDescriptor,
    MsgPriority,
    ReceivedMessage,
    recvAny,
    Region,
} from "../../src"
import { expect, loadBallast, measure, Work } from "./harness"
import { Payload } from "./payload"

enum Size {
    Short = 16,
    Long = 1024,
    MsgBytes = 4,
    Deep = 1000,
    FillMask = 127,
    /** A run's messages. */
    Run = 300,
    DescriptorRun = 60,
    Several = 8,
    SeveralRun = 60,
    /** What the long ring takes: a slot is its message and twelve bytes. */
    LongBytes = 16392,
    /** What a descriptor names at most: as much as fits beside that. */
    RegionBytes = 15000,
    EntryBytes = 64,
    DescriptorBytes = 24,
}

loadBallast(Size.LongBytes + (Size.RegionBytes as number))
const region = Region.appendOnly(Size.RegionBytes)
for (let i = 0; i < Size.RegionBytes; i += 1000)
    check(region.append(Buffer.alloc(1000)))
const payload = new Payload(Size.MsgBytes)
const { msg, into } = payload
const shortRing = new KernelQueue({
    ringSize: Size.Short,
    maxMsgSize: Size.MsgBytes,
})
const longRing = new KernelQueue({
    ringSize: Size.Long,
    maxMsgSize: Size.MsgBytes,
})

/** @param depth messages queued while the message is sent that is timed, itself among them */
function exchange(name: string, queue: KernelQueue, depth: number): Work {
    return {
        name: name + " " + Size.MsgBytes,
        messages: Size.Run,
        run: async (messages: number) => {
            const own = queue
            for (let i = 0; i < messages; ++i) {
                own.send(msg, MsgPriority.Normal)
                own.recv(into)
            }
        },
        before: async () => {
            payload.stamp()
            for (let i = 1; i < depth; ++i) {
                queue.send(msg)
                if ((i & Size.FillMask) === 0) await ds.sleep(0) // the VM's limit of opcodes
            }
            await ds.sleep(0)
        },
        after: async () => {
            expect(queue.size() === depth - 1, name)
            queue.purge()
            expect(payload.hasArrived(), name)
        },
    }
}

const descriptors = new KernelQueue({
    ringSize: Size.Short,
    maxMsgSize: Size.EntryBytes,
})
const message = new ReceivedMessage()
const descriptorInto = Buffer.alloc(Size.DescriptorBytes)

function describe(name: string, lengthBytes: number): Work {
    const { id, generation } = region.handle
    const named = new MessageDescriptor(id, generation, 0, lengthBytes)
    return {
        name: name + " " + Size.EntryBytes,
        messages: Size.DescriptorRun,
        run: async (messages: number) => {
            const own = descriptors
            for (let i = 0; i < messages; ++i) {
                own.sendDescriptor(named, MsgPriority.Normal)
                own.recvTyped(descriptorInto, message)
            }
        },
        after: async () =>
            expect(message.descriptor.length === lengthBytes, name),
    }
}

const several: KernelQueue[] = []
for (let i = 0; i < Size.Several; ++i)
    several.push(
        new KernelQueue({ ringSize: 1, maxMsgSize: Size.EntryBytes as number })
    )
const large = new Payload(Size.EntryBytes)

/** The message is in the last of the queues. */
function receive(name: string, run: (messages: number) => Promise<void>): Work {
    return {
        name: name + " " + Size.EntryBytes,
        messages: Size.SeveralRun,
        run,
        before: async () => large.stamp(),
        after: async () => expect(large.hasArrived(), name),
    }
}

async function receiveAny(messages: number) {
    const last = several[Size.Several - 1]
    for (let i = 0; i < messages; ++i) {
        last.send(large.msg, MsgPriority.Normal)
        await recvAny(several, large.into, message, FOREVER)
    }
}

async function receiveOne(messages: number) {
    const last = several[Size.Several - 1]
    for (let i = 0; i < messages; ++i) {
        last.send(large.msg, MsgPriority.Normal)
        await last.recvTimeout(large.into, FOREVER)
    }
}

const works = [
    receive("any of eight", receiveAny),
    receive("of one", receiveOne),
    describe("descriptor short", Size.MsgBytes),
    describe("descriptor long", Size.RegionBytes),
    exchange("ring 16", shortRing, 1),
    exchange("ring 1024", longRing, 1),
    exchange("depth 1000", longRing, Size.Deep),
    {
        name: "ring loop",
        messages: Size.Run,
        run: async (messages: number) => {
            for (let i = 0; i < messages; ++i) continue
        },
    },
]
await measure(works)
