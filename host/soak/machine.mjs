// Runs a program of the soak on a VM in virtual time: what it needs beside host/vm/simulator.mjs is a heap of any size,
// and a look at that heap whenever the program is at rest.

import { VirtualClock } from "../vm/clock.mjs"
import { Heap } from "../vm/heap.mjs"
import { endedWell, longestStepMs, Simulator } from "../vm/simulator.mjs"

const mark = Buffer.from("736f616b" + "00000000" + "0000" + "00" + "ff", "hex")
const place = { amount: 4, variant: 8, fault: 10 }

/** What a program can be told to do wrong: as in test/programs/soakways.ts. */
export const Fault = {
    none: 0,
    leak: 1,
    lost: 2,
    twice: 3,
    swapped: 4,
    late: 5,
    panic: 6,
    silent: 7,
}

/**
 * The program with what is wanted of it behind its mark: see test/programs/soakways.ts.
 * @param {import("../devicescript/program.mjs").Program} program
 * @param {{ amount: number, variant?: number, fault?: number }} wanted
 */
export function choose(program, { amount, variant = 1, fault = Fault.none }) {
    const binary = Buffer.from(program.binary)
    const at = binary.indexOf(mark)
    if (at < 0) throw new Error(`${program.source} has no mark`)
    binary.writeUInt32LE(amount, at + place.amount)
    binary.writeUInt16LE(variant, at + place.variant)
    binary[at + place.fault] = fault
    return { ...program, binary }
}

/**
 * What is free of a heap when all is at rest and its garbage is collected.
 * @typedef {object} Look
 * @property {number} freeBytes
 * @property {number} objects
 */

/** A VM with one program, whose heap can be looked at. */
export class SoakMachine {
    turns = 0
    /** Collections that were seen: two within one turn of the outer loop are one. */
    collections = 0
    /** @type {Heap} */
    heap = /** @type {any} */ (undefined)
    #clock
    #startMs
    #startedMs = performance.now()
    #idleUntilMs = 0
    #allocated = 0
    /** @type {Simulator} */
    #run = /** @type {any} */ (undefined)

    /**
     * @param {import("../devicescript/program.mjs").Program} program
     * @param {{ chargeMs: number, heapBytes?: number, onLine: (line: string, machine: SoakMachine) => void }} options
     *     heapBytes: left out, the VM's own
     */
    static async start(program, { chargeMs, heapBytes, onLine }) {
        const machine = new SoakMachine(new VirtualClock({ chargeMs }))
        const look = line => {
            // the VM says so when it has made the heap, and before it runs the program
            if (line.startsWith("* start: ")) machine.#findHeap(heapBytes)
            onLine(line, machine)
        }
        machine.#run = await Simulator.start(program, {
            clock: machine.#clock,
            onLine: look,
        })
        return machine
    }

    constructor(clock) {
        this.#clock = clock
        this.#startMs = clock.nowMs
    }

    #findHeap(bytes) {
        this.heap = new Heap(this.#run)
        if (bytes !== undefined) this.heap.shrink(bytes)
    }

    /** From now on the VM collects at each allocation: what is free then is what the program does not need. */
    collectAlways(always) {
        this.#run.collectAlways(always)
    }

    /** @returns {Look} */
    look() {
        return this.heap.look()
    }

    /** Nothing is due for so long: it may pass in one step. Drops the line that says so. */
    idle(ms) {
        this.#idleUntilMs = this.#clock.nowMs + ms
        this.#run.lines.pop()
    }

    /** One turn of the VM's outer loop. False if there will be none any more. */
    turn() {
        const idleMs = this.#idleUntilMs - this.#clock.nowMs
        if (idleMs > 0) this.#clock.skip(Math.min(idleMs, longestStepMs))
        if (this.#run.ended || !this.#clock.runNext()) return false
        this.turns++
        if (this.heap === undefined) return true
        const { allocated } = this.heap
        if (allocated < this.#allocated) this.collections++
        this.#allocated = allocated
        return !this.#run.ended
    }

    stop() {
        this.#run.stop()
    }

    /** The code with which the program ended, undefined if it has not. */
    get panicCode() {
        return this.#run.panicCode
    }

    /** Its last lines, if it ended otherwise than it wanted to. */
    get trouble() {
        if (!this.#run.ended || endedWell(this.#run)) return []
        const code = this.#run.panicCode
        const said = this.#run.lines.filter(line =>
            /^([!*>]|stats:) /.test(line)
        )
        return [`the program ended with code ${code}`, ...said.slice(-8)]
    }

    get virtualMs() {
        return this.#clock.nowMs - this.#startMs
    }

    get realMs() {
        return performance.now() - this.#startedMs
    }
}
