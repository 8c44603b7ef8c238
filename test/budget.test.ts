// What the queue may take: bytecode, heap, and heap that stays. Each test prints today's figure.

import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { type Program, functionsOf } from "../host/devicescript/program.mjs"
import { compile } from "../host/devicescript/compiler.mjs"
import { root } from "../host/project/root.mjs"
import { runVirtual } from "../host/vm/simulator.mjs"

/** With which the VM ends a program that asks for too much. */
const panicOutOfMemory = 60004
/** The VM does not split a block for the sake of a few bytes: equal heaps may differ by so much. */
const slackBytes = 32
const folder = ".devicescript/budget"

/** Compiles a program that is one call of a function in test/programs. */
async function compileCall(file: string, name: string, argument: number) {
    mkdirSync(join(root, folder), { recursive: true })
    const entry = `${folder}/${name}_${argument}.ts`
    const text = `import { ${name} } from "../../test/programs/${file}"\nawait ${name}(${argument})\n`
    writeFileSync(join(root, entry), text)
    return await compile(entry)
}

/** The bytes of heap in use behind a call of a function that ends with `reportHeap`. */
async function heapAfter(file: string, name: string, argument: number) {
    const program = await compileCall(file, name, argument)
    const { lines, panicCode } = await runVirtual(program, {
        limitMs: 100_000_000,
    })
    const end = lines.slice(-12).join("\n")
    expect(panicCode, end).toBe(panicOutOfMemory)
    const stats = lines.findLast(line => line.startsWith("stats: "))
    const used = /(\d+) B used/.exec(stats ?? "")?.[1]
    expect(used, end).toBeDefined()
    return Number(used)
}

function note(what: string, bytes: number, most: number) {
    console.log(`${what}: ${bytes} bytes, at most ${most}`)
}

describe("the bytecode image", () => {
    test("of a queue with send and recv is at most 6656 bytes", async () => {
        const most = 6656
        const { binary } = await compileOnce("test/programs/minimal.ts")
        note("image", binary.length, most)
        expect(binary.length).toBeLessThanOrEqual(most)
    })

    test("of a program that uses every name and every method is at most 29184 bytes beside its own functions", async () => {
        const most = 29_184
        const file = "test/programs/everything.ts"
        const program = await compileOnce(file)
        const own = functionsOf(program)
            .filter(each => each.file === file)
            .reduce((sum, { bytes }) => sum + bytes, 0)
        const bytes = program.binary.length - own
        note("image of everything", bytes, most)
        // else the functions were not told apart
        expect(own).toBeGreaterThan(1000)
        expect(bytes).toBeLessThanOrEqual(most)
    })

    test("of a program that only sends and receives has nothing of records, regions, descriptors and entries in place, and of batches their loops alone", async () => {
        const all = await libraryFunctions("test/programs/everything.ts")
        const used = await libraryFunctions("test/programs/queueonly.ts")
        // else these names are not what they are called
        for (const pattern of optional)
            expect(all.filter(name => pattern.test(name))).not.toEqual([])
        expect(used.filter(isOptional)).toEqual([])
    })

    test("of a program in which no task waits has nothing of waiting", async () => {
        const waiting = /^(waiting\/|(handoff|select)\.ts )/
        const all = await libraryFunctions("test/programs/everything.ts")
        const used = await libraryFunctions("test/programs/minimal.ts")
        expect(all.filter(name => waiting.test(name)).length).toBeGreaterThan(
            50
        )
        expect(used.filter(name => waiting.test(name))).toEqual([])
    })

    test("of a program that uses every name has nothing of what looks into a queue", async () => {
        const all = await libraryFunctions("test/programs/everything.ts")
        const dump = await libraryFunctions("test/programs/dump.ts")
        const debug = /^debug\//
        expect(dump.filter(name => debug.test(name)).length).toBeGreaterThan(5)
        expect(all.filter(name => debug.test(name))).toEqual([])
    })

    test("of a program with records has nothing of regions", async () => {
        const used = await libraryFunctions("test/programs/records.ts")
        expect(used).toContain("typed/records.ts sendRecord")
        expect(
            used.filter(name =>
                /^typed\/(region|descriptor|slots)\.ts/.test(name)
            )
        ).toEqual([])
    })
})

const programs = new Map<string, Promise<Program>>()

/** Compiles a program once for all tests. */
function compileOnce(entry: string) {
    const program = programs.get(entry) ?? compile(entry)
    programs.set(entry, program)
    return program
}

/** The functions of src/ that a program's image holds: "ring.ts send". */
async function libraryFunctions(entry: string) {
    return functionsOf(await compileOnce(entry))
        .filter(({ file }) => file.startsWith("src/"))
        .map(({ file, name }) => `${file.slice("src/".length)} ${name}`)
}

/** What not every program wants: each pattern finds functions of a program that uses everything. */
const optional = [
    /^typed\/(format|field|reason|records|schema|slots|region|descriptor)\.ts /,
    /^ring\/ring\.ts (send|recv)Batch$/,
    /^ring\/ring\.ts (reserve|commit|cancel|front|release|putBack|freeTaken)$/,
    /^ring\/order\.ts (takeOff|giveBack|beforeFree|beforeHead)$/,
    /^queue\.ts (send|recv)(Descriptor|Record)(Timeout|Again)?$/,
    /^queue\.ts (fillRecord|region)$/,
]

function isOptional(name: string) {
    return optional.some(pattern => pattern.test(name))
}

describe("the heap", () => {
    test("has room for the ring with the most entries there can be", async () => {
        const program = await compile("test/programs/largest.ts")
        const { output, lines } = await runVirtual(program, { limitMs: 1000 })
        expect(output, lines.join("\n")).toEqual(["entries 4096 free 4094"])
    })

    test.each([
        [
            "the largest region, and refuses one byte more",
            "largestregion",
            ["appended at 0", "OutOfMemory: 57333 bytes"],
        ],
        [
            "a slab of 18,000 slots, each of which is used again",
            "largestslab",
            ["allocated 18000 then -21", "allocated again 18000"],
        ],
    ])("has room for %s", async (_, name, output) => {
        const program = await compile(`test/programs/${name}.ts`)
        const run = await runVirtual(program, { limitMs: 1000 })
        expect(run.output, run.lines.join("\n")).toEqual(output)
    })

    test("of a default queue is at most 760 bytes beside its backing", async () => {
        const most = 760
        const more = 32
        const one = await heapAfter("queues", "makeQueues", 1)
        const all = await heapAfter("queues", "makeQueues", 1 + more)
        const bytes = Math.ceil((all - one) / more)
        note("heap of a queue", bytes, most)
        expect(bytes).toBeGreaterThan(0)
        expect(bytes).toBeLessThanOrEqual(most)
    })

    // the queue's own memory is made in its constructor: a first message needs no more
    test("of the first task that is served is at most 200 bytes: it makes the keeper", async () => {
        const most = 200
        const before = await heapAfter("exchange", "exchange", 0)
        const kept = (await heapAfter("exchange", "exchange", 10)) - before
        note("heap of the keeper", kept, most)
        expect(kept).toBeLessThanOrEqual(most)
    })

    test.each([
        ["250,000 messages", "exchange", "exchange", 10, 250_000],
        ["two tasks that wait 1000 times", "waits", "waitTogether", 1, 1000],
        [
            "200 pairs of tasks terminated as they wait",
            "waits",
            "terminateParked",
            1,
            200,
        ],
        [
            "300 rounds of records, descriptors, batches and entries in place",
            "optional",
            "exchangeOptional",
            50,
            300,
        ],
        ["a descriptor of 40,000 bytes", "optional", "sendLarge", 4, 40_000],
    ])(
        "stays where it was: %s",
        async (what, file, name, few, many) => {
            const before = await heapAfter(file, name, few)
            const kept = (await heapAfter(file, name, many)) - before
            note(what, kept, slackBytes)
            expect(kept).toBeLessThanOrEqual(slackBytes)
        },
        180_000
    )
})
