// The forms of waiting in soakuptime.ts: how late each was, and waits of each that nobody serves.

import * as ds from "@devicescript/core"
import {
    check,
    KernelError,
    KernelQueue,
    MessageDescriptor,
    ReceivedMessage,
    recvAny,
    Region,
    Schema,
    sleep,
} from "../../src"
import { chosenFault, Fault, fault } from "./soakways"

export enum Ticks {
    Second = 1000,
    Minute = 60000,
    Hour = 3600000,
    Day = 86400000,
    /** Where the VM's wake times wrap around. */
    Wrap = 4294967296,
    /** So near to it other timers of the VM may be late. */
    NearWrap = 1000,
    /** What is no later is on time. */
    OnTime = 1,
}

/** The first wrap that is not over. */
export function nextWrap(): number {
    const wraps = Math.floor((ds.millis() - Ticks.NearWrap) / Ticks.Wrap)
    return Math.max(1, wraps + 1) * Ticks.Wrap
}

/** One form of waiting, with all that became of its waits. */
export class Form {
    served = 0
    timedOut = 0
    late = 0
    worst = 0
    worstAtWrap = 0

    constructor(readonly name: string) {}

    /** A wait that should have ended at a tick is over. */
    note(due: number) {
        const now = ds.millis()
        const late = now - due
        if (late < 0) fault(this.name, -late + " early")
        if (late > Ticks.OnTime) this.late++
        if (Math.abs(due - nextWrap()) <= Ticks.NearWrap)
            this.worstAtWrap = Math.max(this.worstAtWrap, late)
        else this.worst = Math.max(this.worst, late)
    }

    print() {
        const { name, served, timedOut, late, worst, worstAtWrap } = this
        console.log("form " + name, served, timedOut, late, worst, worstAtWrap)
    }
}

export const send = new Form("send")
export const recv = new Form("recv")
export const recvTyped = new Form("recvTyped")
export const anyOf = new Form("recvAny")
export const sendRecord = new Form("sendRecord")
export const recvRecord = new Form("recvRecord")
export const sendDescriptor = new Form("sendDescriptor")
export const pause = new Form("sleep")
export const forms = [
    ...[send, recv, recvTyped, anyOf],
    ...[sendRecord, recvRecord, sendDescriptor, pause],
]

export enum Size {
    Number = 4,
    Descriptor = 24,
    /** Numbers that the region holds, from 0 on: a power of two. */
    Numbers = 64,
}

export const schema = new Schema(1, { n: "u32" })
/** Of messages that are as long as a descriptor. */
export const newQueue = () =>
    new KernelQueue({ ringSize: 1, maxMsgSize: Size.Descriptor as number })
export const newRecordQueue = () =>
    new KernelQueue({ ringSize: 1, maxMsgSize: schema.size, schema })

const numbers = Buffer.alloc(Size.Number * Size.Numbers)
for (let i = 0; i < Size.Numbers; ++i) numbers.setAt(Size.Number * i, "u32", i)
const region = Region.immutable(numbers)

/** Names the place of a number in the region. */
export function describe(number: number): MessageDescriptor {
    const { id, generation } = region.handle
    const offset = Size.Number * (number & (Size.Numbers - 1))
    return new MessageDescriptor(id, generation, offset, Size.Number)
}

/** When each task's wait ends at the latest: the pace is set by them. */
export const dues: number[] = []

// Waits that nobody serves.

const full = newQueue()
const empty = newQueue()
const alsoEmpty = newQueue()
const fullOfRecords = newRecordQueue()
const emptyOfRecords = newRecordQueue()
const fullOfDescriptors = newQueue()
const empties = [empty, alsoEmpty]
const record = { n: 0 }
const into = Buffer.alloc(Size.Number)
const message = new ReceivedMessage()
const descriptor = describe(0)
check(full.send(into))
check(fullOfRecords.sendRecord(record))
check(fullOfDescriptors.sendDescriptor(descriptor))

/** Waits by a form until the time is over. */
async function passBy(form: Form, ticks: number) {
    let result: number = -KernelError.Timeout
    if (form === send) result = await full.sendTimeout(into, ticks)
    if (form === recv) result = await empty.recvTimeout(into, ticks)
    if (form === recvTyped)
        result = await empty.recvTypedTimeout(into, message, ticks)
    if (form === anyOf) result = await recvAny(empties, into, message, ticks)
    if (form === sendRecord)
        result = await fullOfRecords.sendRecordTimeout(record, ticks)
    if (form === recvRecord)
        result = await emptyOfRecords.recvRecordTimeout(record, ticks)
    if (form === sendDescriptor)
        result = await fullOfDescriptors.sendDescriptorTimeout(
            descriptor,
            ticks
        )
    if (form === pause)
        await sleep(chosenFault === Fault.Late ? ticks + 3 : ticks)
    if (result !== -KernelError.Timeout) fault(form.name, "result " + result)
}

async function passUntil(form: Form, due: number, id: number) {
    dues[id] = due
    await passBy(form, due - ds.millis())
    form.timedOut++
    form.note(due)
}

const lengths = [
    ...[7 * Ticks.Second, 77 * Ticks.Minute, 26 * Ticks.Hour, 0x3fffffff],
    ...[11 * Ticks.Second, 20 * Ticks.Day, 5 * Ticks.Minute, 9 * Ticks.Hour],
]
const monthLengths = [0x100000000, 60 * Ticks.Day, 110 * Ticks.Day]

/** One wait after another, of lengths that differ from form to form. */
async function passAll(form: Form, first: number, all: number[], id: number) {
    for (let i = first; ; ++i)
        await passUntil(form, ds.millis() + all[i % all.length], id)
}

/** Waits that end on a wrap, or next to it. */
async function passWraps(form: Form, first: number, id: number) {
    const ends = [0, -1, 1, -17, 16, -100, 100, 0]
    for (let i = first; ; ++i) {
        const due = nextWrap() + ends[i % ends.length]
        await passUntil(form, due, id)
        await passUntil(form, nextWrap() + Ticks.NearWrap + 1, id)
    }
}

/** Starts the tasks that nobody serves. */
export function startPassing() {
    for (let i = 0; i < forms.length; ++i) {
        passAll.start(forms[i], i, lengths, dues.push(0) - 1)
        passAll.start(forms[i], i, monthLengths, dues.push(0) - 1)
        passWraps.start(forms[i], i, dues.push(0) - 1)
    }
}
