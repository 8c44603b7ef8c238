// Records of a sensor, for the suites of typed messages: five bytes each.

import { check, KernelQueue, OverflowPolicy, Schema } from "../../src"
import { equal, nothingLost } from "./support"

export const reading = new Schema(7, {
    sensor: "u8",
    celsius: "f32",
})

/** A queue of records, with room for longer messages. */
export function queueWith(ringSize: number, overflow = OverflowPolicy.Reject) {
    return new KernelQueue({
        ringSize,
        maxMsgSize: 8,
        schema: reading,
        overflow,
    })
}

/** The record of a sensor: its bytes cannot be mistaken for another's. */
export function record(sensor: number): any {
    return { sensor, celsius: sensor + 0.5 }
}

/** A record's bytes. */
export function bytesOf(sensor: number): Buffer {
    const bytes = Buffer.alloc(5)
    check(reading.encode(record(sensor), bytes, 0))
    return bytes
}

/** Sends records without waiting: of the sensors 1, 2, 3. */
export function fill(queue: KernelQueue, sensors: number[]) {
    for (const sensor of sensors) check(queue.sendRecord(record(sensor)))
}

/** Takes all records, and expects each to be whole: "1,2,3". */
export function drain(queue: KernelQueue): string {
    const into = record(0)
    const sensors: number[] = []
    while (queue.recvRecord(into) >= 0) {
        equal(into.celsius, into.sensor + 0.5, "whole")
        sensors.push(into.sensor)
    }
    nothingLost(queue)
    return sensors.join(",")
}
