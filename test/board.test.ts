// npm run test:board, deploy and watch up to the cable: on the simulator's VM in a board's place, and on the real VM
// behind the CLI's serial transport (fixtures/serial-board.cjs). Each command waits most of its time: they run side by side.

import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { root } from "../host/project/root.mjs"
import { errorOf, occupy, run, start } from "./commands"

const fixture = (name: string) => `test/fixtures/${name}.suite.ts`
const serialBoard = {
    NODE_OPTIONS: `--require "${join(root, "test/fixtures/serial-board.cjs")}"`,
}
/** Of a command that must find its board, however slow the machine is. */
const patient = ["--wait", "600"]

const passed = [
    "running test/fixtures/passing.suite.ts",
    "test/fixtures/passing.suite.ts",
    "  pass  passing: adds",
    "  pass  passing: concatenates",
    "suites: 1 passed",
    "tests:  2 passed",
]

function expectOneLine(output: string, message: string | RegExp) {
    const error = errorOf(output).trimEnd()
    expect(error).toMatch(message)
    expect(error).not.toContain("\n")
}

describe.concurrent("test:board on the simulator's VM", () => {
    test("a suite that passes: a line a test, the counts, exit code 0", async () => {
        const args = ["--vm", ...patient, fixture("passing")]
        const { code, output } = await run("board.mjs", args)
        const lines = output.trimEnd().split("\n")
        expect(lines).toEqual(["starting the simulator's VM", ...passed])
        expect(code).toBe(0)
    })

    test("failure, panic, no end and an error of the compiler are told apart; exit code 1", async () => {
        const { code, output } = await run("board.mjs", [
            ...["--vm", ...patient, "--timeout", "8"],
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

    test("the ports of the CLI's devtools may be taken: VS Code's extension holds them", async () => {
        const occupied = await Promise.all([8081, 8082, 8083].map(occupy))
        const args = ["--vm", ...patient, fixture("passing")]
        const { code, output } = await run("board.mjs", args)
        for (const { release } of occupied) release()
        expect(code, output).toBe(0)
    })
})

describe.concurrent("test:board on a serial port", () => {
    test("a reset and a pulled plug fail their suites; the next suite runs", async () => {
        const suites = ["interrupted", "unplugged", "passing"].map(fixture)
        const args = [...patient, ...suites]
        const { code, output } = await run("board.mjs", args, serialBoard)
        const isNews = (line: string) => !line.includes("once more")
        expect(output.trimEnd().split("\n").filter(isNews)).toEqual([
            "looking for a board on serial, for 600 s",
            "running test/fixtures/interrupted.suite.ts",
            "test/fixtures/interrupted.suite.ts",
            "  FAIL  interrupted: resets its board: the board was reset",
            "  FAIL  the suite stopped at test 1 of 1",
            "running test/fixtures/unplugged.suite.ts",
            "test/fixtures/unplugged.suite.ts",
            "  FAIL  unplugged: loses its plug: the board was disconnected",
            "  FAIL  the suite stopped at test 1 of 1",
            ...passed.slice(0, -2),
            "suites: 1 passed, 2 failed",
            "tests:  2 passed, 2 failed",
        ])
        expect(code).toBe(1)
    })
})

describe.concurrent(
    "a board that does not answer in the CLI's own time",
    () => {
        test("is tried again, which is said, and takes the program", async () => {
            const args = [...patient, fixture("passing")]
            const env = { ...serialBoard, SERIAL_BOARD: "deaf" }
            const { code, output } = await run("board.mjs", args, env)
            expect(output).toMatch(
                /^the board does not answer \(timeout .*\): once more$/m
            )
            expect(output).toContain(passed.slice(-5).join("\n"))
            expect(code).toBe(0)
        })
    }
)

describe.concurrent("no board", () => {
    const commands = [
        { name: "test:board", script: "board.mjs", args: [fixture("passing")] },
        { name: "deploy", script: "deploy.mjs", args: ["--board", "pico"] },
        { name: "watch", script: "watch.mjs", args: ["--board", "pico"] },
    ]
    const troubles = {
        absent: "nothing is connected",
        "no-udev": "serial ports cannot be listed: udevadm is not installed",
    }
    for (const { name, script, args } of commands)
        for (const [state, tried] of Object.entries(troubles))
            test(`${name}, ${state}: says at once what it waits for, then one line, exit code 1`, async () => {
                const env = { ...serialBoard, SERIAL_BOARD: state }
                const given = ["--wait", "1", ...args]
                const { code, output } = await run(script, given, env)
                expect(output).toMatch(
                    /^looking for a board on serial, for 1 s\n/
                )
                expectOneLine(
                    output,
                    `${name}: no board answers on serial within 1 s (${tried}); check that `
                )
                expect(code).toBe(1)
            })
})

describe.concurrent("test:board, not started", () => {
    test.each([
        [["nowhere"], /^test:board: there is no suite "nowhere"; known: /],
        [["--speed"], /^test:board: unknown option '--speed'/],
        [["--usb", "--vm"], /^test:board: option '--usb' cannot be used with /],
        [
            ["--wait", "-1"],
            /^test:board: option '--wait <seconds>' argument '-1' is invalid/,
        ],
        [["--wait"], /^test:board: option '--wait <seconds>' argument missing/],
    ])("%s: one clear line, exit code 1", async (args, message) => {
        const { code, output } = await run("board.mjs", args)
        expectOneLine(output, message)
        expect(code).toBe(1)
    })
})

describe.concurrent("watch on the simulator's VM", () => {
    const copy = join(root, ".devicescript/watched")
    const entry = join(copy, "devs/main.ts")

    beforeAll(() => {
        rmSync(copy, { recursive: true, force: true })
        for (const part of ["boards", "devs", "host", "src"])
            cpSync(join(root, part), join(copy, part), { recursive: true })
        for (const file of ["package.json", "devsconfig.json"])
            cpSync(join(root, file), join(copy, file))
    })

    test("deployed, its log followed; again at every save; an error in a save is shown", async ({
        onTestFinished,
    }) => {
        const text = readFileSync(entry, "utf8")
        const args = ["--vm", ...patient]
        const { child, shows } = start("watch.mjs", args, {}, copy)
        onTestFinished(() => void child.kill("SIGKILL"))
        await shows("deployed devs/main.ts; its log follows")
        await shows("watching devs, src, boards")
        await shows(/^tick \d+ {2}sent /m)
        writeFileSync(entry, `console.log("saved")\n${text}`)
        await shows(/^saved$/m)
        await shows("deployed devs/main.ts", 2)
        writeFileSync(entry, `const one: string = 1\n${text}`)
        await shows("devs/main.ts:1:7 - error TS2322")
        writeFileSync(entry, `console.log("mended")\n${text}`)
        await shows(/^mended$/m)
    })
})

describe.concurrent("watch on a serial port", () => {
    test("deploys, shows a panic with its source lines, and ends when its time is over", async () => {
        const args = ["--board", "pico", "--seconds", "2", ...patient]
        const { code, output } = await run("watch.mjs", args, serialBoard)
        expect(output).toContain("deployed devs/pico.ts; its log follows")
        // the VM has no such pin
        expect(output).toMatch(
            /message: getting field 'setMode' of undefined\n\* {2}at AdcSensor_F\d+ \(pc:\d+\) devs\/firmware\/adc\.ts:\d+:\d+\n/
        )
        expect(code).toBe(0)
    })

    test("unplugged and back: says so, and goes on with its log", async ({
        onTestFinished,
    }) => {
        const args = ["--board", "pico", ...patient]
        const env = { ...serialBoard, SERIAL_BOARD: "loose" }
        const { child, shows } = start("deploy.mjs", args, env)
        onTestFinished(() => void child.kill("SIGKILL"))
        await shows(
            "the board was disconnected; its log goes on when it is back"
        )
        await shows("* start: ", 2)
    })
})
