// The firmware of devs/: every entry compiles, and on the simulator nothing is lost, nothing is out of order
// within its priority, and alarms overtake.

import { readFileSync } from "node:fs"
import { join } from "node:path"
import { beforeAll, describe, expect, test } from "vitest"
import {
    checkImageSize,
    listBoards,
    readHardware,
} from "../host/device/boards.mjs"
import { compile } from "../host/devicescript/compiler.mjs"
import { root } from "../host/project/root.mjs"
import { parseReport, problemsOf } from "../host/firmware/verdict.mjs"
import { runVirtual } from "../host/vm/simulator.mjs"

type Report = Record<string, string>

const boards = listBoards()

describe("a board's entry", () => {
    test.each(boards)(
        "$id compiles, for its own pins, and fits",
        async board => {
            const program = await compile(board.entry)
            expect(program.binary.length).toBeGreaterThan(0)
            checkImageSize(program, board, readHardware(board))
        }
    )

    test.each(boards)("$id says how it is wired", ({ entry, wiring }) => {
        const text = readFileSync(join(root, entry), "utf8")
        const places = `${wiring.sensor} ${wiring.actor}`
        for (const [, pin] of text.matchAll(/pins\.(\w+)/g))
            expect(places).toContain(pin.replace(/^.*_(?=D\d+$)/, ""))
        expect(wiring.log).not.toBe("")
    })

    test("stands in the table of boards/README.md as it stands in its entry", () => {
        const table = readFileSync(join(root, "boards/README.md"), "utf8")
        const rows = [...table.matchAll(/^\|.*`(devs\/\w+\.ts)`.*$/gm)]
        expect(rows.length).toBeGreaterThan(5)
        for (const [row, entry] of rows) {
            if (entry === "devs/main.ts") continue // the simulator
            const board = boards.find(each => each.entry === entry)
            expect(board, entry).toBeDefined()
            expect(row).toContain(board!.wiring.sensor)
            expect(row).toContain(board!.wiring.actor)
        }
    })
})

const clocks = [
    { kind: "time stands still while tasks run", chargeMs: 0 },
    { kind: "0.3 ms charged a clock reading", chargeMs: 0.3 },
]
const seconds = 60
const firmware = compile("devs/main.ts")

describe.each(clocks)("the firmware, $kind", ({ chargeMs }) => {
    let reports: Report[]
    let last: Report
    let records: Record<string, any>[]
    let panicCode: number | undefined

    beforeAll(async () => {
        const program = await firmware
        const limitMs = seconds * 1000 + 500 // the first line comes a second after the start
        const run = await runVirtual(program, { chargeMs, limitMs })
        reports = run.output.map(parseReport).filter(report => !!report)
        last = reports[reports.length - 1]
        records = run.lines
            .map(line => /^# \d+ (\{.*\})$/.exec(line)?.[1])
            .filter(json => json !== undefined)
            .map(json => JSON.parse(json))
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

    test("has a record of every queue every ten seconds", () => {
        expect(records.map(({ name }) => name)).toEqual(
            Array.from({ length: 6 }, () => [
                ...["readings", "commands", "calibration"],
            ]).flat()
        )
        for (const { sent, received, size, dropped, purged } of records)
            expect(sent).toBe(received + size + dropped + purged)
        expect(records.at(-3)!.sent).toBeGreaterThan(1000)
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
