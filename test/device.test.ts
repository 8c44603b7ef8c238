// Every on-device test of devs/tests/ as a vitest test of its own, on the real VM in virtual time: once
// with time that stands still while tasks run, once with time charged for running.

import { readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { root } from "../host/project/root.mjs"
import { parseSuiteLog } from "../host/suites/log.mjs"
import { clocks, runSuite } from "../host/suites/virtual.mjs"

const suites = readdirSync(join(root, "devs/tests")).filter(name =>
    name.endsWith(".suite.ts")
)

for (const name of suites) {
    const program = await compile(`devs/tests/${name}`)
    for (const clock of clocks) {
        const { kind } = clock
        const log = parseSuiteLog(await runSuite(program, clock))
        const { results, announced, finished, totals } = log
        describe(`${name}, ${kind}`, () => {
            for (const { suite, name, error, place } of results)
                test(`${suite}: ${name}`, () => {
                    if (error) expect.fail(`${error}\n    at ${place}`)
                })
            test("the suite ran to its end, every test once", () => {
                expect(announced).toBeGreaterThan(0)
                expect({ finished, tests: results.length }).toEqual({
                    finished: true,
                    tests: announced,
                })
                const error = results.filter(({ error }) => error).length
                const pass = announced - error
                expect(totals).toEqual({ tests: announced, pass, error })
            })
        })
    }
}
