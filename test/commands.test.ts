// What every command promises, and npm run test:suite.

import {
    cpSync,
    existsSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { root } from "../host/project/root.mjs"
import { errorOf, run, start } from "./commands"

const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"))
const commands = Object.entries<string>(scripts)
    .map(([name, line]) => ({
        name,
        script: /^node host\/commands\/(.*)$/.exec(line)?.[1],
    }))
    .filter(({ script }) => script !== undefined && script !== "setup.mjs")
    .map(({ name, script }) => ({ name, script: script! }))

describe.concurrent("each command", () => {
    test("is one of these", () => {
        const names = commands.map(({ name }) => name).sort()
        expect(names).toEqual(
            "bench boards bundle check deploy flash fuzz load soak start test:board test:mutants test:stress test:suite watch".split(
                " "
            )
        )
    })

    test.for(commands)(
        "$name --help: what it does, and its options",
        async ({ name, script }) => {
            const { code, output } = await run(script, ["--help"])
            const typed = name === "start" ? "npm start" : `npm run ${name}`
            expect(output).toMatch(
                new RegExp(`^Usage: ${typed} -- \\[options\\]`)
            )
            expect(output).toMatch(/\n\n[A-Z][^]*?\.\n\n(Arguments|Options):/)
            const options = output
                .split("\n")
                .filter(line => /^ {2}--/.test(line))
            expect(options.length).toBeGreaterThan(0)
            for (const line of options) expect(line).toMatch(/^ {2}--.* {2,}\S/)
            expect(code).toBe(0)
        }
    )

    test.for(commands)(
        "$name: a wrong option is one line, exit code 1",
        async ({ name, script }) => {
            const { code, output } = await run(script, ["--bogus"])
            expect(output).toBe(`${name}: unknown option '--bogus'\n`)
            expect(code).toBe(1)
        }
    )

    test.for([
        {
            name: "start",
            script: "start.mjs",
            option: "seconds",
            typed: "npm start --",
        },
        {
            name: "deploy",
            script: "deploy.mjs",
            option: "board",
            typed: "npm run deploy --",
        },
    ])(
        "$name: an option that npm took, without --, is explained",
        async ({ name, script, option, typed }) => {
            const env = { [`npm_config_${option}`]: "3" } // what npm makes of it
            const { code, output } = await run(script, ["3"], env)
            expect(output).toBe(
                `${name}: npm took --${option} for an option of its own: write "${typed} --${option} ..."\n`
            )
            expect(code).toBe(1)
        }
    )
})

test("as npm's own step after an installation, the set-up installs nothing that npm was told to leave out", async () => {
    const copy = mkdtempSync(join(tmpdir(), "kernel-queue-"))
    cpSync(join(root, "host"), join(copy, "host"), { recursive: true })
    cpSync(join(root, "package.json"), join(copy, "package.json"))
    const env = { npm_lifecycle_event: "dependencies" }
    const { code, output } = await run("setup.mjs", [], env, copy)
    expect(output).toBe("")
    expect(code).toBe(0)
    expect(existsSync(join(copy, "node_modules"))).toBe(false)
    rmSync(copy, { recursive: true })
})

test("CI runs what a contributor runs", () => {
    const ci = readFileSync(join(root, ".ci/run"), "utf8")
    expect(ci.trimEnd().split("\n").at(-1)).toBe("exec npm run --silent check")
})

describe.concurrent("npm run test:suite", () => {
    const fixture = (name: string) => `test/fixtures/${name}.suite.ts`

    test("runs a suite in both kinds of virtual time: a line a test, the counts, exit code 0", async () => {
        const { code, output } = await run("suite.mjs", [fixture("passing")])
        const tests = ["  pass  passing: adds", "  pass  passing: concatenates"]
        expect(output.trimEnd().split("\n")).toEqual([
            `compiling ${fixture("passing")}`,
            `${fixture("passing")}, time stands still while tasks run`,
            ...tests,
            `${fixture("passing")}, 0.3 ms charged a clock reading`,
            ...tests,
            "suites: 2 passed",
            "tests:  4 passed",
        ])
        expect(code).toBe(0)
    })

    test("several; failure, panic, no end and an error of the compiler are told apart, exit code 1", async () => {
        const names = "failing panicking endless standstill broken".split(" ")
        const { code, output } = await run("suite.mjs", names.map(fixture))
        const lines = output.trimEnd().split("\n")
        expect(lines).toEqual(
            expect.arrayContaining([
                "  FAIL  failing: does not hold: toBe: Expected 1, got 2 (test/fixtures/failing.suite.ts:8:9)",
                "  FAIL  panicking: never gives way: Exception: InfiniteLoop (test/fixtures/panicking.suite.ts:8:9)",
                "  FAIL  endless: waits for ever: the program ended before this test did",
                "  FAIL  standstill: sleeps for more than 31 bits: the VM wakes at once, again and again: Exception: tasks keep the processor: time stands still",
                "  FAIL  test/fixtures/broken.suite.ts:1:7 - error TS2322: Type 'string' is not assignable to type 'number'.",
            ])
        )
        expect(lines.at(-2)).toBe("suites: 0 passed, 9 failed")
        expect(code).toBe(1)
    })

    test("a name that no suite has", async () => {
        const { code, output } = await run("suite.mjs", ["nowhere"])
        expect(errorOf(output)).toMatch(
            /^test:suite: there is no suite "nowhere"; known: /
        )
        expect(code).toBe(1)
    })

    describe("--watch", () => {
        const copy = join(root, ".devicescript/suites")
        const suite = join(copy, "devs/tests/watched.suite.ts")

        beforeAll(() => {
            rmSync(copy, { recursive: true, force: true })
            for (const part of [
                "boards",
                "devs",
                "host",
                "src",
                "package.json",
                "devsconfig.json",
            ])
                cpSync(join(root, part), join(copy, part), { recursive: true })
            cpSync(join(root, fixture("passing")), suite)
        })

        test("runs again at each save", async ({ onTestFinished }) => {
            const args = ["--watch", "watched"]
            const { child, shows } = start("suite.mjs", args, {}, copy)
            onTestFinished(() => void child.kill("SIGKILL"))
            await shows("tests:  4 passed")
            const text = readFileSync(suite, "utf8")
            writeFileSync(suite, text.replace("toBe(2)", "toBe(3)"))
            await shows("tests:  2 passed, 2 failed")
            writeFileSync(suite, text)
            await shows("tests:  4 passed", 2)
        })
    })
})
