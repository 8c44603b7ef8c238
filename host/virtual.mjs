// The two kinds of virtual time in which every on-device suite runs: time that stands still while tasks run shows what
// happens at which tick, time charged for running shows what comes late.

import { runVirtual } from "./simulator.mjs"

export const clocks = [
    { kind: "time stands still while tasks run", chargeMs: 0 },
    { kind: "0.3 ms charged a clock reading", chargeMs: 0.3 },
]

/**
 * Runs a suite in one of them.
 * @param {import("./devicescript.mjs").Program} program
 * @param {{ chargeMs: number }} clock
 * @returns {Promise<string[]>} its log, for `parseSuiteLog`
 */
export async function runSuite(program, { chargeMs }) {
    return (await runVirtual(program, { chargeMs })).lines
}
