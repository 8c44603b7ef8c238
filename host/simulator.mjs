// One program on one virtual machine: start it, read its log, see how it ends.

import { createVm, withPlace } from "./devicescript.mjs"
import { realClock, VirtualClock } from "./clock.mjs"

/** The VM ends a program with this code when it asks for a restart. */
const panicRestart = 0

/**
 * @typedef {object} Options
 * @property {import("./clock.mjs").Clock} [clock]  default: the host's
 * @property {boolean} [gcStress]  collect garbage at every allocation
 * @property {(line: string) => void} [onLine]  called with each line of the log
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
    /** @type {import("./devicescript.mjs").Program} */
    #program = /** @type {any} */ (undefined)
    /** @type {any} */
    #vm
    /** @type {((line: string) => void) | undefined} */
    #onLine

    /**
     * @param {import("./devicescript.mjs").Program} program
     * @param {Options} [options]
     */
    static async start(program, options = {}) {
        const simulator = new Simulator()
        await simulator.#boot(program, options)
        return simulator
    }

    /**
     * @param {import("./devicescript.mjs").Program} program
     * @param {Options} options
     */
    async #boot(program, { clock = realClock, gcStress = false, onLine }) {
        this.#onLine = onLine
        const vm = await createVm(clock)
        this.#vm = vm
        this.#program = program
        vm.sendPacket = () => {}
        vm.flashLoad = vm.flashSave = null
        vm.dmesg = text => this.#log(text)
        vm.panicHandler = code => this.#end(code)
        vm.error = error => {
            throw error
        }
        vm.devsGcStress(gcStress)
        vm.devsStart()
        const result = vm.devsDeploy(program.binary)
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
 * @param {import("./devicescript.mjs").Program} program
 * @param {{ chargeMs?: number, limitMs?: number, gcStress?: boolean, onLine?: (line: string) => void }} [options]
 * @returns {Promise<Simulator & { virtualMs: number, turns: number }>} with the virtual time that it took
 *     and how many turns the outer loop made
 */
export async function runVirtual(
    program,
    { chargeMs = 0, limitMs = 600_000, gcStress = false, onLine } = {}
) {
    const clock = new VirtualClock({ chargeMs })
    const options = { clock, gcStress, onLine }
    const simulator = await Simulator.start(program, options)
    const startMs = clock.nowMs
    let turns = 0
    while (!simulator.ended && clock.nowMs - startMs < limitMs) {
        if (!clock.runNext()) break
        turns++
    }
    simulator.stop()
    const virtualMs = clock.nowMs - startMs
    return Object.assign(simulator, { virtualMs, turns })
}

/** Whether a program ended as it wanted to. */
export function endedWell(simulator) {
    return simulator.panicCode === panicRestart
}
