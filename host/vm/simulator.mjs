// A virtual machine and the program on it: start it, read its log, see how it ends.

import { createVm } from "./machine.mjs"
import { withPlace } from "../devicescript/program.mjs"
import { realClock, VirtualClock } from "./clock.mjs"

/** The VM ends a program with this code when it asks for a restart. */
const panicRestart = 0

/**
 * @typedef {object} Options
 * @property {import("./clock.mjs").Clock} [clock]  default: the host's
 * @property {boolean} [gcStress]  collect garbage at every allocation
 * @property {(line: string) => void} [onLine]  called with each line of the log
 * @property {(frame: Uint8Array) => void} [onFrame]  called with each Jacdac frame that the VM sends
 */

export class Simulator {
    /**
     * The log: what the program printed, behind "> ", and what the VM says, behind "* " and "! ".
     * @type {string[]}
     */
    lines = []
    /**
     * Undefined while the program runs; then the panic code, 0 for a restart that it asked for.
     * @type {number | undefined}
     */
    panicCode = undefined
    /** @type {import("../devicescript/program.mjs").Program} */
    #program = /** @type {any} */ (undefined)
    /** @type {any} */
    #vm
    /** @type {((line: string) => void) | undefined} */
    #onLine

    /**
     * A machine with a program on it.
     * @param {import("../devicescript/program.mjs").Program} program
     * @param {Options} [options]
     */
    static async start(program, options = {}) {
        const simulator = await Simulator.boot(options)
        simulator.deploy(program)
        return simulator
    }

    /**
     * A machine that runs, and waits for its program.
     * @param {Options} [options]
     */
    static async boot({
        clock = realClock,
        gcStress = false,
        onLine,
        onFrame,
    } = {}) {
        const simulator = new Simulator()
        const vm = await createVm(clock)
        simulator.#vm = vm
        simulator.#onLine = onLine
        vm.sendPacket = frame => onFrame?.(frame)
        vm.flashLoad = vm.flashSave = null
        vm.dmesg = text => simulator.#log(text)
        vm.panicHandler = code => simulator.#end(code)
        vm.error = error => {
            throw error
        }
        vm.devsGcStress(gcStress)
        vm.devsStart()
        return simulator
    }

    /**
     * Puts a program in the place of the one before, if there is one.
     * @param {import("../devicescript/program.mjs").Program} program
     */
    deploy(program) {
        this.#program = program
        const result = this.#vm.devsDeploy(program.binary)
        if (result !== 0)
            throw new Error(`${program.source}: deploy error ${result}`)
    }

    #log(text) {
        const line = withPlace(this.#program, text.trimEnd())
        this.lines.push(line)
        this.#onLine?.(line)
    }

    #end(code) {
        this.panicCode ??= code
        this.stop()
    }

    stop() {
        this.#vm.devsStop()
    }

    /**
     * Puts a Jacdac frame where an interrupt would, also while tasks run: the VM's outer loop takes it from
     * there in its next turn.
     * @param {Uint8Array} frame
     */
    receiveFrame(frame) {
        const pointer = this.#vm._malloc(frame.length)
        this.#vm.HEAPU8.set(frame, pointer)
        this.#vm._jd_em_frame_received(pointer)
        this.#vm._free(pointer)
    }

    /**
     * From now on the VM collects its garbage at each allocation, or when it finds it due.
     * @param {boolean} always
     */
    collectAlways(always) {
        this.#vm.devsGcStress(always)
    }

    /**
     * The machine's memory in words, as it is now: for measuring.
     * @type {Uint32Array}
     */
    get memory() {
        return this.#vm.HEAPU32
    }

    get ended() {
        return this.panicCode !== undefined
    }

    /** The lines that the program wrote with console.log. */
    get output() {
        return this.lines
            .filter(line => line.startsWith("> "))
            .map(line => line.slice(2))
    }
}

/**
 * Runs a program in virtual time until it restarts, panics, or `limitMs` has passed.
 * @param {import("../devicescript/program.mjs").Program} program
 * @param {{ chargeMs?: number, limitMs?: number, gcStress?: boolean, uptimeMs?: number,
 *     onLine?: (line: string, clock: VirtualClock) => void,
 *     onTurn?: (clock: VirtualClock) => void }} [options]  uptimeMs: for how long the VM has been up when it gets
 *     its program; onLine: what it skips is time for which the task that wrote the line holds the processor;
 *     onTurn: called while the VM sleeps, what it skips is time in which nothing runs
 * @returns {Promise<Simulator & { virtualMs: number, turns: number }>} with the virtual time that it took
 *     and how many turns the outer loop made
 */
export async function runVirtual(
    program,
    {
        chargeMs = 0,
        limitMs = 600_000,
        gcStress = false,
        uptimeMs = 0,
        onLine,
        onTurn,
    } = {}
) {
    const clock = new VirtualClock({ chargeMs })
    const simulator = await Simulator.boot({
        clock,
        gcStress,
        onLine: line => onLine?.(line, clock),
    })
    passTime(clock, uptimeMs)
    simulator.deploy(program)
    const startMs = clock.nowMs
    let turns = 0
    while (!simulator.ended && clock.nowMs - startMs < limitMs) {
        onTurn?.(clock)
        if (!clock.runNext()) break
        turns++
    }
    simulator.stop()
    const virtualMs = clock.nowMs - startMs
    return Object.assign(simulator, { virtualMs, turns })
}

/** The VM counts its milliseconds from microseconds of 32 bits: it must read the clock every 71 minutes. */
export const longestStepMs = 70 * 60_000

/** Lets time pass for a VM that has nothing to do. */
export function passTime(clock, ms) {
    const endMs = clock.nowMs + ms
    while (clock.nowMs < endMs) {
        clock.skip(Math.min(longestStepMs, endMs - clock.nowMs))
        clock.runNext()
    }
}

/** Whether a program ended as it wanted to. */
export function endedWell(simulator) {
    return simulator.panicCode === panicRestart
}
