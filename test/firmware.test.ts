// The firmware of devs/: every entry compiles, and on the simulator nothing is lost, nothing is out of order
// within its priority, and alarms overtake.

import { readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import { compile, root } from "../host/devicescript.mjs"
import { parseReport, problemsOf } from "../host/verdict.mjs"
import { runVirtual } from "../host/simulator.mjs"

type Report = Record<string, string>

const boards = [
    "pico",
    "pico_w",
    "esp32_devkit_c",
    "esp32c3_bare",
    "seeed_xiao_esp32c3",
]

describe("a board's entry", () => {
    for (const board of boards)
        test(`${board} compiles, for its own pins`, async () => {
            const entry = `devs/${board}.ts`
            const text = readFileSync(join(root, entry), "utf8")
            expect(text).toContain(`"@dsboard/${board}"`)
            const { binary } = await compile(entry)
            expect(binary.length).toBeGreaterThan(0)
        })

    test("has its wiring in boards/README.md", () => {
        const wiring = readFileSync(join(root, "boards/README.md"), "utf8")
        for (const board of boards) {
            const entry = readFileSync(join(root, `devs/${board}.ts`), "utf8")
            expect(wiring).toContain(`devs/${board}.ts`)
            for (const [, pin] of entry.matchAll(/pins\.(\w+)/g))
                expect(wiring).toContain(pin.replace(/^.*_(?=D\d+$)/, ""))
        }
    })
})

const clocks = [
    { kind: "time stands still while tasks run", chargeMs: 0 },
    { kind: "0.3 ms charged a clock reading", chargeMs: 0.3 },
]
const seconds = 60

describe.each(clocks)("the firmware, $kind", ({ chargeMs }) => {
    let reports: Report[]
    let last: Report
    let panicCode: number | undefined

    beforeAll(async () => {
        const program = await compile("devs/main.ts")
        const limitMs = seconds * 1000 + 500 // the first line comes a second after the start
        const run = await runVirtual(program, { chargeMs, limitMs })
        reports = run.output.map(parseReport).filter(report => !!report)
        last = reports[reports.length - 1]
        panicCode = run.panicCode
    })

    test("reports once a second", () => {
        const ticks = reports.map(report => Number(report.tick))
        expect(ticks.length).toBe(seconds)
        ticks.forEach((tick, i) =>
            expect(Math.abs(tick - 1000 * (i + 1))).toBeLessThan(100)
        )
    })

    test("loses nothing and keeps the order within a priority", () => {
        expect(problemsOf({ report: last, panicCode })).toEqual([])
    })

    test("receives all that it sends, but for what is on its way", () => {
        for (const { sent, received, depth } of reports) {
            const [readings, commands] = depth.split("+").map(Number)
            const onTheWay = Number(sent) - Number(received)
            // one more on each link may have been handed to a task that has not run yet
            expect(onTheWay).toBeGreaterThanOrEqual(readings + commands)
            expect(onTheWay).toBeLessThanOrEqual(readings + commands + 2)
        }
    })

    test("sends readings in every second", () => {
        const sent = [0, ...reports.map(report => Number(report.sent))]
        for (let i = 1; i < sent.length; i++)
            expect(sent[i] - sent[i - 1]).toBeGreaterThan(50)
    })

    test("corrects what the sensor reads by its calibration table", () => {
        const values = reports.map(report => Number(report.value))
        // the curve's top is 38.0 degrees; the sensor itself never reads more than 36.8
        expect(Math.max(...values)).toBeGreaterThan(36.9)
        expect(Math.max(...values)).toBeLessThanOrEqual(38)
    })

    test("alarms overtake queued messages", () => {
        expect(Number(last.alarms)).toBeGreaterThan(0)
        expect(Number(last.overtook)).toBeGreaterThan(0)
    })

    test("the actor turns off and on, and shows the alarm", () => {
        const states = new Set(reports.map(report => report.actor))
        expect([...states].sort()).toEqual(["ALARM", "off", "on"])
    })
})
