// What the driver wrote down, event by event.

import { Trace } from "../programs/calls"

export interface Begin {
    kind: "begin"
    task: number
    index: number
    tick: number
}

/** A call has returned. */
export interface End {
    kind: "end"
    task: number
    index: number
    tick: number
    /** Undefined if it is no integer. */
    result: number | undefined
    /** What the call adds. */
    more: Reader
    /** The queue's figures. */
    figures: Reader | undefined
}

export class Reader {
    private at = 0
    constructor(private readonly bytes: Buffer) {}

    get isAtEnd() {
        return this.at >= this.bytes.length
    }
    u8() {
        return this.bytes[this.at++]
    }
    u16() {
        this.at += 2
        return this.bytes.readUInt16LE(this.at - 2)
    }
    u32() {
        this.at += 4
        return this.bytes.readUInt32LE(this.at - 4)
    }
    i32() {
        this.at += 4
        return this.bytes.readInt32LE(this.at - 4)
    }
    f64() {
        this.at += 8
        return this.bytes.readDoubleLE(this.at - 8)
    }
    take(length: number) {
        this.at += length
        if (this.at > this.bytes.length) throw new Error("the trace is cut")
        return this.bytes.subarray(this.at - length, this.at)
    }
    /** A list with its length in front. */
    list(): number[] {
        return [...this.take(this.u8())]
    }
    text() {
        return this.take(this.u8()).toString()
    }
    /** A value that may be no number. */
    value(): number | undefined | "other" {
        const kind = this.u8()
        if (kind === 1) return this.f64()
        return kind === 0 ? undefined : "other"
    }
}

const figuresSize = 14

export function* eventsOf(trace: Buffer): Generator<Begin | End> {
    const length = trace.readUInt16LE(Trace.Length)
    if (length > Trace.Bytes - 200) throw new Error("the trace is full")
    const all = new Reader(trace.subarray(0, Math.max(length, Trace.Events)))
    all.take(Trace.Events)
    while (!all.isAtEnd) {
        const task = all.u8()
        const index = all.u8()
        if (task >= Trace.Begin) {
            const begin = { task: task - Trace.Begin, index, tick: all.u32() }
            yield { kind: "begin", ...begin }
            continue
        }
        const flags = all.u8()
        const tick = all.u32()
        const result = all.i32()
        const isOdd = (flags & Trace.Odd) !== 0
        const more = new Reader(all.take(all.u16()))
        const hasFigures = (flags & Trace.Figures) !== 0
        const figures = hasFigures
            ? new Reader(all.take(figuresSize))
            : undefined
        yield {
            ...{ kind: "end", task, index, tick, more, figures },
            result: isOdd ? undefined : result,
        }
    }
}
