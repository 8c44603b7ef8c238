// Timeouts to the tick, by the VM's own clock. The on-device suites run on hardware and under a collection
// at every allocation too, where they can only compare with the lateness of the VM's own sleep.

import { describe, expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { endedWell, runVirtual } from "../host/vm/simulator.mjs"

const program = await compile("test/programs/timeouts.ts")
const kinds = ["send", "recv", "recvTyped"]

/** What the program reports, under a clock that charges so much for running. */
async function waits(chargeMs: number) {
    const run = await runVirtual(program, { chargeMs })
    expect(endedWell(run), run.lines.join("\n")).toBe(true)
    return run.output.map(line => {
        const [kind, timeout, elapsed] = line.split(" ")
        const late = Number(elapsed) - Math.ceil(Number(timeout))
        return { kind, late, line }
    })
}

const mean = (values: number[]) =>
    values.reduce((a, b) => a + b, 0) / values.length

describe("a wait that times out", () => {
    test("takes its ticks exactly, fractions rounded up, while time stands still for tasks that run", async () => {
        for (const { late, line } of await waits(0)) expect(late, line).toBe(0)
    })

    test.each([0.1, 0.3, 1.2])(
        "is never early, and no later than the VM's own sleep, at %d ms a clock reading",
        async chargeMs => {
            const reported = await waits(chargeMs)
            const lateness = (wanted: string) =>
                reported
                    .filter(({ kind }) => kind === wanted)
                    .map(({ late }) => late)
            for (const { late, line } of reported)
                expect(late, line).toBeGreaterThanOrEqual(0)
            // both wait for the same timer of the VM, which its outer loop may hold up
            const allowed = mean(lateness("sleep")) + 1
            for (const kind of kinds) {
                expect(lateness(kind)).toHaveLength(106)
                expect(mean(lateness(kind)), kind).toBeLessThanOrEqual(allowed)
                if (chargeMs < 1)
                    expect(Math.max(...lateness(kind)), kind).toBeLessThan(3)
            }
        }
    )
})

test.each([0.01, 0.1])(
    "waits that end in adjacent ticks are not held up on an idle board, at %d ms a clock reading",
    async chargeMs => {
        const neighbours = await compile("test/programs/neighbours.ts")
        const run = await runVirtual(neighbours, { chargeMs })
        expect(endedWell(run), run.lines.join("\n")).toBe(true)
        const late = run.output.map(Number)
        expect(late).toHaveLength(150)
        expect(Math.min(...late)).toBeGreaterThanOrEqual(0)
        expect(Math.max(...late)).toBeLessThan(3)
    }
)
