// At 49.7 days of uptime the VM's 32-bit wake times wrap around, and again each time. All that waits in the
// library must not notice: it is run across the wrap in virtual time, and at each reading the clock goes on
// a little, else the VM would never leave the last tick before.

import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { root } from "../host/project/root.mjs"
import { endedWell, runVirtual } from "../host/vm/simulator.mjs"

const forms = ["send", "recv", "recvTyped", "recvAny", "sleep"]
const wraps = [2 ** 32, 2 ** 33]
/** What a timer of the VM may be late at the wrap, and any wait beside busy tasks. */
const allowedMs = 20
const minuteMs = 60_000
/** A task of a program first runs so long after the VM has got it. */
const bootMs = 10
/** The VM reads the clock at least ten times a second, and counts from microseconds of 32 bits. */
const longestStepMs = 70 * minuteMs
/** A timer of the VM that hangs keeps its outer loop awake: then each turn takes the time that it takes. */
const turnsMax = 20_000
const turnMs = 0.3

async function compileFor(name: string) {
    const program = await compile(`test/programs/uptime${name}.ts`)
    return async (uptimeMs: number, chargeMs = 0.01, limitMs = 100_000) => {
        let turns = 0
        let idleUntilMs = 0
        const run = await runVirtual(program, {
            uptimeMs,
            chargeMs,
            limitMs,
            onLine(line, clock) {
                const [, word, ms] = line.split(" ")
                if (word === "hold") clock.skip(Number(ms))
                if (word === "idle") idleUntilMs = clock.nowMs + Number(ms)
            },
            onTurn(clock) {
                const idleMs = idleUntilMs - clock.nowMs
                if (idleMs > 0) clock.skip(Math.min(idleMs, longestStepMs))
                if (++turns > turnsMax) clock.skip(turnMs)
            },
        })
        expect(endedWell(run), run.lines.join("\n")).toBe(true)
        const words = run.output.map(line => line.split(" "))
        const print = (wanted: string) =>
            words.filter(([word]) => word === wanted)
        return {
            print,
            left: print("left").map(([, count]) => Number(count)),
            waits: print("wait").map(([, form, at, late]) => ({
                form,
                at: Number(at),
                late: Number(late),
            })),
        }
    }
}

const sleeps = compileFor("sleeps")

interface Wait {
    form: string
    at: number
    late: number
}

/** They all have ended, and none early. */
function expectInTime(waits: Wait[], count: number, lateMs: number) {
    expect(waits).toHaveLength(count)
    for (const wait of waits) {
        const shown = JSON.stringify(wait)
        expect(wait.late, shown).toBeGreaterThanOrEqual(0)
        expect(wait.late, shown).toBeLessThanOrEqual(lateMs)
    }
}

const range = (first: number, last: number, step: number) =>
    Array.from(
        { length: Math.floor((last - first) / step) + 1 },
        (_, i) => first + i * step
    )

describe.each(wraps)("at %d ms of uptime", wrap => {
    describe("a wait that began a minute before runs out of time within a tick", async () => {
        const run = await compileFor("waits")
        const startMs = (kind: number) => wrap - minuteMs - kind * 1000 - 500

        test.each(forms.map((form, kind) => ({ form, kind })))(
            "$form, on the wrap and on both sides of it",
            async ({ kind, form }) => {
                const { waits, left } = await run(startMs(kind))
                expectInTime(waits, 24, 1)
                for (const wait of waits) expect(wait.form).toBe(form)
                expect(left).toEqual([0])
            }
        )

        test.each([
            { chargeMs: 0.01, lateMs: allowedMs },
            { chargeMs: 0.1, lateMs: allowedMs },
            { chargeMs: 0.3, lateMs: 2 * allowedMs },
        ])(
            "five at once of each end: within $lateMs ms where each clock reading costs $chargeMs",
            async ({ chargeMs, lateMs }) => {
                const { waits } = await run(startMs(forms.length), chargeMs)
                expectInTime(waits, 40, lateMs)
            }
        )
    })

    describe("messages go on from task to task, none lost", async () => {
        const run = await compileFor("traffic")

        test.each([
            { beside: "nothing", leadMs: 2500, flows: 5, ends: 6, lateMs: 10 },
            {
                beside: "busy tasks",
                leadMs: 1500,
                flows: 11,
                ends: 3,
                lateMs: 200,
            },
        ])("beside $beside", async ({ leadMs, flows, ends, lateMs }) => {
            const { waits, print } = await run(wrap - leadMs, 0.1)
            expectInTime(waits, ends * forms.length, allowedMs)
            const lines = print("flow").map(([, name, when, count, worst]) => ({
                ...{ name, when },
                ...{ count: Number(count), worst: Number(worst) },
            }))
            const before = lines.filter(({ when }) => when === "before")
            const behind = lines.filter(({ when }) => when === "behind")
            expect(before).toHaveLength(flows)
            behind.forEach(({ name, count, worst }, i) => {
                expect(before[i].count, name).toBeGreaterThan(0)
                expect(count, name).toBeGreaterThan(before[i].count)
                expect(worst, name).toBeLessThanOrEqual(lateMs)
            })
        })
    })
})

describe("a program's first blocking call", async () => {
    const run = await compileFor("first")
    const ticks = [-1000, -900, -16, -1, 0, 1]

    test.each(
        [...forms, "sleep(0)"].map((form, i) => ({ form, number: i + 1 }))
    )(
        "$form, in the last second before the wrap and right behind",
        async ({ form, number }) => {
            for (const at of ticks) {
                const startMs = wraps[0] - 4000 * number + at - bootMs
                const { waits, print } = await run(startMs)
                expect(print("first")).toEqual([["first", String(at)]])
                expectInTime(waits, 10, form === "sleep(0)" ? allowedMs : 1)
            }
        }
    )
})

describe("tasks that hold the processor for 45 ms", async () => {
    const runHolds = await compileFor("holds")
    const runHog = await compileFor("hog")
    const holdMs = 45

    test.each([
        { holder: "pauses by the library", kind: 0 },
        { holder: "pauses by the VM's sleep", kind: 1 },
        { holder: "is handed a message", kind: 2 },
    ])("every 65: one that $holder, at all phases", async ({ kind }) => {
        for (const phaseMs of range(5 * (kind % 2), 60, 10)) {
            const startMs = wraps[0] - 3900 - kind * 1000 + phaseMs
            const { waits, left } = await runHolds(startMs)
            // two tasks are let in between two holds: they do not come by themselves
            expectInTime(waits, 10, 8 * holdMs)
            expect(left).toEqual([0])
        }
    })

    describe.each([
        { hog: "older than the waits", leadMs: 4000 },
        { hog: "younger", leadMs: 8000 },
    ])("once: a task that is $hog", ({ leadMs }) => {
        test.each([50, 44, 30, 22, 17, 10, 5, 3])(
            "%d ms before the wrap",
            async ticks => {
                const { waits, print } = await runHog(
                    wraps[0] - leadMs - ticks - bootMs
                )
                expect(print("hog")).toHaveLength(1)
                expectInTime(waits, 25, holdMs + allowedMs)
            }
        )
    })

    test("once, and all waits end before the wrap", async () => {
        const startMs = wraps[0] - 7000 - 22 - bootMs
        const { waits } = await runHog(startMs)
        expectInTime(waits, forms.length, holdMs)
    })

    test.each([
        { call: "sends to it", leadMs: 5000 },
        { call: "pauses", leadMs: 6000 },
    ])(
        "once, and more than that: all goes on when any task $call",
        async ({ leadMs }) => {
            const startMs = wraps[0] - leadMs - 22 - bootMs
            const { waits, left } = await runHog(startMs)
            expectInTime(waits, 25, 3000 + holdMs)
            expect(left).toEqual([0])
        }
    )
})

test.each([
    { what: "a timer of the VM that ends", form: "ds.sleep", count: 59 },
    { what: "a task that is started", form: "start", count: 57 },
])("$what before the wrap is at most 20 ms late", async ({ form, count }) => {
    const run = await sleeps
    // those of the last tick before are lost, and of the last two if their tasks are younger than the keeper
    const { waits } = await run(wraps[0] - 2000)
    const wanted = waits.filter(wait => wait.form === form)
    expectInTime(wanted, count, allowedMs)
})

test("waits of hours, weeks and months across two wraps run out of time", async () => {
    const run = await compileFor("long")
    const dayMs = 24 * 60 * minuteMs
    const { waits, left } = await run(dayMs, 0.01, 200 * dayMs)
    expectInTime(waits, 10 + 2 * 2 * forms.length, allowedMs)
    expect(left).toEqual([0])
})

test.each(wraps)("a single wait across %d ends in time", async wrap => {
    const alone = await compileFor("alone")
    for (let before = 70; before <= 110; before += 5) {
        const { waits } = await alone(wrap - before)
        expectInTime(waits, 1, 1)
    }
})

test.each([0.1, 0.3, 1.2])(
    "at %d ms a clock reading the outer loop's gap at the wrap, beside tasks that press, is what docs/WAITING.md says",
    async chargeMs => {
        const said = /its longest\s+gap there is (\d+) ms/.exec(
            readFileSync(join(root, "docs/WAITING.md"), "utf8")
        )
        const program = await compile("test/programs/wrapgap.ts")
        let [turnMs, gapMs, turns] = [Infinity, 0, 0]
        const run = await runVirtual(program, {
            chargeMs,
            uptimeMs: wraps[0] - 1500,
            limitMs: 3000,
            onTurn: ({ nowMs }) => {
                gapMs = Math.max(gapMs, nowMs - turnMs)
                turnMs = nowMs
                turns++
            },
        })
        expect(run.ended, run.lines.join("\n")).toBe(false)
        expect(turns).toBeGreaterThan(100)
        expect(gapMs).toBeLessThanOrEqual(Number(said?.[1]))
    }
)

test("a task that is terminated while it waits for a deadline behind the wrap harms nobody", async () => {
    const program = await compile("test/programs/wrapdead.ts")
    for (const leadMs of [1000, 1300]) {
        const run = await runVirtual(program, {
            uptimeMs: wraps[0] - leadMs,
            chargeMs: 0.01,
            limitMs: 5000,
        })
        expect(run.output, run.lines.join("\n")).toEqual(["all is well"])
        expect(endedWell(run)).toBe(true)
    }
})

test.each([0.01, 0.1, 0.3])(
    "at %d ms a clock reading waits end behind the wrap though others terminate a waiting task in the last tick before",
    async chargeMs => {
        const program = await compile("test/programs/wrappartner.ts")
        for (const leadMs of [300, 400.5, 1000]) {
            const uptimeMs = wraps[0] - leadMs
            const options = { uptimeMs, chargeMs, limitMs: 3000 }
            const run = await runVirtual(program, options)
            const [terminated, late] = run.output
            expect(terminated, run.lines.join("\n")).toMatch(/ (-1|0)$/)
            expect(late, run.lines.join("\n")).toMatch(/^late by [01]$/)
        }
    }
)

type Program = Awaited<ReturnType<typeof compile>>

/** Runs a program in which a task holds the processor for as long as it prints. */
async function runHeld(program: Program, leadMs: number, chargeMs: number) {
    return await runVirtual(program, {
        ...{ uptimeMs: wraps[0] - leadMs, chargeMs, limitMs: 3000 },
        onLine(line, clock) {
            const [, word, ms] = line.split(" ")
            if (word === "hold") clock.skip(Number(ms))
        },
    })
}

test("a task that holds the processor from the last tick on harms no wait, though others still end in that tick", async () => {
    const program = await compile("test/programs/wrapstop.ts")
    for (const leadMs of range(300, 301, 0.13)) {
        const run = await runHeld(program, leadMs, 0.2)
        const late = run.output.filter(line => line.startsWith("late"))
        expect(late, run.lines.join("\n")).toHaveLength(9)
        expect(run.output).toContain("hold 45")
    }
})

test("the only wait there is ends while a task holds the processor across the wrap", async () => {
    const program = await compile("test/programs/wrapguard.ts")
    for (const leadMs of [150, 400, 2000]) {
        const run = await runHeld(program, leadMs, 0.01)
        expect(run.output, run.lines.join("\n")).toEqual(["hold 48", "late 44"])
    }
})

test.each([0.01, 0.1, 0.3])(
    "at %d ms a clock reading tasks that only give way go on behind the wrap",
    async chargeMs => {
        const program = await compile("test/programs/wrapyield.ts")
        for (const leadMs of [200, 203, 333]) {
            const run = await runVirtual(program, {
                uptimeMs: wraps[0] - leadMs,
                chargeMs,
                limitMs: 3000,
            })
            expect(run.output, run.lines.join("\n")).toEqual(
                Array(3).fill("behind")
            )
        }
    }
)

test.each([
    { call: "finds a message, again and again", choice: 0 },
    { call: "waits for as long as there can be", choice: 1 },
])(
    "the first blocking call of all, in the very tick of the wrap, $call",
    async ({ choice }) => {
        const program = await compile("test/programs/wrapbegin.ts")
        const binary = Buffer.from(program.binary)
        const at = binary.indexOf(Buffer.from("62656700ff", "hex"))
        expect(at).toBeGreaterThan(0)
        binary[at + 3] = choice
        for (const chargeMs of [0.01, 0.1]) {
            const run = await runHeld({ ...program, binary }, 300, chargeMs)
            const shown = run.lines.join("\n")
            expect(
                run.output.filter(line => line === "done"),
                shown
            ).toEqual(Array(3).fill("done"))
        }
    }
)

/** The pairs of tasks of wrapmix.ts, a bit each: alone, by twos, and all. */
const pairs = [1, 2, 4, 8, 16, 3, 9, 24, 31]

test.each([0.1, 0.7])(
    "at %d ms a clock reading tasks that begin shortly before the wrap go on behind it, whatever they do",
    async chargeMs => {
        const program = await compile("test/programs/wrapmix.ts")
        const mark = Buffer.from("6d697800ff", "hex")
        const at = Buffer.from(program.binary).indexOf(mark)
        expect(at).toBeGreaterThan(0)
        for (const choice of pairs)
            for (const leadMs of [150, 353]) {
                const binary = Buffer.from(program.binary)
                binary[at + 3] = choice
                const run = await runVirtual(
                    { ...program, binary },
                    { uptimeMs: wraps[0] - leadMs, chargeMs, limitMs: 2600 }
                )
                const tasks = 2 * choice.toString(2).replaceAll("0", "").length
                const shown = [choice, leadMs, ...run.lines].join("\n")
                expect(run.output, shown).toEqual(Array(tasks).fill("behind"))
            }
    }
)
