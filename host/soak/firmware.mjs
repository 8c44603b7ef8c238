// The firmware of devs/, for as long as is wanted.

import { problemsOfHeap } from "./flat.mjs"
import { SoakMachine } from "./machine.mjs"
import { count, duration, measureHead } from "./text.mjs"
import { measureRow, row, took, verdict } from "./text.mjs"
import { parseReport, problemsOf } from "../firmware/verdict.mjs"

export const firmwareSource = "devs/main.ts"
const chargeMs = 0.3
const tenths = 10
/** The firmware never rests; but within so much time, between two bursts of readings, it is near to it. */
const lookMs = 500
/** A report comes once a second. */
const silenceMs = 3000

/**
 * What the firmware says of itself: the last report, and the last record of each queue.
 */
class Said {
    report
    reports = 0
    queues = /** @type {Record<string, any>} */ ({})
    atMs = 0

    /** @param {string} line */
    note(line, nowMs) {
        const json = /^# \d+ (\{.*\})$/.exec(line)?.[1]
        if (json) {
            const stats = JSON.parse(json)
            this.queues[stats.name] = stats
        }
        const report = line.startsWith("> ") && parseReport(line.slice(2))
        if (!report) return
        this.report = report
        this.reports++
        this.atMs = nowMs
    }
}

/** Lets the firmware run; `fewest` is the look with the fewest objects meanwhile. */
function runUntil(machine, endMs) {
    let fewest = machine.look()
    while (machine.virtualMs < endMs && machine.turn()) {
        const look = machine.look()
        if (look.objects < fewest.objects) fewest = look
    }
    return fewest
}

/**
 * @param {import("../devicescript/program.mjs").Program} program
 * @param {{ ms: number, heapBytes?: number }} wanted  ms of the board's time
 * @param {(line: string) => void} say
 */
export async function soakFirmware(program, { ms, heapBytes }, say) {
    const said = new Said()
    const measures = []
    const machine = await SoakMachine.start(program, {
        chargeMs,
        heapBytes,
        onLine: (line, machine) => said.note(line, machine.virtualMs),
    })
    machine.turn()
    say(measureHead)
    for (let tenth = 1; tenth <= tenths; ++tenth) {
        const endMs = (tenth * ms) / tenths
        runUntil(machine, endMs - lookMs)
        machine.collectAlways(true)
        const look = runUntil(machine, endMs)
        machine.collectAlways(false)
        const measure = { done: endMs, ...look }
        measures.push(measure)
        say(measureRow({ ...measure, done: duration(endMs) }, machine))
    }
    machine.stop()
    const { report, queues } = said
    const silent = said.atMs < machine.virtualMs - silenceMs
    const problems = problemsOf({
        report,
        panicCode: machine.panicCode,
        silent,
    })
    problems.push(...machine.trouble, ...problemsOfQueues(queues))
    if (problems.length === 0) problems.push(...problemsOfHeap(measures))
    sayFigures(said, say)
    say(`  a heap of ${count(machine.heap.bytes)} bytes`)
    say(took(machine))
    say(verdict(problems))
    return { problems, measures, report, reports: said.reports, queues }
}

/**
 * What its queues took must be what became of it.
 * @param {Record<string, any>} queues  the last record of each
 */
export function problemsOfQueues(queues) {
    return Object.values(queues)
        .filter(
            ({ sent, received, size, dropped, purged }) =>
                sent !== received + size + dropped + purged
        )
        .map(({ name }) => `${name}: its books do not agree`)
}

function sayFigures({ report, queues }, say) {
    const columns = ["sent", "received", "dropped", "timeouts", "highWater"]
    say(row(["queue", ...columns]))
    for (const queue of Object.values(queues))
        say(row([queue.name, ...columns.map(name => queue[name])]))
    const { lost, disorder, alarms, overtook } = report ?? {}
    say(
        `  ${lost} lost, ${disorder} out of order; ${alarms} alarms overtook ${overtook} messages`
    )
}
