// Messages one by one, in soakuptime.ts. In each lane a task waits, for a message or for room, and is served in
// its turn; it waits with timeouts of seconds, which run out, and of hours and days, which do not.

import * as ds from "@devicescript/core"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    ReceivedMessage,
    recvAny as receiveAny,
} from "../../src"
import { describe, dues, Form, newQueue } from "./soakforms"
import { anyOf, newRecordQueue, recv, recvRecord, recvTyped } from "./soakforms"
import { send, sendDescriptor, sendRecord, Size, Ticks } from "./soakforms"
import { chosenFault, Fault, Way } from "./soakways"

const timeouts = [
    ...[20 * Ticks.Second, 3 * Ticks.Minute, 4 * Ticks.Hour, 2 * Ticks.Day],
    ...[45 * Ticks.Second, 77 * Ticks.Day, FOREVER],
]

/** What the task in a lane waits for. */
class Lane extends Way {
    /** When it could go on. */
    servedAt = ds.millis()
    readonly buffer = Buffer.alloc(Size.Descriptor)
    readonly message = new ReceivedMessage()
    readonly record = { n: 0 }

    constructor(
        readonly form: Form,
        queues: KernelQueue[]
    ) {
        super(form.name, queues)
    }
}

const lanes = [
    new Lane(recv, [newQueue()]),
    new Lane(recvTyped, [newQueue()]),
    new Lane(recvRecord, [newRecordQueue()]),
    new Lane(anyOf, [newQueue(), newQueue()]),
    new Lane(send, [newQueue()]),
    new Lane(sendRecord, [newRecordQueue()]),
    new Lane(sendDescriptor, [newQueue()]),
]

function isSender({ form }: Lane): boolean {
    return form === send || form === sendRecord || form === sendDescriptor
}

/** Numbers in descriptors begin anew after the last: this is the one that is meant. */
function unfold(folded: number, lane: Lane): number {
    return lane.received + ((folded - lane.received) & (Size.Numbers - 1))
}

/** The number of the message that a receiver got. */
function numberOf(lane: Lane): number {
    const { form, buffer, message, record } = lane
    if (form === recvRecord) return record.n
    if (form !== recvTyped) return buffer.getAt(0, "u32")
    check(message.descriptor.read(buffer))
    return unfold(buffer.getAt(0, "u32"), lane)
}

async function waitOnce(lane: Lane, timeout: number): Promise<number> {
    const { form, queues, buffer, message, record } = lane
    const queue = queues[0]
    if (form === recv) return await queue.recvTimeout(buffer, timeout)
    if (form === recvTyped)
        return await queue.recvTypedTimeout(buffer, message, timeout)
    if (form === recvRecord)
        return await queue.recvRecordTimeout(record, timeout)
    if (form === anyOf)
        return await receiveAny(queues, buffer, message, timeout)
    if (form === send) {
        buffer.setAt(0, "u32", lane.sent)
        return await queue.sendTimeout(buffer, timeout)
    }
    record.n = lane.sent
    if (form === sendRecord)
        return await queue.sendRecordTimeout(record, timeout)
    return await queue.sendDescriptorTimeout(describe(lane.sent), timeout)
}

async function work(lane: Lane, id: number) {
    for (let i = id; ; ++i) {
        const timeout = timeouts[i % timeouts.length]
        const due = ds.millis() + timeout
        dues[id] = due
        const result = await waitOnce(lane, timeout)
        if (result === -KernelError.Timeout) {
            lane.form.timedOut++
            lane.form.note(due)
            continue
        }
        check(result)
        lane.form.served++
        lane.form.note(lane.servedAt)
        if (isSender(lane)) lane.number(0)
        else lane.took(numberOf(lane), 0)
    }
}

/** For those who serve: what a waiting task brought must be left alone. */
const fed = Buffer.alloc(Size.Descriptor)
const fedMessage = new ReceivedMessage()
const fedRecord = { n: 0 }

/** A message for the task that waits in a lane. */
async function give(lane: Lane) {
    const { form, queues } = lane
    const number = lane.number(0)
    // as if it had been lost on its way
    if (chosenFault === Fault.Lost && form === recv && number === 3) return
    lane.servedAt = ds.millis()
    if (form === recvTyped)
        check(await queues[0].sendDescriptorTimeout(describe(number), FOREVER))
    else if (form === recvRecord) {
        fedRecord.n = number
        check(await queues[0].sendRecordTimeout(fedRecord, FOREVER))
    } else {
        fed.setAt(0, "u32", number)
        check(await queues[number % queues.length].sendTimeout(fed, FOREVER))
    }
}

/** Room for the task that waits in a lane: one takes out what was queued. */
function makeRoom(lane: Lane) {
    const queue = lane.queues[0]
    lane.servedAt = ds.millis()
    if (lane.form === sendRecord) {
        check(queue.recvRecord(fedRecord))
        lane.took(fedRecord.n, 0)
    } else if (lane.form === send) {
        check(queue.recv(fed))
        lane.took(fed.getAt(0, "u32"), 0)
    } else {
        check(queue.recvTyped(fed, fedMessage))
        check(fedMessage.descriptor.read(fed))
        lane.took(unfold(fed.getAt(0, "u32"), lane), 0)
    }
}

/** Starts a task in each lane. Those that send find room at first. */
export function startLanes() {
    for (const lane of lanes) work.start(lane, dues.push(0) - 1)
}

/** The next message, in the next lane. */
export async function feed(number: number) {
    const lane = lanes[number % lanes.length]
    if (isSender(lane)) makeRoom(lane)
    else await give(lane)
}

/** Of all lanes: what was sent has come, but for the message that lies ready behind each sender. */
export function auditLanes() {
    for (const lane of lanes) lane.audit(isSender(lane) ? 1 : 0)
}
