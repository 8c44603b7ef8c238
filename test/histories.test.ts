// Random histories on the real VM against the model: `npm run fuzz` for as long as one likes, here for half a minute. The
// histories are the same each time, so that a red run is red again.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { endedWell, runVirtual } from "../host/vm/simulator.mjs"
import { run } from "./commands"
import { Difference } from "./histories/board"
import { compare } from "./histories/compare"
import { histories } from "./histories/generate"
import { Runner } from "./histories/machine"
import { check, judge, nothingCovered } from "./histories/net"
import { programOf } from "./histories/program"
import { History } from "./histories/shape"
import { Queue } from "./model"
import { Call, Coded, Field, Trace } from "./programs/calls"

const runner = await Runner.create()
const perSeed = 100

describe("what the VM does with a random history is what the model says", () => {
    const covered = nothingCovered()
    const seeds = Array.from({ length: 20 }, (_, i) => 1 + i)

    test.each(seeds)("100 histories of seed %d", async seed => {
        const failure = await check(runner, { seed, count: perSeed }, covered)
        const shown = failure && programOf(failure.history)
        expect(failure?.difference, shown).toBeUndefined()
    })

    test("they reach what a queue can be in", () => {
        expect(covered.histories).toBe(seeds.length * perSeed)
        expect(Object.keys(covered.configurations).length).toBeGreaterThan(12)
        const wanted = [
            ...["a sender waits", "several receivers wait", "a full ring"],
            ...["a task waits in several queues", "a record waits to be sent"],
            ...["a descriptor waits to be sent", "a call across 2^32 ms"],
            ...["a return that the gate has delayed", "a message dropped"],
            ...["senders of several priorities wait"],
            ...["senders and receivers wait in one queue"],
            ...["no entry left by a reservation and a front"],
            ...[
                "sequences that have wrapped",
                "a task that waits is terminated",
            ],
            ...["a task that was served, and has not run, is terminated"],
            ...["a task at the gate, or that pauses, is resumed by another"],
        ]
        expect(wanted.filter(state => !covered.states[state])).toEqual([])
    })

    test("each call is made, and does what it is for", () => {
        const calls = Object.values(Call).filter(
            name => typeof name === "string"
        )
        const undone = calls.filter(call => !covered.results[`${call}: done`])
        expect(undone).toEqual([])
    })
})

test("where time stands still a history goes the same way on a machine that has run others", async () => {
    const samples = fc
        .sample(histories, { seed: 77, numRuns: 100 })
        .filter(({ chargeMs }) => chargeMs === 0)
    for (const history of samples) {
        const used = await runner.run(history)
        const fresh = await runner.run(history, true)
        const length = used.trace.readUInt16LE(Trace.Length)
        expect(fresh.trace.readUInt16LE(Trace.Length)).toBe(length)
        const events = (trace: Buffer) =>
            trace.subarray(Trace.Events, length).toString("hex")
        expect(events(fresh.trace)).toBe(events(used.trace))
    }
})

const oneQueue = (
    tasks: number[][][],
    more: Partial<History> = {}
): History => ({
    queues: [
        {
            ...{ ringSize: 2, maxMsgSize: 5, dropsOldest: false },
            ...{ hasSchema: false, before: 0 },
        },
    ],
    tasks,
    sleeping: [],
    watched: true,
    ...{ chargeMs: 0, gcStress: false, uptimeMs: 0 },
    ...more,
})

function call(what: Call, fields: Partial<Record<Field, number>> = {}) {
    const bytes: number[] = Array(Field.Size).fill(0)
    bytes[Field.Call] = what
    for (const [field, value] of Object.entries(fields))
        bytes[Number(field)] = value
    return bytes
}

const send = call(Call.Send, { [Field.Buffer]: 3, [Field.Priority]: 1 })
const recv = call(Call.Recv, { [Field.Buffer]: 8 })

describe("the net catches what is wrong", () => {
    afterAll(() => vi.restoreAllMocks())

    /** Where, in the trace, the last event begins. */
    const history = oneQueue([[send, recv]])
    let trace: Buffer
    beforeAll(async () => {
        trace = (await runner.run(history, true)).trace
    })

    test("and nothing where all is right", () => {
        expect(() => compare(history, trace)).not.toThrow()
    })

    test("a change of any byte that the board wrote, but for the tick", () => {
        const end = trace.readUInt16LE(Trace.Length)
        let [caught, passed] = [0, 0]
        for (let at = Trace.Events as number; at < end; ++at) {
            const changed = Buffer.from(trace)
            changed[at] ^= 0x01
            try {
                compare(history, changed)
                passed++
            } catch {
                caught++
            }
        }
        // two events have a tick of four bytes each: time may pass between two calls
        expect(passed).toBeLessThanOrEqual(8)
        expect(caught).toBe(end - Trace.Events - passed)
    })

    test("a model that is wrong: a short history is left, with the seed and both answers", async () => {
        vi.spyOn(Queue.prototype, "purge").mockReturnValue(0)
        const failure = await check(
            runner,
            { seed: 1, count: 2000 },
            nothingCovered()
        )
        vi.restoreAllMocks()
        expect(failure?.seed).toBe(1)
        expect(failure?.difference).toMatch(
            /^task \d, call \d+: the result: the board says \d+, the model 0$/
        )
        const calls = failure?.history.tasks.flat() ?? []
        expect(calls.length).toBeLessThanOrEqual(6)
        expect(calls.map(([what]) => what)).toContain(Call.Purge)
    })

    const late = call(Call.RecvTimeout, {
        [Field.Buffer]: 5,
        [Field.Timeout]: 3,
    })
    test.each([
        { what: "a program that panics", wrong: { panic: "60005" } },
        { what: "a write behind a buffer", wrong: { broken: true } },
        { what: "an outer loop that waits", wrong: { gapMs: 101 } },
        {
            what: "an outer loop that seldom runs",
            wrong: { turns: 19, virtualMs: 2000 },
        },
    ])("$what", async ({ wrong }) => {
        const real = await runner.run(history, true)
        const outcome = { ...real, ...wrong }
        const fake = { run: async () => outcome } as unknown as Runner
        await expect(judge(fake, history)).rejects.toThrow(Difference)
    })

    test("a task that never returns", async () => {
        const waiting = oneQueue([[late]])
        const real = await runner.run(waiting, true)
        expect(await judge(runner, waiting)).toBeDefined()
        // as if it had ended with the beginning of the call
        real.trace.writeUInt16LE(Trace.Events + 6, Trace.Length)
        const fake = { run: async () => real } as unknown as Runner
        await expect(judge(fake, waiting)).rejects.toThrow("waits for ever")
    })

    test("a return that is late, or early", async () => {
        const waiting = oneQueue([[late]])
        const real = await runner.run(waiting, true)
        const tickAt = Trace.Events + 6 + 3
        for (const [ticks, said] of [
            [1, "late (timeout), in ticks"],
            [-1, "a timeout at tick"],
        ] as const) {
            const trace = Buffer.from(real.trace)
            trace.writeUInt32LE(trace.readUInt32LE(tickAt) + ticks, tickAt)
            const fake = { run: async () => ({ ...real, trace }) }
            await expect(
                judge(fake as unknown as Runner, waiting)
            ).rejects.toThrow(said)
        }
    })
})

describe("a failure can be looked at", () => {
    const folder = mkdtempSync(join(tmpdir(), "kernel-queue-histories-"))
    afterAll(() => rmSync(folder, { recursive: true }))

    test("its program compiles, and prints what the board answered", async () => {
        const history = oneQueue([
            [send, recv, recv],
            [call(Call.Send, { [Field.Buffer]: Coded.Junk }), call(Call.Purge)],
        ])
        const program = programOf(history, "../../../src")
        const file = ".devicescript/fuzz/programs/shown.ts"
        const { mkdirSync } = await import("node:fs")
        mkdirSync(".devicescript/fuzz/programs", { recursive: true })
        writeFileSync(file, program)
        const simulator = await runVirtual(await compile(file), {
            limitMs: 1000,
        })
        expect(simulator.output, simulator.lines.join("\n")).toEqual([
            "0.0 0 0",
            "0.1 0 3",
            "0.2 0 -7",
            "1.0 0 -25",
            "1.1 0 0",
        ])
        expect(endedWell(simulator)).toBe(false)
    })

    test("npm run fuzz -- --replay runs it again", async () => {
        const file = join(folder, "history.json")
        const history = oneQueue([[send, recv]])
        writeFileSync(file, JSON.stringify({ seed: 1, history }))
        const { code, output } = await run("fuzz.mjs", ["--replay", file])
        expect(output).toContain("the board does what the model says")
        expect(code).toBe(0)
    })

    test("npm run fuzz says what it covered", async () => {
        const { code, output } = await run("fuzz.mjs", [
            ...["--seed", "3", "--workers", "1", "--histories", "100"],
        ])
        expect(output).toMatch(/\n100 histories, \d+ calls, seed 3\n$/)
        expect(output).toMatch(/\n +\d+ {2}a sender waits\n/)
        expect(code).toBe(0)
    })
})
