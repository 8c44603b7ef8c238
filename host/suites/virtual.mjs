// The two kinds of virtual time in which every on-device suite runs: time that stands still while tasks run shows what
// happens at which tick, time charged for running shows what comes late.

import { compile } from "../devicescript/compiler.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"
import { runVirtual } from "../vm/simulator.mjs"
import { Report } from "./report.mjs"

export const clocks = [
    { kind: "time stands still while tasks run", chargeMs: 0 },
    { kind: "0.3 ms charged a clock reading", chargeMs: 0.3 },
]

/**
 * Runs a suite in one of them.
 * @param {import("../devicescript/program.mjs").Program} program
 * @param {{ chargeMs: number }} clock
 * @returns {Promise<string[]>} its log, for `parseSuiteLog`; a run that would not end fails the test that it was at
 */
export async function runSuite(program, { chargeMs }) {
    const lines = []
    const onLine = line => lines.push(line)
    await runVirtual(program, { chargeMs, onLine }).catch(({ message }) =>
        lines.push(`! Exception: ${message}`)
    )
    return lines
}

/**
 * Runs suites, each in both of them, and prints what they say.
 * @param {string[]} suites
 * @returns {Promise<number>} the exit code
 */
export async function runSuites(suites) {
    const report = new Report()
    for (const suite of suites) {
        beginStep(`compiling ${suite}`)
        const program = await compile(suite).catch(error => error)
        endStep()
        if (program instanceof Error) report.add(suite, [], program.message)
        else
            for (const clock of clocks) {
                const lines = await runSuite(program, clock)
                report.add(`${suite}, ${clock.kind}`, lines)
            }
    }
    report.printCounts()
    return report.exitCode
}
