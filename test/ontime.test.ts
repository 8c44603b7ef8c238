// On time: where the board has time to spare nobody notices the gate, and beside greedy tasks those that use little
// come first. Each load is run with the library's waits and with the VM's own beside it, in virtual time.

import { beforeAll, describe, expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { compareLoads, quantile } from "../host/measure/load.mjs"

const program = await compile("test/programs/load.ts")

/** What is promised. */
const spareMax = 0.7
const lateMax = 1
/** A look runs where it can: a task that comes right behind is late by one task switch, which may take longer than a tick. */
const lateMaxAt = (chargeMs: number) => Math.max(lateMax, Math.ceil(chargeMs))
const lightMedianMax = 15
const lightMax = 50
const urgentMax = 25
const timerMax = 20
const turnsPerSecondMin = 10
const gapMsMax = 150

/** Tasks, from the start of a load, and what they find there: see load.ts. */
const waited = ["message", "timeout", "urgent"]

interface Way {
    name: string
    busy: number
    turns: number
    gapMs: number
    refused: number
    figures: Record<string, number[]>
}

async function compareAll(chargeMs: number) {
    const loads: { ours: Way; plain: Way | undefined }[] = []
    for await (const load of compareLoads(program, chargeMs)) loads.push(load)
    return loads
}

const worst = (counts: number[]) => counts.length - 1
const median = (counts: number[]) => quantile(counts, 0.5)

describe.each([0.1, 0.3, 0.6, 1.2])("at %d ms a clock reading", chargeMs => {
    let loads: { ours: Way; plain: Way | undefined }[]

    beforeAll(async () => {
        loads = await compareAll(chargeMs)
    })

    test("a message, a timeout and an Urgent message are on time while the processor has time to spare", () => {
        // at 1.2 ms a burst keeps all of the processor for longer than the board may wait
        const isBurst = (name: string) =>
            chargeMs > 1 && name === "after a burst"
        const spare = loads.filter(
            ({ ours, plain }) =>
                plain && plain.busy <= spareMax && !isBurst(ours.name)
        )
        expect(spare.length).toBeGreaterThan(5)
        for (const { ours, plain } of spare)
            for (const what of waited) {
                const late = ours.figures[what]
                const without = plain!.figures[what]
                if (!late || !without) continue
                const shown = `${ours.name}: ${what}`
                expect(median(late), shown).toBeLessThanOrEqual(
                    median(without) + lateMax
                )
                expect(worst(late), shown).toBeLessThanOrEqual(
                    worst(without) + lateMaxAt(chargeMs)
                )
                expect(ours.refused, shown).toBeLessThanOrEqual(plain!.refused)
            }
    })

    // above that, many tasks that pause may keep the board from all of its turns: see docs/LOAD.md
    if (chargeMs <= 0.6)
        test("nobody waits for long where the VM alone leaves the board its turns", () => {
            const bearable = loads.filter(({ plain }) => plain)
            expect(bearable.length).toBeGreaterThan(20)
            for (const { ours } of bearable)
                for (const what of waited)
                    if (ours.figures[what])
                        expect(
                            worst(ours.figures[what]),
                            `${ours.name}: ${what}`
                        ).toBeLessThanOrEqual(lightMax)
        })

    test("the receiver of an Urgent message is on time under any load", () => {
        const urgent = loads.filter(({ ours }) => ours.figures.urgent)
        expect(urgent.length).toBeGreaterThan(10)
        for (const { ours } of urgent)
            expect(worst(ours.figures.urgent), ours.name).toBeLessThanOrEqual(
                urgentMax
            )
    })

    test("those that use little come first beside any others", () => {
        const greedy = loads.filter(({ ours }) => /^beside/.test(ours.name))
        expect(greedy).toHaveLength(10)
        for (const { ours } of greedy) {
            for (const what of ["message", "timeout"]) {
                const late = ours.figures[what]
                const shown = `${ours.name}: ${what}`
                expect(median(late), shown).toBeLessThanOrEqual(lightMedianMax)
                expect(worst(late), shown).toBeLessThanOrEqual(lightMax)
            }
            const { timer } = ours.figures
            expect(worst(timer), ours.name).toBeLessThanOrEqual(timerMax)
            expect(ours.turns, ours.name).toBeGreaterThan(turnsPerSecondMin)
            expect(ours.gapMs, ours.name).toBeLessThanOrEqual(gapMsMax)
        }
    })
})
