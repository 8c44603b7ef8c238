// The driver's trace: see `Trace`. An event is a call that begins, or one that has returned.

import * as ds from "@devicescript/core"
import { KernelQueue, QueueStats, ReceivedMessage, RingEntry } from "../../src"
import { Trace } from "./calls"

export const trace = Buffer.alloc(Trace.Bytes)
trace.blitAt(0, Buffer.from("kqtrace!"), 0, 8)
trace.setAt(Trace.Check, "u16", Trace.IsHere)
let end = Trace.Events as number
let startMs = 0
const figures = new QueueStats()

/** From now on ticks count from here. */
export function startClock() {
    startMs = ds.millis()
}

export function put8(value: number) {
    trace[end] = value
    end++
}

export function put16(value: number) {
    trace.setAt(end, "u16", value & 0xffff)
    end += 2
}

export function put32(value: number) {
    trace.setAt(end, "u32", value >>> 0)
    end += 4
}

export function putBytes(bytes: Buffer, from: number, length: number) {
    put8(length)
    trace.blitAt(end, bytes, from, length)
    end += length
}

export function putNumber(value: any) {
    if (typeof value !== "number") {
        put8(typeof value === "undefined" ? 0 : 2)
        return
    }
    put8(1)
    trace.setAt(end, "f64", value)
    end += 8
}

export function putEntry(of: RingEntry) {
    put16(of.length)
    put8(of.priority)
    put8(of.flags)
    put8(of.isDescriptor() ? 1 : 0)
    put16(of.sequence)
}

export function putMessage(message: ReceivedMessage) {
    putEntry(message)
    put8(message.kind)
    const { descriptor } = message
    put8(descriptor === undefined ? 0 : 1)
    if (descriptor !== undefined) {
        put32(descriptor.regionId)
        put32(descriptor.generation)
        put32(descriptor.offset)
        put32(descriptor.length)
    }
}

function now(): number {
    return ds.millis() - startMs
}

/** Makes the host see what was written. */
export function tell(alive: number) {
    trace.setAt(Trace.Length, "u16", end)
    trace.setAt(Trace.Alive, "u16", alive)
}

/** A call begins that may park. */
export function putBegin(task: number, index: number) {
    put8(Trace.Begin | task)
    put8(index)
    put32(now())
}

/** Begins the event of a call's return. Returns where it stands. */
export function beginEvent(task: number, index: number): number {
    const event = end
    put8(task)
    put8(index)
    put8(0)
    put32(now())
    put32(0)
    put16(0)
    return event
}

/**
 * Ends it: what the call adds is written.
 * @param queue whose figures follow, undefined for none
 */
export function endEvent(event: number, result: any, queue: KernelQueue) {
    const isInteger =
        typeof result === "number" && result === Math.floor(result)
    let flags = isInteger ? 0 : (Trace.Odd as number)
    trace.setAt(event + 11, "u16", end - event - 13)
    if (isInteger) trace.setAt(event + 7, "u32", result >>> 0)
    if (queue !== undefined) {
        putFigures(queue)
        flags |= Trace.Figures
    }
    trace[event + 2] = flags
}

function putFigures(queue: KernelQueue) {
    queue.stats(figures)
    put16(figures.sent)
    put16(figures.received)
    put16(figures.dropped)
    put16(figures.purged)
    put16(figures.timeouts)
    put8(figures.highWater)
    put8(figures.size)
    put8(figures.waitingSenders)
    put8(figures.waitingReceivers)
}
