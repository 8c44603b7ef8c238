// npm run test:mutants: which mutants it makes, what becomes of them, and that it goes on where it was.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { describe, expect, test } from "vitest"
import { root } from "../host/project/root.mjs"
import { functionEnds } from "../host/mutants/coverage.mjs"
import { matchEquivalents } from "../host/mutants/equivalents.mjs"
import { findMutants } from "../host/mutants/find.mjs"
import { patterns } from "../host/mutants/patterns.mjs"
import { judgeAll } from "../host/mutants/run.mjs"
import { sample } from "../host/mutants/sample.mjs"
import { describeTable, score } from "../host/mutants/summary.mjs"

/** What each pattern makes of a line. */
const cases: [pattern: string, was: string, is: string[]][] = [
    ["operator", "let y = a < b", ["let y = a <= b", "let y = a >= b"]],
    ["operator", "let y = a <= b", ["let y = a < b", "let y = a > b"]],
    ["operator", "let y = a > b", ["let y = a >= b", "let y = a <= b"]],
    ["operator", "let y = a >= b", ["let y = a > b", "let y = a < b"]],
    ["operator", "let y = a === b", ["let y = a !== b"]],
    ["operator", "let y = a !== b", ["let y = a === b"]],
    ["operator", "let y = p && q", ["let y = p || q"]],
    ["operator", "let y = p || q", ["let y = p && q"]],
    ["operator", "let y = a + b", ["let y = a - b"]],
    ["operator", "let y = a & b", ["let y = a | b"]],
    ["operator", "let y = a << b", ["let y = a >> b"]],
    ["operator", "a += b", ["a -= b", "a = b"]],
    ["operand", "let y = p && q", ["let y = p", "let y = q"]],
    ["unsigned", "let y = a >>> 0", ["let y = a"]],
    ["unsigned", "let y = a >>> 1", []],
    ["number", "let y = 7", ["let y = 8", "let y = 6"]],
    ["number", "f(Infinity)", ["f(0)"]],
    ["number", "let y: 7", []],
    ["number", "let y = `${a + 1}`", []],
    [
        "constant",
        "enum E { A = 8 }",
        ["enum E { A = 800 }", "enum E { A = 1 }"],
    ],
    ["member", "let y = T.One", ["let y = T.Two", "let y = T.Three"]],
    ["member", "let y: T.One", []],
    ["boolean", "let y = true", ["let y = false"]],
    ["condition", "if (p) f(a)", ["if (true) f(a)", "if (false) f(a)"]],
    ["condition", "if (p) return", ["if (true) return"]],
    ["condition", "while (p) f(a)", ["while (false) f(a)"]],
    [
        "condition",
        "let y = p ? a : b",
        ["let y = true ? a : b", "let y = false ? a : b"],
    ],
    ["guard", "if (p) return", ["{}"]],
    ["guard", "if (p) { f(a); return }", ["{}"]],
    ["guard", "if (p) f(a)", []],
    ["negation", "let y = !p", ["let y = p"]],
    ["negation", "let y = -a", ["let y = a"]],
    ["step", "a++", ["a--"]],
    ["step", "let y = --a", ["let y = ++a"]],
    [
        "bound",
        "let y = Math.min(a, b)",
        ["let y = Math.max(a, b)", "let y = a", "let y = b"],
    ],
    [
        "bound",
        "let y = a - Math.max(a, b)",
        ["let y = a - Math.min(a, b)", "let y = a - (a)", "let y = a - (b)"],
    ],
    ["statement", "f(a)", ["{}"]],
    ["statement", "a = b", ["{}"]],
    ["statement", "if (p) f(a)", []],
    [
        "statement",
        "if (p) f(a); else f(b)",
        ["if (p) {} else f(b)", "if (p) f(a); else {}"],
    ],
]

/** The mutants of some texts, each a file of src/ that exists for the compiler only. */
function mutantsOf(texts: string[]) {
    const folder = join(root, "fixtures")
    const files = texts.map((_, index) => join(folder, `src/case${index}.ts`))
    const all = Object.fromEntries(files.map((file, i) => [file, texts[i]]))
    const tsconfig = join(folder, "tsconfig.json")
    all[tsconfig] = JSON.stringify({
        extends: "../tsconfig.json",
        files,
        include: [],
    })
    return findMutants(folder, { tsconfig, texts: all })
}

describe("the patterns", () => {
    const texts = cases.map(
        ([, line]) => `enum T { One, Two, Three }
export function f(a: any, b?: any, p?: any, q?: any) {
    ${line}
}`
    )
    const mutants = mutantsOf(texts)

    test.each(cases)("%s: %s", (pattern, _, expected) => {
        const index = cases.findIndex(
            each => each[1] === _ && each[0] === pattern
        )
        const found = mutants
            .filter(({ file }) => file === `src/case${index}.ts`)
            .filter(each => each.pattern === pattern && each.line === 3)
        expect(found.map(({ is }) => is)).toEqual(expected)
    })

    test("have a case each", () => {
        const shown = new Set(cases.map(([pattern]) => pattern))
        expect(patterns.map(({ name }) => name)).toEqual([...shown])
    })
})

describe("the mutants of src/", () => {
    const mutants = findMutants(root)

    test("are of every file that says more than names", () => {
        const files = new Set(mutants.map(({ file }) => file))
        expect(files.size).toBeGreaterThan(20)
        expect(files).not.toContain("src/index.ts")
    })

    test("have names of their own", () => {
        const ids = new Set(mutants.map(({ id }) => id))
        expect(ids.size).toBe(mutants.length)
    })

    test("as a sample are some of every file; more of them are these and others", () => {
        const few = sample(mutants, { count: 300, seed: 1 })
        const more = sample(mutants, { count: 600, seed: 1 })
        const others = sample(mutants, { count: 300, seed: 2 })
        const filesOf = (some: typeof few) => [
            ...new Set(some.map(({ file }) => file)),
        ]
        expect(few.length).toBeGreaterThanOrEqual(300)
        expect(filesOf(few)).toEqual(filesOf(mutants))
        expect(few.filter(mutant => !more.includes(mutant))).toEqual([])
        expect(few.filter(mutant => !others.includes(mutant))).not.toEqual([])
    })
})

test("an equivalent is found by what the code says, wherever it stands; one that fits nothing is told", () => {
    const text = "export function f(a: number) {\n    return a > 0 ? a : 0\n}\n"
    const entry = {
        in: "f",
        was: "return a > 0 ? a : 0",
        is: "return a >= 0 ? a : 0",
        reason: "0 either way.",
    }
    const wrong = { ...entry, in: "g" }
    for (const moved of [text, `// a comment\n\n${text}`]) {
        const mutants = mutantsOf([moved])
        const found = matchEquivalents(mutants, {
            "src/case0.ts": [entry, wrong],
        })
        const ids = mutants.filter(({ by }) => by === ">=").map(({ id }) => id)
        expect([...found.reasons]).toEqual([[ids[0], entry.reason]])
        expect(found.problems).toEqual([
            'no mutant is src/case0.ts, g: "return a > 0 ? a : 0" -> "return a >= 0 ? a : 0"',
        ])
    }
})

test("a program holds functions of src/ and of its folders, not of packages", () => {
    const paths = [
        "src/queue.ts",
        "src/ring/core.ts",
        "devs/tests/ring.suite.ts",
        "node_modules/other/src/index.ts",
    ]
    const sources = paths.map(path => ({ path, length: 100 }))
    const functions = paths.map((_, i) => ({ location: [100 * i + 10, 20] }))
    expect(functionEnds([{ functions, sources }])).toEqual({
        "src/queue.ts": [30],
        "src/ring/core.ts": [30],
    })
})

test("the score counts what was noticed, and leaves out what is invalid or equivalent", () => {
    const [mutant] = mutantsOf(["let a = 1"])
    const states = [
        "killed",
        "killed",
        "timed out",
        "survived",
        "invalid",
        "equivalent",
    ]
    const judged = states.map(state => ({ mutant, state }))
    expect(score(judged)).toEqual({ killed: 3, survived: 1, percent: 75 })
    expect(describeTable(judged, ["src/case0.ts"]).split("\n")).toEqual([
        "file          mutants  invalid  killed  timed out  survived  equivalent",
        "src/case0.ts        6        1       2          1         1           1",
        "all                 6        1       2          1         1           1",
    ])
})

describe("a run", () => {
    const folder = join(root, ".devicescript/mutantstest")
    const texts = {
        "package.json": '{ "name": "few", "version": "0.0.1" }',
        "devsconfig.json": "{}",
        "src/few.ts": `
export function most(a: number) {
    if (a > 3) return 3
    while (a < 0) a = a + 1
    return a
}`,
        "devs/tests/few.suite.ts": `
import { describe, test } from "@devicescript/test"
import { most } from "../../src/few"
describe("most", () => {
    test("of little and of much", () => {
        if (most(-1) !== 0 || most(2) !== 2 || most(5) !== 3) throw new Error("wrong")
    })
})`,
        "test/programs/everything.ts":
            'import { most } from "../../src/few"\nmost(1)\n',
    }

    function makeProject() {
        rmSync(folder, { recursive: true, force: true })
        for (const [name, text] of Object.entries(texts)) {
            mkdirSync(dirname(join(folder, name)), { recursive: true })
            writeFileSync(join(folder, name), text)
        }
    }

    function chosen() {
        const tsconfig = join(folder, "tsconfig.json")
        const files = ["src/few.ts"]
        const text = JSON.stringify({
            extends: "../../tsconfig.json",
            files,
            include: [],
        })
        const mutants = findMutants(folder, {
            tsconfig,
            texts: { [tsconfig]: text },
        })
        const wanted = [
            "if (a >= 3) return 3",
            "{}",
            "while (a < 0) a = a - 1",
            "while (a < true) a = a + 1",
        ]
        return mutants.filter(({ is }) => wanted.includes(is))
    }

    test("tells killed and survived apart; the next goes on where it was", async () => {
        makeProject()
        const mutants = chosen()
        const judged = await judgeAll(folder, mutants, { workers: 1 })
        const states = judged.map(
            ({ mutant, state }) => `${mutant.is}: ${state}`
        )
        expect(states).toEqual([
            "{}: killed",
            "if (a >= 3) return 3: survived",
            "while (a < 0) a = a - 1: killed",
        ])
        expect(judged[0].result.by).toMatchObject({
            file: "devs/tests/few.suite.ts",
            test: "most: of little and of much, time stands still while tasks run",
        })
        expect(readFileSync(join(folder, "src/few.ts"), "utf8")).toBe(
            texts["src/few.ts"]
        )
        const kept = join(folder, ".devicescript/mutants/results.jsonl")
        const lines = readFileSync(kept, "utf8")
        expect(await judgeAll(folder, mutants, { workers: 1 })).toEqual(judged)
        expect(readFileSync(kept, "utf8")).toBe(lines)
    })
})
