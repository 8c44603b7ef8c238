// What the driver's calls are made on, and with.

import {
    KernelQueue,
    MessageDescriptor,
    ReceivedMessage,
    Region,
    Schema,
} from "../../src"
import {
    byteOf,
    Coded,
    counts,
    Field,
    Fill,
    junk,
    priorities,
    records,
    timeouts,
} from "./calls"
import { putBytes, putNumber, putMessage } from "./drivertrace"

export const history = hex`
    6b716869737400ff00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000
    000000000000000000000000000000000000`

export const flash = hex`f1f2f3f4`
export const schema = new Schema(7, {
    a: "u8",
    b: "i16",
    c: "f32",
    d: "bool",
    e: "i8.8",
    f: "u8[2]",
})
export const queues: KernelQueue[] = []
export const regions: Region[] = []
export const descriptors: MessageDescriptor[] = []
/** What each task sends: another may change it. */
export const outgoing: any[] = []

/** What a call is made with. */
export interface Step {
    task: number
    index: number
    /** Where it stands in the history. */
    at: number
    into: any
    message: any
    queue: KernelQueue
}

export function field(at: number, which: Field): number {
    return history[at + which]
}

/** A buffer with the bytes of a message. */
export function payload(id: number, length: number): Buffer {
    const bytes = Buffer.alloc(length)
    for (let i = 0; i < length; ++i) bytes[i] = byteOf(id, i)
    return bytes
}

export function idOf(step: Step): number {
    return (step.task << 8) | step.index
}

export function junkOf(code: number): any {
    return junk[code - Coded.Junk]
}

export function messageOf(step: Step): any {
    const code = field(step.at, Field.Buffer)
    let message: any = undefined
    if (code === Coded.Flash) message = flash
    else if (code >= Coded.Junk) message = junkOf(code)
    else message = payload(idOf(step), code)
    outgoing[step.task] = message
    return message
}

/** The number of the call's queue. */
export function targetOf(step: Step): number {
    return field(step.at, Field.Target) % queues.length
}

export function intoOf(step: Step): any {
    const code = field(step.at, Field.Buffer)
    if (code === Coded.Flash) return flash
    if (code >= Coded.Junk) return junkOf(code)
    const into = Buffer.alloc(code)
    into.fillAt(0, code, Fill.Untouched)
    step.into = into
    return into
}

export function objectOf(step: Step, proper: any): any {
    const code = field(step.at, Field.Object)
    return code === 0 ? proper : junk[code - 1]
}

export function receivedOf(step: Step): any {
    step.message = new ReceivedMessage()
    return objectOf(step, step.message)
}

export function priorityOf(step: Step): any {
    return priorities[field(step.at, Field.Priority)]
}

export function timeoutOf(step: Step): any {
    return timeouts[field(step.at, Field.Timeout)]
}

export function firstOf(step: Step): any {
    return counts[field(step.at, Field.First)]
}

export function secondOf(step: Step): any {
    return counts[field(step.at, Field.Second)]
}

export function recordOf(step: Step): any {
    const code = field(step.at, Field.First)
    const record =
        code >= Coded.Junk ? junkOf(code) : Object.assign({}, records[code])
    outgoing[step.task] = record
    return record
}

export function descriptorOf(step: Step): any {
    const code = field(step.at, Field.First)
    return code >= Coded.Junk ? junkOf(code) : descriptors[code]
}

/** What came, and what was left alone behind it. */
export function putInto(step: Step) {
    if (step.into !== undefined) putBytes(step.into, 0, step.into.length)
}

export function putReceived(step: Step, result: number) {
    putInto(step)
    if (result >= 0) putMessage(step.message)
}

export function putRecord(record: any) {
    putNumber(record.a)
    putNumber(record.b)
    putNumber(record.c)
    putNumber(record.d === true ? 1 : record.d === false ? 0 : undefined)
    putNumber(record.e)
    putNumber(record.f.length)
    for (const each of record.f) putNumber(each)
}

/** What a constructor or a maker throws, as a result. */
export function codeOf(error: any): number {
    return error.name === "KernelException" ? -error.code : -9999
}
