// The house rules as a test: constructs that do not compile, that compile into something else, or that are
// unsafe on the VM, and the layout of src/.

import { readdirSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { root } from "../host/project/root.mjs"
import { type Fixture, fixtures } from "./tidy/fixtures"
import { withFiles } from "./tidy/project"
import { describeFinding, inspect, rules, unfinishedRule } from "./tidy/rules"

describe("the library and the programs for boards", () => {
    const tsconfig = join(root, "tsconfig.json")
    const inspected = withFiles(tsconfig, root, {}, files =>
        files.map(file => ({ path: file.path, findings: inspect(file) }))
    )

    test("are tidy", () => {
        const findings = inspected.flatMap(({ findings }) => findings)
        expect(findings.map(describeFinding).join("\n")).toBe("")
    })

    test("are inspected completely", () => {
        const paths = inspected.map(({ path }) => path)
        expect(paths.sort()).toEqual(
            ["src", "devs", "test/programs"].flatMap(programTexts).sort()
        )
    })
})

function programTexts(folder: string) {
    return readdirSync(join(root, folder), { recursive: true })
        .map(name => `${folder}/${String(name).replaceAll("\\", "/")}`)
        .filter(path => path.endsWith(".ts"))
}

describe("the rules", () => {
    const cases = fixtures.flatMap((fixture, index) => {
        const bad = { fixture, text: fixture.bad, folder: `bad${index}` }
        if (fixture.good === undefined) return [bad]
        return [bad, { fixture, text: fixture.good, folder: `good${index}` }]
    })
    const findings = inspectFixtures(cases)

    for (const { fixture, text, folder } of cases) {
        const line = markedLines(text)[0] ?? 1
        const start = text.split("\n")[line - 1].replace("//!", "").trim()
        const verb = text === fixture.bad ? "reports" : "leaves alone"
        test(`${fixture.rule}: ${verb} ${start}`, () => {
            const found = findings.get(folder)!
            expect(found.map(({ line }) => line)).toEqual(markedLines(text))
            for (const { rule } of found) expect(rule).toBe(fixture.rule)
        })
    }

    test("have fixtures each", () => {
        const names = [...rules.map(({ name }) => name), unfinishedRule]
        const shown = new Set(fixtures.map(({ rule }) => rule))
        expect(names.filter(name => !shown.has(name))).toEqual([])
    })
})

interface Case {
    fixture: Fixture
    text: string
    folder: string
}

/** All texts at once, each in a folder of its own that exists for the compiler only. */
function inspectFixtures(cases: Case[]) {
    const base = join(root, "fixtures")
    const texts: Record<string, string> = {}
    for (const { fixture, text, folder } of cases)
        texts[join(base, folder, fixture.path ?? "src/ring/ring.ts")] = text
    const tsconfig = join(base, "tsconfig.json")
    const files = Object.keys(texts)
    texts[tsconfig] = JSON.stringify({
        extends: "../tsconfig.json",
        files,
        include: ["../node_modules/@devicescript/core/src/*.d.ts"],
    })
    return withFiles(tsconfig, base, texts, opened => {
        const found = opened.map(file => {
            const [folder, ...path] = file.path.split("/")
            return [folder, inspect({ ...file, path: path.join("/") })] as const
        })
        return new Map(found)
    })
}

function markedLines(text: string) {
    return text
        .split("\n")
        .flatMap((line, index) => (line.endsWith("//!") ? [index + 1] : []))
}
