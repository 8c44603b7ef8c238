// The real VM, with the driver in it: one compilation for all histories, one machine for many.

import { VirtualClock } from "../../host/vm/clock.mjs"
import { compile } from "../../host/devicescript/compiler.mjs"
import type { Program } from "../../host/devicescript/program.mjs"
import { passTime, Simulator } from "../../host/vm/simulator.mjs"
import { Head, Trace } from "../programs/calls"
import { encode, History } from "./shape"

const historyMark = Buffer.from("kqhist\0\xff", "latin1")
const traceMark = Buffer.from("kqtrace!")

/** Longer than any timeout of a history: whoever has not returned by then waits for ever. */
const idleMs = 1200
const turnsMax = 50_000

const alignMs = 1000

/** In place of a panic code. */
const stuck = -1

export interface Outcome {
    trace: Buffer
    /** Undefined if all ended as they should; else what the VM said. */
    panic: string | undefined
    /** Something was written outside of the queues' buffers. */
    broken: boolean
    virtualMs: number
    turns: number
    /** The longest time without a turn of the outer loop. */
    gapMs: number
}

export class Machine {
    private constructor(
        private readonly simulator: Simulator,
        private readonly clock: VirtualClock,
        private readonly mayAlign: boolean
    ) {}

    /** A machine that has been up for so long. */
    static async start({ uptimeMs = 0, chargeMs = 0, gcStress = false } = {}) {
        const clock = new VirtualClock({ chargeMs: 0.01 })
        const simulator = await Simulator.boot({ clock })
        passTime(clock, uptimeMs)
        const machine = new Machine(simulator, clock, uptimeMs === 0)
        machine.set({ chargeMs, gcStress })
        return machine
    }

    set({ chargeMs = 0, gcStress = false }) {
        this.clock.chargeMs = chargeMs
        this.simulator.collectAlways(gcStress)
    }

    stop() {
        this.simulator.stop()
    }

    /** Runs a history, from its first call until nothing can happen any more. */
    run(program: Program): Outcome {
        const { simulator, clock } = this
        simulator.lines = []
        // on a whole second, as with a machine that has just started: the clock's fractions decide when a tick begins
        const restMs = clock.nowMs % alignMs
        if (this.mayAlign && restMs > 0) clock.skip(alignMs - restMs)
        simulator.deploy(program)
        const startMs = clock.nowMs
        const { at, turns, gapMs } = this.follow()
        const trace = Buffer.alloc(Trace.Bytes)
        if (at >= 0) {
            this.memory.copy(trace, 0, at, at + Trace.Bytes)
            this.memory.fill(0, at, at + Trace.Events) // the next has its own
        }
        return {
            trace,
            panic: simulator.ended
                ? simulator.lines.slice(-12).join("\n")
                : undefined,
            broken: trace.readUInt16LE(Trace.Broken) !== 0,
            ...{ virtualMs: clock.nowMs - startMs, turns, gapMs },
        }
    }

    /** Runs the program until all its tasks have ended, or nothing happens any more. */
    private follow() {
        const { simulator, clock } = this
        let [at, turns, gapMs, seen] = [-1, 0, 0, 0]
        let turnMs = clock.nowMs
        let seenMs = turnMs
        while (!simulator.ended && turns < turnsMax && this.runNext()) {
            turns++
            gapMs = Math.max(gapMs, clock.nowMs - turnMs)
            turnMs = clock.nowMs
            if (at < 0) at = this.findTrace(turns % scanEvery === 1)
            const length = at < 0 ? 0 : this.u16(at + Trace.Length)
            // before it tells of the first it prepares
            if (length !== seen || length === 0) seenMs = turnMs
            seen = length
            const isOver = length > 0 && this.u16(at + Trace.Alive) === 0
            if (isOver || turnMs - seenMs > idleMs) break
        }
        return { at, turns, gapMs }
    }

    /** A VM that never leaves a tick ends the history, as a panic does. */
    private runNext() {
        try {
            return this.clock.runNext()
        } catch (error) {
            this.simulator.lines.push(String(error))
            this.simulator.panicCode = stuck
            return false
        }
    }

    private get memory(): Buffer {
        return Buffer.from(this.simulator.memory.buffer)
    }

    private u16(at: number) {
        return this.memory.readUInt16LE(at)
    }

    /** Where the trace is, -1 if it is not there yet: mostly where it was in the machine before. */
    private findTrace(mayScan: boolean) {
        const { memory } = this
        const isHere = (at: number) =>
            at >= 0 &&
            memory.subarray(at, at + traceMark.length).equals(traceMark) &&
            this.u16(at + Trace.Check) === Trace.IsHere
        if (isHere(lastPlace)) return lastPlace
        if (!mayScan) return -1
        let at = memory.indexOf(traceMark)
        while (at >= 0 && !isHere(at)) at = memory.indexOf(traceMark, at + 1)
        if (at >= 0) lastPlace = at
        return at
    }
}

let lastPlace = -1
/** All of the memory is looked through only so often, in turns. */
const scanEvery = 50

/** Has the driver, and runs histories: on machines that it keeps where that makes no difference. */
export class Runner {
    private machine: Machine | undefined
    private runs = 0
    private constructor(
        private readonly program: Program,
        private readonly at: number
    ) {}

    static async create(folder?: string) {
        const program = await compile("test/programs/driver.ts", folder)
        const image = Buffer.from(program.binary)
        const at = image.indexOf(historyMark)
        if (at < 0 || at + Head.Bytes > image.length)
            throw new Error("the driver has no place for a history")
        return new Runner(program, at)
    }

    private programOf(history: History): Program {
        const binary = Buffer.from(this.program.binary)
        binary.set(encode(history).subarray(8), this.at + 8)
        return { ...this.program, binary }
    }

    /** @param fresh on a machine of its own */
    async run(history: History, fresh = false): Promise<Outcome> {
        const program = this.programOf(history)
        if (fresh || history.uptimeMs > 0) {
            const machine = await Machine.start(history)
            const outcome = machine.run(program)
            machine.stop()
            return outcome
        }
        this.machine ??= await Machine.start()
        this.machine.set(history)
        const outcome = this.machine.run(program)
        // what panicked may have left anything; and a machine is not used for ever
        if (outcome.panic !== undefined || ++this.runs % 500 === 0) {
            this.machine.stop()
            this.machine = undefined
        }
        return outcome
    }
}
