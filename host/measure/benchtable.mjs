// What npm run bench prints: which work is compared with which, and the table.

import { createRequire } from "node:module"
import { arch, platform } from "node:os"
import { median, quantile } from "./statistics.mjs"

/**
 * @typedef {object} Row
 * @property {string} work     what is done
 * @property {string} against  the peer
 * @property {string} own      the queue's work in devs/bench, its size left out
 * @property {string} peer     the peer's
 * @property {string} loop     the loop that both run in: its time is taken off
 * @property {number[]} sizes  of the messages, in bytes
 */

const sizes = [4, 16, 64]

/** @returns {Row} */
function row(work, against, own, peer, loop, ofSizes = sizes) {
    return { work, against, own, peer, loop, sizes: ofSizes }
}

const both = "send + recv"
const omitted = `${both}, priority left out`
const mixed = `${both}, four priorities mixed`
const ready = "send + recvTimeout, never empty"
const batch = "sendBatch + recvBatch of eight"
const single = "one message a task switch"
const burst = "eight messages a task switch"
const long = `${both}, ringSize 1024`
const deep = `${both}, 1000 queued`
const any = "send + recvAny of eight queues"
const byHand = "by hand, see below"
const sixOfThree = "record of six numbers, three formats"
const sixOfFour = "record of six numbers, four formats"
const one = "record of one number"
const schema = "send + recv, with a schema"
const descriptor = "sendDescriptor + recvTyped, 15,000 bytes"
const rows = [
    row(both, "ArrayKernel", "queue given", "kernel given", "loop"),
    row(both, "ArrayQueue", "queue given", "array", "loop"),
    row(omitted, "ArrayQueue", "queue omitted", "array", "loop"),
    row(batch, "ArrayQueue", "queue batch", "array", "loop"),
    row(mixed, "ArrayKernel", "queue mixed", "kernel mixed", "mixed loop"),
    row(ready, "ArrayKernel", "queue ready", "kernel ready", "loop"),
    row(single, "ArrayKernel", "queue single", "kernel single", "single loop"),
    row(burst, "ArrayKernel", "queue burst", "kernel burst", "burst loop"),
    row(
        ...["one message a tick", "ds.emitter"],
        ...["queue tick", "emitter tick", "tick loop", [64]]
    ),
    row(both, "two empty calls", "queue given", "calls", "loop", [64]),
    row(both, "two blitAts", "queue given", "blits", "loop", [64]),
    row(long, "ringSize 16", "ring 1024", "ring 16", "ring loop", [4]),
    row(deep, "1 queued", "depth 1000", "ring 1024", "ring loop", [4]),
    row(
        ...[any, "recvTimeout of one"],
        ...["any of eight", "of one", "ring loop", [64]]
    ),
    row(sixOfThree, byHand, "record three", "hand three", "record loop", [16]),
    row(sixOfFour, byHand, "record four", "hand four", "record loop", [16]),
    row(one, byHand, "record one", "hand one", "record loop", [4]),
    row(
        ...[schema, "without one"],
        ...["schema bytes", "plain bytes", "record loop", [16]]
    ),
    row(
        ...[descriptor, "of 4 bytes"],
        ...["descriptor long", "descriptor short", "ring loop", [64]]
    ),
]

/**
 * What the figures are, and what they were taken on.
 * @param {number} rounds
 */
export function describeConditions(rounds) {
    const { version } = createRequire(import.meta.url)(
        "@devicescript/cli/package.json"
    )
    const date = new Date().toISOString().slice(0, 10)
    return `
Time of the kernel queue as a multiple of the peer's: below 1 the queue is faster. Medians of
${rounds} interleaved rounds, with their quartiles; the time of the loops themselves is taken off.
DeviceScript ${version}, the simulator's VM (WASM), a heap filled by 32,000 bytes; node ${process.version},
${platform()} ${arch()}; ${date}. An entry of the queue holds 64 bytes, the ring 16 entries (256 where a task waits).
By hand: the fields of an object by setAt into a buffer, send, recv, and by getAt into the fields of another one.
`
}

/** @param {Record<string, number[]>} times microseconds a message, one a round */
export function describeTimes(times) {
    const head = ["work", "against", ...sizes.map(size => `${size} bytes`)]
    const lines = rows.map(row => cellsOf(row, times))
    return align([[...head, "us", "us peer"], ...lines])
}

/**
 * @param {Row} row
 * @param {Record<string, number[]>} times
 */
function cellsOf(row, times) {
    const loopUs = median(times[row.loop])
    const netOf = work => times[work].map(us => us - loopUs)
    const ratios = sizes.map(size => {
        if (!row.sizes.includes(size)) return ""
        const peer = netOf(`${row.peer} ${size}`)
        return describeRatios(
            netOf(`${row.own} ${size}`).map((us, i) => us / peer[i])
        )
    })
    const largest = row.sizes[row.sizes.length - 1]
    const usOf = work => median(netOf(`${work} ${largest}`)).toFixed(1)
    return [row.work, row.against, ...ratios, usOf(row.own), usOf(row.peer)]
}

function describeRatios(ratios) {
    const [low, middle, high] = [0.25, 0.5, 0.75].map(share =>
        quantile(ratios, share).toFixed(2)
    )
    return `${middle} (${low}-${high})`
}

/** @param {string[][]} lines of cells: the first two are words, the others figures */
function align(lines) {
    const widths = lines[0].map((_, column) =>
        Math.max(...lines.map(cells => cells[column].length))
    )
    const pad = (cell, column) =>
        column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column])
    return lines.map(cells => cells.map(pad).join("  ")).join("\n")
}

/** @param {Record<string, number> | undefined} bytes a message, by work */
export function describeAllocations(bytes) {
    if (bytes === undefined)
        return "\nheap allocated a message: the VM's count was not found"
    const { queue, kernel, array } = bytes
    return (
        `\nheap allocated a message, send + recv, 64 bytes: queue ${queue} bytes, ` +
        `ArrayKernel ${kernel}, ArrayQueue ${array}`
    )
}

/** @param {Record<string, number>} arrivals the share of an emitter's messages, by work */
export function describeArrivals(arrivals) {
    const of1000 = work => Math.round(arrivals[`emitter ${work} 64`] * 1000)
    return (
        `of 1000 messages ds.emitter delivers ${of1000("tick")} at one a tick, ` +
        `${of1000("tick burst")} at eight a tick, ${of1000("single")} at one a task ` +
        `switch;\nthe queue and ArrayKernel all of them (else the benchmark stops)`
    )
}
