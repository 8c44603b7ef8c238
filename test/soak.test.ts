// The soak, in short: `npm run soak` is the same for long. And that it would see what it looks for.

import { describe, expect, test } from "vitest"
import { type Program } from "../host/devicescript/program.mjs"
import { compile } from "../host/devicescript/compiler.mjs"
import {
    firmwareSource,
    problemsOfQueues,
    soakFirmware,
} from "../host/soak/firmware.mjs"
import { type Measure, problemsOfHeap } from "../host/soak/flat.mjs"
import { mixSource, soakMessages } from "../host/soak/messages.mjs"
import { conclude } from "../host/soak/text.mjs"
import { soakUptime, uptimeSource } from "../host/soak/uptime.mjs"
import { choose, Fault, type Look, SoakMachine } from "../host/soak/machine.mjs"
import { errorOf, run } from "./commands"

const kiB = 1024
const heapBytes = 32 * kiB
/** With which the VM ends a program that asks for too much. */
const panicOutOfMemory = 60004
const panicException = 60005

const programs = new Map<string, Promise<Program>>()
function compileOnce(source: string) {
    const program = programs.get(source) ?? compile(source)
    programs.set(source, program)
    return program
}

/** What one of the parts finds, its figures as lines. */
async function soak<Wanted, Ran>(
    source: string,
    part: (
        program: Program,
        wanted: Wanted,
        say: (line: string) => void
    ) => Promise<Ran>,
    wanted: Wanted
) {
    const lines: string[] = []
    const ran = await part(await compileOnce(source), wanted, line =>
        lines.push(line)
    )
    return { ...ran, lines }
}

const messages = 20_000
const mix = (wanted: object) =>
    soak(mixSource, soakMessages, { messages, ...wanted })
/** A message each half hour. */
const uptime = (days: number, wanted = {}) =>
    soak(uptimeSource, soakUptime, {
        ...{ messages: days * 48, minutes: 30 },
        ...wanted,
    })

describe("messages in all ways at once: none lost, none twice, in order, and the heap is flat", () => {
    test.each([
        { heap: "the VM's own heap", wanted: {} },
        { heap: "a heap of 32 KB", wanted: { heapBytes, groups: 3 } },
    ])("in $heap", async ({ wanted }) => {
        const { problems, measures, ways, received, lines } = await mix(wanted)
        expect(problems, lines.join("\n")).toEqual([])
        expect(measures).toHaveLength(10)
        const dropped = ways.reduce((sum, way) => sum + way.dropped, 0)
        expect(received + dropped).toBe(messages)
        for (const { received } of ways) expect(received).toBeGreaterThan(0)
        // else that is not in use
        const named = (name: string) => ways.find(way => way.name === name)!
        expect(named("hand-off").timeouts).toBeGreaterThan(0)
        expect(named("mailbox").dropped).toBeGreaterThan(0)
        expect(lines.at(-1)).toBe("  ok")
    })
})

describe("the firmware: none lost, in order, and the heap is flat", () => {
    test.each([
        { heap: "the VM's own heap", wanted: { ms: 120_000 } },
        { heap: "a heap of 32 KB", wanted: { ms: 30_000, heapBytes } },
    ])("in $heap", async ({ wanted }) => {
        const ran = await soak(firmwareSource, soakFirmware, wanted)
        expect(ran.problems, ran.lines.join("\n")).toEqual([])
        expect(ran.reports).toBeGreaterThanOrEqual(wanted.ms / 1000 - 1)
        expect(ran.queues.commands.received).toBeGreaterThan(500)
        expect(ran.lines.at(-1)).toBe("  ok")
    })
})

test("60 days of uptime, every form of waiting in use: all is served, and on time, across the wrap too", async () => {
    const { problems, forms, wraps, lines } = await uptime(60)
    expect(problems, lines.join("\n")).toEqual([])
    expect(wraps).toBe(1)
    expect(forms.map(({ name }) => name)).toEqual(
        "send recv recvTyped recvAny sendRecord recvRecord sendDescriptor sleep".split(
            " "
        )
    )
    for (const { name, served } of forms)
        if (name !== "sleep") expect(served, name).toBeGreaterThan(100)
})

describe("what goes wrong is seen:", () => {
    test.each([
        { fault: Fault.leak, seen: /^heap not flat: / },
        { fault: Fault.lost, seen: /^hand-off 1 for 0$/ },
        { fault: Fault.twice, seen: /^hand-off 7 for 8$/ },
        { fault: Fault.swapped, seen: /^hand-off 8 for 7$/ },
        { fault: Fault.silent, seen: /^the program has been silent for / },
        {
            fault: Fault.panic,
            seen: new RegExp(`^the program ended with code ${panicException}$`),
        },
    ])("in messages, fault $fault", async ({ fault, seen }) => {
        const { problems, lines } = await mix({ fault })
        expect(problems[0]).toMatch(seen)
        expect(lines.at(-1)).toMatch(/^ {2}FAILED: /)
    })

    test.each([
        { fault: Fault.lost, seen: /^recv 4 for 3$/ },
        { fault: Fault.late, seen: /^sleep: 3 ticks late$/ },
    ])("in months of uptime, fault $fault", async ({ fault, seen }) => {
        const { problems, lines } = await uptime(10, { fault })
        expect(problems[0]).toMatch(seen)
        expect(lines.at(-1)).toMatch(/^ {2}FAILED: /)
    })

    test("more than the heap can hold", async () => {
        const { problems } = await mix({ heapBytes })
        expect(problems[0]).toBe(
            `the program ended with code ${panicOutOfMemory}`
        )
    })

    test("a firmware that needs more, too", async () => {
        const { problems } = await soak(firmwareSource, soakFirmware, {
            ...{ ms: 1000, heapBytes: 10 * kiB },
        })
        expect(problems.join()).toContain(`code ${panicOutOfMemory}`)
    })

    test("a queue whose books do not agree", () => {
        const stats = { received: 5, size: 1, dropped: 1, purged: 1 }
        const queues = {
            good: { name: "good", sent: 8, ...stats },
            bad: { name: "bad", sent: 9, ...stats },
        }
        expect(problemsOfQueues(queues)).toEqual([
            "bad: its books do not agree",
        ])
    })

    test("the exit code says it", () => {
        const bad = { problems: ["1 lost"] }
        expect(conclude([{ problems: [] }, bad])).toEqual({
            line: "soak: 1 FAILED",
            exitCode: 1,
        })
        expect(conclude([{ problems: [] }]).exitCode).toBe(0)
    })
})

describe("the heap", () => {
    const early = { done: 1, records: 3, freeBytes: 5000, objects: 100 }
    const looks = (change: (i: number) => Partial<Measure>) =>
        Array.from({ length: 10 }, (_, i) => ({ ...early, ...change(i) }))

    test.each([
        { heap: "the same", change: () => ({}), problems: 0 },
        {
            heap: "with records made in the first half",
            change: (i: number) =>
                i < 4 ? { records: 2, objects: 98, freeBytes: 5200 } : {},
            problems: 0,
        },
        {
            heap: "with one object more at the end",
            change: (i: number) => (i === 9 ? { objects: 101 } : {}),
            problems: 1,
        },
        {
            heap: "with an object that grows",
            change: (i: number) => ({ freeBytes: 5000 - 10 * i }),
            problems: 1,
        },
        {
            heap: "with records made all the time",
            change: (i: number) => ({ records: i }),
            problems: 1,
        },
    ])("$heap: $problems problems", ({ change, problems }) => {
        expect(problemsOfHeap(looks(change))).toHaveLength(problems)
    })

    test("that the host reads, and makes smaller, is the VM's: it says the same of itself", async () => {
        const program = choose(await compileOnce(mixSource), { amount: 10_000 })
        let looked: Look | undefined
        let said: RegExpExecArray | undefined
        const machine = await SoakMachine.start(program, {
            chargeMs: 0.1,
            heapBytes,
            onLine(line, machine) {
                const match =
                    /^stats: \d+ objects, (\d+) B used, (\d+) B free/.exec(line)
                if (match) [said, looked] = [match, machine.look()]
            },
        })
        while (machine.turn());
        expect(machine.panicCode).toBe(panicOutOfMemory)
        const [usedBytes, freeBytes] = said!.slice(1).map(Number)
        expect(looked!.freeBytes).toBe(freeBytes)
        const head = heapBytes - usedBytes - freeBytes
        expect(head).toBeGreaterThan(0)
        expect(head).toBeLessThanOrEqual(16)
    })
})

test("a part that there is not: one line, exit code 1", async () => {
    const { code, output } = await run("soak.mjs", ["--only", "nothing"])
    expect(errorOf(output)).toMatch(
        /^soak: .*'nothing' is invalid.*messages, firmware, uptime, heaps.*\n$/
    )
    expect(code).toBe(1)
})
