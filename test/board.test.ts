// npm run test:board, deploy and watch up to the cable: on the CLI's own VM process, and on the real VM behind the
// CLI's serial transport (fixtures/serial-board.cjs).
//
// The CLI's devtools has three fixed ports: whatever opens them is tested here, one after the other.

import { execFileSync } from "node:child_process"
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, onTestFinished, test } from "vitest"
import { root } from "../host/devicescript.mjs"
import { isTaken, occupy, run, start } from "./commands"

const ports = [8081, 8082, 8083]
const fixture = (name: string) => `test/fixtures/${name}.suite.ts`
const serialBoard = {
    NODE_OPTIONS: `--require "${join(root, "test/fixtures/serial-board.cjs")}"`,
}

async function expectFreePorts() {
    for (const port of ports)
        expect(await isTaken(port), `port ${port} is taken`).toBe(false)
}

beforeAll(expectFreePorts)

describe("test:board on the CLI's VM process", () => {
    test("a suite that passes: a line a test, the counts, exit code 0", async () => {
        const args = ["--vm", fixture("passing")]
        const { code, output } = await run("board.mjs", args)
        expect(output.trimEnd().split("\n")).toEqual([
            "test/fixtures/passing.suite.ts",
            "  pass  passing: adds",
            "  pass  passing: concatenates",
            "suites: 1 passed",
            "tests:  2 passed",
        ])
        expect(code).toBe(0)
        await expectFreePorts()
    })

    test("failure, panic, no end and an error of the compiler are told apart; exit code 1", async () => {
        const { code, output } = await run("board.mjs", [
            ...["--vm", "--timeout", "8"],
            ...["failing", "panicking", "endless", "broken"].map(fixture),
        ])
        const lines = output.trimEnd().split("\n")
        expect(lines).toEqual(
            expect.arrayContaining([
                "  pass  failing: holds",
                "  FAIL  failing: does not hold: toBe: Expected 1, got 2 (test/fixtures/failing.suite.ts:8:9)",
                "  FAIL  panicking: never gives way: Exception: InfiniteLoop (test/fixtures/panicking.suite.ts:8:9)",
                "        !  at inline_F11 (pc:5) test/fixtures/panicking.suite.ts:8:9",
                "  FAIL  the suite stopped at test 2 of 3",
                "  FAIL  endless: waits for ever: no end within 8 s",
                "  FAIL  test/fixtures/broken.suite.ts:1:7 - error TS2322: Type 'string' is not assignable to type 'number'.",
            ])
        )
        expect(lines.slice(-2)).toEqual([
            "suites: 0 passed, 4 failed",
            "tests:  3 passed, 3 failed, 1 not run",
        ])
        expect(code).toBe(1)
    })

    test("Ctrl-C leaves no process behind", async () => {
        const args = ["--vm", fixture("endless")]
        const { child, ended } = start("board.mjs", args)
        await expect
            .poll(() => isTaken(ports[0]), { timeout: 20_000 })
            .toBe(true)
        child.kill("SIGINT")
        expect((await ended).code).toBe(130)
        await expect.poll(() => isTaken(ports[0])).toBe(false)
        await expectFreePorts()
    })
})

describe("test:board on a serial port", () => {
    test("a reset and a pulled plug fail their suites; the next suite runs", async () => {
        const suites = ["interrupted", "unplugged", "passing"].map(fixture)
        // devtools may lose replies of a board that has just started: a deploy then takes several tries
        const args = ["--wait", "30", ...suites]
        const { code, output } = await run("board.mjs", args, serialBoard)
        expect(output.trimEnd().split("\n")).toEqual([
            "test/fixtures/interrupted.suite.ts",
            "  FAIL  interrupted: resets its board: the board was reset",
            "  FAIL  the suite stopped at test 1 of 1",
            "test/fixtures/unplugged.suite.ts",
            "  FAIL  unplugged: loses its plug: the board was disconnected",
            "  FAIL  the suite stopped at test 1 of 1",
            "test/fixtures/passing.suite.ts",
            "  pass  passing: adds",
            "  pass  passing: concatenates",
            "suites: 1 passed, 2 failed",
            "tests:  2 passed, 2 failed",
        ])
        expect(code).toBe(1)
    })

    test("no board: what was tried and what to check", async () => {
        const args = ["--wait", "1", fixture("passing")]
        const env = { ...serialBoard, SERIAL_BOARD: "absent" }
        const { code, output } = await run("board.mjs", args, env)
        expect(output).toMatch(
            /^test:board: no board answers on serial within 1 s \(.*\); check that /
        )
        expect(output.trimEnd()).not.toContain("\n")
        expect(code).toBe(1)
    })
})

describe("test:board, not started", () => {
    test.each(ports)("port %i is taken", async port => {
        const occupied = await occupy(port)
        const { code, output } = await run("board.mjs", [fixture("passing")])
        occupied.release()
        expect(output).toMatch(`test:board: port ${port} is taken: the CLI's`)
        expect(output.trimEnd()).not.toContain("\n")
        expect(code).toBe(1)
    })

    test.each([
        [["nowhere"], /^test:board: there is no suite "nowhere"; known: /],
        [["--speed"], /^test:board: Unknown option '--speed'; known: --vm, /],
        [["--usb", "--vm"], /^test:board: choose one of --vm, --usb/],
        [["--wait", "-1"], /^test:board: --wait wants seconds, not "-1"/],
    ])("%s: one clear line, exit code 1", async (args, message) => {
        const { code, output } = await run("board.mjs", args)
        expect(output).toMatch(message)
        expect(output.trimEnd()).not.toContain("\n")
        expect(code).toBe(1)
    })
})

describe("watch on the CLI's VM process", () => {
    const copy = join(root, ".devicescript/watched")
    const entry = join(copy, "devs/main.ts")

    beforeAll(() => {
        rmSync(copy, { recursive: true, force: true })
        for (const part of ["boards", "devs", "host", "src"])
            cpSync(join(root, part), join(copy, part), { recursive: true })
        for (const file of ["package.json", "devsconfig.json"])
            cpSync(join(root, file), join(copy, file))
    })

    test("found, deployed, its log followed; again at every save; unplugged and back", async () => {
        const text = readFileSync(entry, "utf8")
        const args = ["--vm", "--seconds", "50"]
        const { child, ended, output } = start("watch.mjs", args, {}, copy)
        onTestFinished(() => void child.kill("SIGINT"))
        const shows = (what: string | RegExp, times = 1) =>
            expect
                .poll(() => output().split(what).length - 1, {
                    timeout: 20_000,
                })
                .toBeGreaterThanOrEqual(times)
        await shows("deployed devs/main.ts; its log follows")
        await shows(/^tick \d+ {2}sent /m)
        writeFileSync(entry, `console.log("saved")\n${text}`)
        await shows(/^saved$/m)
        await shows("deployed devs/main.ts", 2)
        writeFileSync(entry, `const one: string = 1\n${text}`)
        await shows("devs/main.ts:1:7 - error TS2322")
        writeFileSync(entry, `console.log("mended")\n${text}`)
        await shows(/^mended$/m)
        unplugVm()
        await shows(
            /^the VM process ended: .*; its log goes on when it is back$/m
        )
        await shows(/^mended$/m, 2)
        child.kill("SIGINT")
        expect((await ended).code).toBe(130)
        await expect.poll(() => isTaken(ports[0])).toBe(false)
        await expectFreePorts()
    })
})

/** Ends the VM process that stands for a board, as if its plug were pulled. */
function unplugVm() {
    const processes = execFileSync("ps", ["-A", "-o", "pid=,args="], {
        encoding: "utf8",
    }).split("\n")
    const vm = processes.find(line => / vm --devtools\b/.test(line))
    expect(vm, processes.join("\n")).toBeDefined()
    process.kill(Number.parseInt(vm!), "SIGKILL")
}

describe("deploy and watch on a serial port", () => {
    test("deploys, shows a panic with its source lines, and ends when its time is over", async () => {
        const args = ["--board", "pico", "--seconds", "2"]
        const { code, output } = await run("watch.mjs", args, serialBoard)
        expect(output).toContain("deployed devs/pico.ts; its log follows")
        // the VM has no such pin
        expect(output).toMatch(
            /message: getting field 'setMode' of undefined\n\* {2}at AdcSensor_F\d+ \(pc:\d+\) devs\/firmware\/adc\.ts:\d+:\d+\n/
        )
        expect(code).toBe(0)
        await expectFreePorts()
    })

    test("no board: what was tried and what to check", async () => {
        const args = ["--board", "pico", "--wait", "1"]
        const env = { ...serialBoard, SERIAL_BOARD: "absent" }
        const { code, output } = await run("deploy.mjs", args, env)
        expect(output).toMatch(
            /^deploy: no board answers on serial within 1 s \(.*\); check that /
        )
        expect(output.trimEnd()).not.toContain("\n")
        expect(code).toBe(1)
    })

    test.each(ports)("port %i is taken", async port => {
        const occupied = await occupy(port)
        const args = ["--board", "pico"]
        const { code, output } = await run("deploy.mjs", args)
        occupied.release()
        expect(output).toMatch(`deploy: port ${port} is taken: the CLI's`)
        expect(output.trimEnd()).not.toContain("\n")
        expect(code).toBe(1)
    })
})
