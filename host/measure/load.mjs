// How late things are on a loaded board: runs test/programs/load.ts on the VM in virtual time, with the library's
// waits and with the VM's own beside it.

import { VirtualClock } from "../vm/clock.mjs"
import { endedWell, Simulator } from "../vm/simulator.mjs"

const mark = Buffer.from("load")

/** The program with other bytes behind its mark: see there. */
function choose(program, plain, first, last) {
    const binary = Buffer.from(program.binary)
    const at = binary.indexOf(Buffer.concat([mark, Buffer.from([0, 0, 255])]))
    if (at < 0) throw new Error(`${program.source} has no mark`)
    binary[at + mark.length] = plain ? 1 : 0
    binary[at + mark.length + 1] = first
    binary[at + mark.length + 2] = last
    return { ...program, binary }
}

/** The outer loop of a VM is taken to be gone if it has had no turn for so long: the plain one loses it. */
const longestGapMs = 1000

/** Virtual time that counts what the VM reads of it, and when the outer loop had its turns. */
class LoadClock extends VirtualClock {
    readings = 0
    turns = 0
    turnMs = this.nowMs
    gapMs = 0

    now() {
        this.readings++
        if (this.nowMs - this.turnMs > longestGapMs)
            throw new Error("no outer loop")
        return super.now()
    }

    /** A turn of the outer loop: what is due runs in it, and all that becomes due meanwhile. */
    runNext() {
        this.turnMs = Math.max(this.nowMs, this.nextMs)
        const ran = super.runNext()
        this.gapMs = Math.max(this.gapMs, this.nowMs - this.turnMs)
        this.turns++
        return ran
    }
}

/**
 * Runs some of the ways of load.ts, one after another.
 * @param {import("../devicescript/program.mjs").Program} program
 * @param {{ chargeMs: number, plain?: boolean, first?: number, last?: number }} options
 */
export async function measureLoad(
    program,
    { chargeMs, plain = false, first = 0, last = 255 }
) {
    const clock = new LoadClock({ chargeMs })
    const ways = []
    let way
    const onLine = line => {
        const [sign, word, ...rest] = line.split(" ")
        if (sign !== ">") return
        if (word === "begin") {
            way = { name: rest.join(" "), chargeMs, plain, figures: {} }
            way.startMs = clock.nowMs
            way.startTurns = clock.turns
            way.startReadings = clock.readings
            clock.gapMs = 0
        } else if (word === "end") {
            const ms = clock.nowMs - way.startMs
            way.busy = ((clock.readings - way.startReadings) * chargeMs) / ms
            way.turns = ((clock.turns - way.startTurns) / ms) * 1000
            way.gapMs = Math.max(clock.gapMs, clock.nowMs - clock.turnMs)
            ways.push(way)
        } else if (word === "refused") way.refused = Number(rest[0])
        else {
            if (!way) return
            const counts = (way.figures[word] ??= [])
            for (let i = 0; i < rest.length; i += 2)
                counts[Number(rest[i])] = Number(rest[i + 1])
        }
    }
    const run = await Simulator.start(choose(program, plain, first, last), {
        clock,
        onLine,
    })
    while (!run.ended && clock.runNext());
    run.stop()
    return { ways, well: endedWell(run), lines: run.lines }
}

/** Of counts by value: the smallest value such that this part of all is no larger. */
export function quantile(counts, part) {
    const total = counts.reduce((a, b) => a + b, 0)
    let seen = 0
    for (let value = 0; value < counts.length; ++value) {
        seen += counts[value] ?? 0
        if (seen >= part * total) return value
    }
    return NaN
}

/** What no way of `load.ts` is beyond. */
const waysMax = 100

/**
 * One way after another, each on a machine of its own, and beside it with the VM's own waits. `plain` is undefined if the
 * board's outer loop stops then.
 * @param {import("../devicescript/program.mjs").Program} program
 * @param {number} chargeMs
 */
export async function* compareLoads(program, chargeMs) {
    for (let way = 0; way < waysMax; ++way) {
        const one = { chargeMs, first: way, last: way }
        const { ways, well, lines } = await measureLoad(program, one)
        if (!well) throw new Error(lines.join("\n"))
        if (ways.length === 0) return
        const plain = await measureLoad(program, { ...one, plain: true })
            .then(({ ways: [measured] }) => measured)
            .catch(() => undefined)
        yield { ours: ways[0], plain }
    }
}

/**
 * The firmware, for so much of its own time.
 * @param {import("../devicescript/program.mjs").Program} program
 * @param {{ chargeMs: number, ms: number }} options
 * @returns what the board was like, and the firmware's last line
 */
export async function measureFirmware(program, { chargeMs, ms }) {
    const clock = new LoadClock({ chargeMs })
    const startMs = clock.nowMs
    const run = await Simulator.start(program, { clock })
    while (!run.ended && clock.nowMs - startMs < ms && clock.runNext());
    run.stop()
    const busy = (clock.readings * chargeMs) / (clock.nowMs - startMs)
    return { busy, gapMs: clock.gapMs, line: run.output.at(-1) ?? "" }
}
