// Runs the benchmark's programs on the real VM and measures between the marks that they print.

import { VirtualClock } from "../vm/clock.mjs"
import { compile } from "../devicescript/compiler.mjs"
import { Simulator } from "../vm/simulator.mjs"
import { median } from "./statistics.mjs"

/**
 * @typedef {object} Mark
 * @property {string} work
 * @property {number} messages
 */

/**
 * Runs a program until it has done so many rounds.
 * @param {string} source
 * @param {number} rounds
 * @param {{ onBegin: (mark: Mark, simulator: Simulator) => void,
 *     onEnd: (mark: Mark, simulator: Simulator) => void,
 *     onArrived?: (count: number, work: string) => void }} handlers
 */
async function runMarked(source, rounds, { onBegin, onEnd, onArrived }) {
    const program = await compile(source)
    // virtual, so that no pause is waited for: what is measured is the processor's time
    const clock = new VirtualClock()
    let done = 0
    let mark = { work: "", messages: 0 }
    const onLine = line => {
        if (line === "> end") return onEnd(mark, simulator)
        if (line === "> round") return done++
        const [, what, count, ...work] = line.split(" ")
        if (what === "arrived") onArrived?.(Number(count), work.join(" "))
        if (what !== "begin") return
        mark = { work: work.join(" "), messages: Number(count) }
        onBegin(mark, simulator)
    }
    const simulator = await Simulator.start(program, { clock, onLine })
    while (!simulator.ended && done < rounds && clock.runNext());
    simulator.stop()
    if (done < rounds)
        throw new Error(
            [`${source} ended early`, ...simulator.lines.slice(-9)].join("\n")
        )
}

/**
 * The time of each work.
 * @param {string} source
 * @param {number} rounds
 * @returns {Promise<{ times: Record<string, number[]>, arrivals: Record<string, number> }>} `times` in
 *     microseconds a message, one a round; `arrivals` the share of the messages that arrived, where told
 */
export async function measureTimes(source, rounds) {
    const times = /** @type {Record<string, number[]>} */ ({})
    const arrivals = /** @type {Record<string, number>} */ ({})
    let beganMs = 0
    let sent = 0
    await runMarked(source, rounds, {
        onBegin: () => (beganMs = performance.now()),
        onEnd: ({ work, messages }) => {
            const tookMs = performance.now() - beganMs
            const samples = (times[work] ??= [])
            samples.push((tookMs * 1000) / messages)
            sent = messages
        },
        onArrived: (count, work) => (arrivals[work] = count / sent),
    })
    return { times, arrivals }
}

/** The VM counts the words that it has allocated since the last collection; nothing tells where. */
const wordBytes = 4
const allocationRounds = 9
/** Of `hundred` and `fivehundred`: what one buffer holds more than the other. */
const differenceBytes = 400
const smallBytes = 100
/** Header and rounding of a buffer. */
const overheadBytesMax = 24

/**
 * The heap that each work of devs/bench/allocations.ts allocates, in bytes a message.
 *
 * Finds the VM's count of allocated words by what it must do - rise by so much for these buffers, by so much
 * more for those, in most of the rounds - and reads it. A collection sets it back: hence the medians.
 * @returns {Promise<Record<string, number> | undefined>} undefined if not exactly one word behaves so
 */
export async function measureAllocations() {
    /** @type {Record<string, Map<number, number>[]>} */
    const rises = {}
    let messagesARun = 1
    let before = new Uint32Array()
    await runMarked("devs/bench/allocations.ts", allocationRounds, {
        onBegin: (_, simulator) => (before = simulator.memory.slice()),
        onEnd: ({ work, messages }, simulator) => {
            const samples = (rises[work] ??= [])
            samples.push(findRises(before, simulator.memory))
            messagesARun = messages
        },
    })
    const bytesOf = (work, address) =>
        (medianRise(rises[work], address) * wordBytes) / messagesARun
    const isCount = address => {
        const small = bytesOf("hundred", address) - bytesOf("loop", address)
        const difference =
            bytesOf("fivehundred", address) - bytesOf("hundred", address)
        return (
            difference === differenceBytes &&
            small >= smallBytes &&
            small <= smallBytes + overheadBytesMax
        )
    }
    const found = [...rises.hundred[0].keys()].filter(isCount)
    if (found.length !== 1) return
    const [address] = found
    const entries = Object.keys(rises).map(work => [
        work,
        bytesOf(work, address) - bytesOf("loop", address),
    ])
    return Object.fromEntries(entries)
}

function findRises(before, after) {
    const rises = new Map()
    for (let i = 0; i < before.length; ++i)
        if (after[i] !== before[i]) rises.set(i, after[i] - before[i])
    return rises
}

function medianRise(samples, address) {
    return median(samples.map(sample => sample.get(address) ?? 0))
}
