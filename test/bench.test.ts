// npm run bench: its arguments, its table, its honesty. Never its figures: those are the computer's.

import { describe, expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { runVirtual } from "../host/vm/simulator.mjs"
import { run } from "./commands"

describe("wrong arguments end with one line and 1", () => {
    const wrong = [
        ["--rounds", "abc"],
        ["--rounds", "0"],
        ["--rounds", "-1"],
        ["--rounds", "1.5"],
        ["--rounds", "100001"],
        ["--rounds="],
        ["--rounds"],
        ["--bogus"],
        ["stray"],
    ]
    test.each(wrong.map(args => ({ args })))("$args", async ({ args }) => {
        const { code, output } = await run("bench.mjs", args)
        expect(code).toBe(1)
        expect(output).toMatch(/^bench: .+\n$/) // "." matches no line break: one line
    })
})

test("two rounds give the whole table", async () => {
    const { code, output } = await run("bench.mjs", ["--rounds", "2"])
    expect(code, output).toBe(0)
    expect(output).toContain(process.version)
    const rows = output.split("\n").filter(line => / \(.*-.*\) /.test(line))
    expect(rows).toHaveLength(19)
    expect(output).toMatch(/queue [1-9]\d* bytes/)
    expect(output).toMatch(/of 1000 messages ds.emitter delivers \d+ at/)
    expect(output).not.toMatch(/NaN|undefined/)
})

test("ArrayKernel checks its arguments as the queue does, with the same results", async () => {
    const program = await compile("test/programs/peers.ts")
    const { output, lines } = await runVirtual(program)
    expect(output, lines.slice(-12).join("\n")).toEqual([
        expect.stringMatching(/^calls \d{3}$/),
    ])
})
