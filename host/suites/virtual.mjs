// The two kinds of virtual time in which every on-device suite runs: time that stands still while tasks run shows what
// happens at which tick, time charged for running shows what comes late.

import { runVirtual } from "../vm/simulator.mjs"

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
