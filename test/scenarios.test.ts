// docs/SCENARIOS.md names a test for each scenario of the kernels that the queue is measured against. Here
// each of them is looked for.

import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { root } from "../host/project/root.mjs"

const kernels = ["Zephyr", "FreeRTOS", "ThreadX", "POSIX", "CMSIS"]
/** The suites that were written for the table: all of their tests stand in it. */
const suites = ["zephyr", "freertos", "threadx", "standards"]

interface Scenario {
    line: string
    kernel: string
    answer: string
    tests: { file: string; title: string }[]
}

const scenarios = read(join(root, "docs/SCENARIOS.md"))
    .split("\n")
    .filter(line => line.startsWith("| ") && !/^\| (kernel|-+) /.test(line))
    .map(parseRow)

function parseRow(line: string): Scenario {
    const cells = line.split("|").map(cell => cell.trim())
    expect(cells, line).toHaveLength(6)
    const [, kernel, , , answer] = cells
    const named = [...answer.matchAll(/`([\w.]+\.ts): "([^`]*)"`/g)]
    const tests = named.map(([, file, title]) => ({ file, title }))
    return { line, kernel, answer, tests }
}

function read(path: string) {
    return readFileSync(path, "utf8")
}

/** The titles of a file's tests. */
function titlesOf(file: string) {
    const folder = file.endsWith(".suite.ts") ? "devs/tests" : "test"
    const path = join(root, folder, file)
    if (!existsSync(path)) return []
    const calls = read(path).matchAll(
        /\btest(?:\.\w+)?\(\s*("(?:[^"\\]|\\.)*")/g
    )
    return [...calls].map(([, title]) => JSON.parse(title) as string)
}

describe("the table of scenarios", () => {
    test("has rows for each kernel, and for no other", () => {
        const named = new Set(scenarios.map(({ kernel }) => kernel))
        expect([...named]).toEqual(kernels)
    })

    test("names a test or says why there is none, in every row", () => {
        const silent = scenarios.filter(
            ({ tests, answer }) =>
                tests.length === 0 && !/^does not \w+: ./.test(answer)
        )
        expect(silent.map(({ line }) => line)).toEqual([])
    })

    test("names a file with every test", () => {
        // what stands in quotes, and was not read as a test's name, would not be looked for
        const garbled = scenarios.filter(
            ({ tests, answer }) =>
                answer.split('"').length - 1 !== tests.length * 2
        )
        expect(garbled.map(({ line }) => line)).toEqual([])
    })

    test("names tests that exist", () => {
        const missing = scenarios
            .flatMap(({ tests }) => tests)
            .filter(({ file, title }) => !titlesOf(file).includes(title))
        expect(missing).toEqual([])
    })

    test.each(suites)("names all tests of %s.suite.ts", suite => {
        const file = `${suite}.suite.ts`
        const named = scenarios
            .flatMap(({ tests }) => tests)
            .filter(test => test.file === file)
            .map(({ title }) => title)
        const titles = titlesOf(file)
        expect(titles.length).toBeGreaterThan(0)
        expect(titles.filter(title => !named.includes(title))).toEqual([])
    })
})
