// `npm start`: its arguments, its verdict, its exit code.

import { spawn, spawnSync } from "node:child_process"
import {
    cpSync,
    mkdtempSync,
    rmSync,
    symlinkSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, describe, expect, onTestFinished, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { root } from "../host/project/root.mjs"
import { runVirtual } from "../host/vm/simulator.mjs"
import { limitMs } from "./limit.mjs"
import {
    parseReport,
    problemsOf,
    summarize,
} from "../host/firmware/verdict.mjs"

const start = (args: string[], folder = root) =>
    spawnSync(process.execPath, ["host/commands/start.mjs", ...args], {
        cwd: folder,
        encoding: "utf8",
        timeout: limitMs,
    })

describe("wrong arguments", () => {
    const wrong = [
        ["--seconds", "abc"],
        ["--seconds", "0"],
        ["--seconds", "-1"],
        ["--seconds", "1.5"],
        ["--seconds", "1000001"],
        ["--seconds="],
        ["--seconds"],
        ["--bogus"],
        ["stray"],
    ]
    test.each(wrong.map(args => ({ args })))("$args", ({ args }) => {
        const { status, stdout, stderr } = start(args)
        expect(status).toBe(1)
        expect(stdout).toBe("")
        expect(stderr).toMatch(/^start: .+\n$/) // "." matches no line break: one line
    })
})

const good =
    "tick 7019  sent 500  received 498  lost 0  disorder 0  depth 1+1  high 8+3  alarms 26  overtook 59  value 30.9  actor on"
const withFigure = (name: string, value: number) =>
    parseReport(good.replace(new RegExp(`${name} \\d+`), `${name} ${value}`))

describe("the verdict", () => {
    test("all is well", () => {
        const run = { report: parseReport(good), panicCode: undefined }
        expect(problemsOf(run)).toEqual([])
        expect(summarize(run.report, [])).toMatch(/7\.0 s.* 500 sent.* ok$/)
    })

    test.each([
        ["a message is lost", withFigure("lost", 1), "1 lost"],
        [
            "a message is out of order",
            withFigure("disorder", 2),
            "2 out of order",
        ],
        [
            "nothing was received",
            withFigure("received", 0),
            "nothing was received",
        ],
        ["there was no report", undefined, "the firmware reported nothing"],
    ])("%s", (_, report, problem) => {
        expect(problemsOf({ report, panicCode: undefined })).toEqual([problem])
        expect(summarize(report, [problem])).toContain(`FAILED: ${problem}`)
    })

    test("the firmware ended, by a panic or by a restart", () => {
        const report = parseReport(good)
        for (const panicCode of [60005, 0])
            expect(problemsOf({ report, panicCode })).toHaveLength(1)
    })

    test("the firmware fell silent", () => {
        const run = { report: parseReport(good), panicCode: undefined }
        expect(problemsOf({ ...run, silent: true })).toHaveLength(1)
    })

    test.each(["hello", "", "lost 0", good.replace("lost 0", "lost ?")])(
        "%j is no report",
        line => expect(parseReport(line)).toBeUndefined()
    )
})

describe("a run", () => {
    test("of two seconds ends with a summary and 0", () => {
        const { status, stdout, stderr } = start(["--seconds", "2"])
        const lines = stdout.trimEnd().split("\n")
        expect(stderr).toBe("")
        expect(status).toBe(0)
        const ticks = lines.slice(1, -1).map(line => parseReport(line)?.tick)
        expect(lines[0]).toBe("compiling devs/main.ts")
        expect(ticks.length).toBeGreaterThan(0)
        // it ends with the first report from two seconds on
        expect(ticks.findIndex(tick => Number(tick) >= 2000)).toBe(
            ticks.length - 1
        )
        expect(lines.at(-1)).toMatch(/^summary: \d+\.\d s, .* 0 lost, .* ok$/)
    })

    // Windows has no SIGINT to send to another process
    test.skipIf(process.platform === "win32")(
        "without a limit ends with a summary at Ctrl-C",
        async () => {
            const child = spawn(process.execPath, ["host/commands/start.mjs"], {
                cwd: root,
            })
            onTestFinished(() => void child.kill("SIGKILL")) // it would run for ever
            let output = ""
            child.stdout.on("data", data => {
                if (/^tick /m.test(data)) child.kill("SIGINT")
                output += data
            })
            const status = await new Promise(resolve =>
                child.on("close", resolve)
            )
            expect(output).toMatch(
                /^compiling .*\n(tick .*\n)+summary: .* ok\n$/
            )
            expect(status).toBe(0)
        }
    )
})

/** The firmware with another actor, or with one more task in it, which `task` is the endless body of. */
const sabotaged = (task: string, actor = "RecordedActor") => `
import * as ds from "@devicescript/core"
import { startFirmware } from "./firmware"
import { Actor } from "./firmware/devices"
import { RecordedActor, TemperatureCurve } from "./firmware/simulated"

class HangingActor implements Actor {
    private started = false
    async drive() {
        if (this.started) await ds.suspend()
        this.started = true
    }
}

const { readings, commands } = await startFirmware(new TemperatureCurve(), new ${actor}())
const loot = Buffer.alloc(16)
while (true) {
    await ds.sleep(20)
    ${task}
}
`

describe("a firmware that does wrong ends with 1", () => {
    const folder = mkdtempSync(join(tmpdir(), "kernel-queue-"))
    afterAll(() => rmSync(folder, { recursive: true }))
    for (const part of ["host", "src", "devs"])
        cpSync(join(root, part), join(folder, part), { recursive: true })
    for (const file of ["package.json", "devsconfig.json"])
        cpSync(join(root, file), join(folder, file))
    symlinkSync(
        join(root, "node_modules"),
        join(folder, "node_modules"),
        "junction"
    )

    const faults = [
        {
            fault: "a thief receives readings",
            program: sabotaged("readings.queue.recv(loot)"),
            problem: /\d lost/,
        },
        {
            fault: "readings are purged",
            program: sabotaged("readings.queue.purge()"),
            problem: /\d lost/,
        },
        {
            fault: "the actor hangs, and its queue refuses commands",
            program: sabotaged("", "HangingActor"),
            problem: /\d lost/,
        },
        {
            fault: "the actor hangs, and its queue is purged, so that no gap ever shows",
            program: sabotaged("commands.queue.purge()", "HangingActor"),
            problem: /\d lost/,
        },
        {
            fault: "a message comes twice",
            program: sabotaged(
                "if (readings.queue.recv(loot) > 0) { readings.queue.send(loot); readings.queue.send(loot) }"
            ),
            problem: /\d out of order/,
        },
        {
            fault: "an exception that nobody catches",
            program: sabotaged("throw new Error('x')"),
            problem: /ended by itself/,
        },
    ]
    test.each(faults)(
        "$fault: by its own report",
        async ({ program, problem }) => {
            writeFileSync(join(folder, "devs/main.ts"), program)
            const firmware = await compile("devs/main.ts", folder)
            const run = await runVirtual(firmware, { limitMs: 3_000 })
            const report = run.output.map(parseReport).findLast(Boolean)
            const problems = problemsOf({ report, panicCode: run.panicCode })
            expect(problems.join(", ")).toMatch(problem)
        }
    )

    test.each([faults[0], faults.at(-1)!])(
        "$fault: by the exit code",
        ({ program, problem }) => {
            writeFileSync(join(folder, "devs/main.ts"), program)
            const { status, stdout } = start(["--seconds", "2"], folder)
            const summary = stdout.trimEnd().split("\n").at(-1)
            const [, problems] = summary?.split("FAILED: ") ?? []
            expect(problems).toMatch(problem)
            expect(status).toBe(1)
        }
    )

    test("records are shown, as well as lines", () => {
        const program = `import { restart, sleep } from "@devicescript/core"
console.log("a line")
console.data("a record")
await sleep(10)
restart()
`
        writeFileSync(join(folder, "devs/main.ts"), program)
        const { stdout } = start([], folder)
        expect(stdout).toMatch(/^a line\n# \d+ .*a record/m)
    })

    test("silence: by the exit code", () => {
        writeFileSync(join(folder, "devs/main.ts"), "console.log('tick tock')")
        const { status, stdout } = start([], folder)
        expect(stdout).toMatch(/fell silent, the firmware reported nothing\n$/)
        expect(status).toBe(1)
    })
})
