// The house rules as a test: constructs that do not compile, that compile into something else, or that are
// unsafe on the VM, and the layout of src/ and host/.

import { readFileSync, readdirSync } from "node:fs"
import { join, relative } from "node:path"
import { describe, expect, test } from "vitest"
import { root } from "../host/project/root.mjs"
import { type Fixture, fixtures } from "./tidy/fixtures"
import { inspectScripts } from "./tidy/host"
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
    return filesOf(folder).filter(path => path.endsWith(".ts"))
}

function filesOf(folder: string) {
    return readdirSync(join(root, folder), {
        recursive: true,
        withFileTypes: true,
    })
        .filter(entry => entry.isFile())
        .map(({ parentPath, name }) => relative(root, join(parentPath, name)))
        .map(path => path.replaceAll("\\", "/"))
}

describe("what runs on the host", () => {
    const tsconfig = join(root, "test/tsconfig.json")
    const inspected = withFiles(tsconfig, root, {}, files =>
        files.map(file => ({ path: file.path, findings: inspect(file) }))
    )

    test("is tidy", () => {
        const findings = inspected.flatMap(({ findings }) => findings)
        expect(findings.map(describeFinding).join("\n")).toBe("")
    })

    test("is inspected completely", () => {
        const paths = inspected.map(({ path }) => path)
        expect(paths).toEqual(expect.arrayContaining(filesOf("host")))
    })

    const manifest = readFileSync(join(root, "package.json"), "utf8")
    const { scripts } = JSON.parse(manifest)

    test("has a command for each of npm's scripts, and a script for each command", () => {
        expect(inspectScripts(scripts, filesOf("host"))).toEqual([])
    })

    test.each([
        {
            wrong: "a script of what is no command",
            changed: { ...scripts, bench: "node host/measure/marks.mjs" },
            problems: [
                "npm run bench: host/measure/marks.mjs is no command of host/",
                "host/commands/bench.mjs: no script runs it",
            ],
        },
        {
            wrong: "a script of a file that is not there",
            changed: { ...scripts, other: "node host/commands/other.mjs" },
            problems: [
                "npm run other: host/commands/other.mjs is no command of host/",
            ],
        },
    ])("$wrong would be reported", ({ changed, problems }) => {
        expect(inspectScripts(changed, filesOf("host"))).toEqual(problems)
    })
})

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
        compilerOptions: { allowJs: true }, // of host/
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
