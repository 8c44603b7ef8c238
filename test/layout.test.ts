// What docs/LAYOUT.md shows is true: each line of its tables is encoded on the VM, its decoders for Node and Python are
// run, and the fingerprint is computed once more.

import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { root } from "../host/project/root.mjs"
import { runVirtual } from "../host/vm/simulator.mjs"

const page = readFileSync(join(root, "docs/LAYOUT.md"), "utf8")
const folder = ".devicescript/layout"

/** What stands behind a mark: a program, or another block, and what it prints. */
function blockBehind(mark: string) {
    const pattern = new RegExp(
        `<!-- ${mark} -->\\s+\`\`\`(\\w*)\\n([^]*?)\`\`\`(?:\\s+It prints\\s+\`\`\`\\n([^]*?)\`\`\`)?`
    )
    const [, , text, printed = ""] = pattern.exec(page)!
    return { text, printed }
}

/** The rows of the table behind a mark: the code of each cell. */
function rowsBehind(mark: string) {
    const table = page.split(`<!-- ${mark} -->`)[1].trim().split("\n\n")[0]
    return table
        .split("\n")
        .slice(2)
        .map(row => [...row.matchAll(/`([^`]+)`/g)].map(([, code]) => code))
}

async function run(name: string, text: string) {
    mkdirSync(join(root, folder), { recursive: true })
    const entry = `${folder}/${name}.ts`
    writeFileSync(join(root, entry), text)
    const program = await compile(entry)
    const { output, lines } = await runVirtual(program, { limitMs: 10_000 })
    return { output, log: lines.join("\n") }
}

const helpers = `
import { sleep } from "@devicescript/core"
import { errorName, Schema } from "../../src"

function textOf(value: any): string {
    if (value instanceof Buffer) return value.toString("hex")
    return Array.isArray(value) ? value.join(" ") : value
}
async function show(format: any, value: any, back: any) {
    const schema: any = new Schema(1, { x: format } as any)
    const record: any = { x: value }
    const bytes = Buffer.alloc(schema.size)
    const result = schema.encode(record, bytes, 0)
    if (result < 0) console.log(errorName(result), schema.explain(record))
    else {
        const read: any = { x: undefined }
        schema.decode(bytes, 0, read)
        // a line of the log has its limit, and slice does not stop at the end
        for (let i = 0; i < bytes.length; i += 100) {
            const end = Math.min(i + 100, bytes.length)
            console.log(bytes.slice(i, end).toString("hex"))
        }
        console.log(textOf(read.x) === textOf(back) ? "same" : "other")
    }
    await sleep(1)
}
`

describe("docs/LAYOUT.md", () => {
    test("shows the bytes of each format, and what is read back", async () => {
        const rows = rowsBehind("encoded")
        expect(rows.length).toBeGreaterThan(25)
        const calls = rows.map(
            ([format, value, , back]) =>
                `await show("${format}", ${value}, ${back})\n`
        )
        const { output, log } = await run("encoded", helpers + calls.join(""))
        const shown = output.join("").split("same")
        expect(shown.length, log).toBe(rows.length + 1)
        rows.forEach(([format, value, bytes], index) => {
            const [begin, more] = bytes.split("...")
            const rest = shown[index].slice(begin.length)
            expect(shown[index], `${format} ${value}`).toBe(begin + rest)
            expect(rest).toMatch(more === undefined ? /^$/ : /^(00)+$/)
        })
    })

    test("shows what is refused, and what explain says", async () => {
        const rows = rowsBehind("refused")
        expect(rows.length).toBeGreaterThan(15)
        const calls = rows.map(
            ([format, value]) => `await show("${format}", ${value}, 0)\n`
        )
        const { output, log } = await run("refused", helpers + calls.join(""))
        expect(output, log).toEqual(
            rows.map(([, , reason]) => `SchemaMismatch ${reason}`)
        )
    })

    test("shows each step of a fingerprint", () => {
        let hash = 2166136261
        const steps = [...Buffer.from("a:u8;")].map(byte => {
            hash = Math.imul(hash ^ byte, 16777619) >>> 0
            const hex = (value: number) => value.toString(16)
            const letter = String.fromCharCode(byte)
            return `${hex(byte)}  ${letter}  ${hex(hash).padStart(8, "0")}\n`
        })
        expect(blockBehind("fingerprint").text).toBe(steps.join(""))
    })

    test("has the fingerprint of the steps from the library, too", async () => {
        const { output } = await run(
            "fingerprint",
            `import { Schema } from "../../src"
            console.log(new Schema(9, { a: "u8" }).fingerprint)`
        )
        const last = blockBehind("fingerprint").text.trim().split("\n").at(-1)!
        expect(Number(output[0])).toBe(parseInt(last.split("  ")[2], 16))
    })

    // test/readme.test.ts runs the example, and compares what it prints: so this is what the library encodes
    const { printed } = blockBehind("example")
    const message = printed.trim().split("\n").at(-1)!

    test("decodes its example's message in Node", () => {
        expectDecoder("node", process.execPath, ["--input-type=module"])
    })

    const hasPython = spawnSync("python3", ["--version"]).status === 0
    const note = hasPython
        ? ""
        : ": NOT RUN, there is no python3 on this machine"
    test.skipIf(!hasPython)(
        `decodes its example's message in Python${note}`,
        () => {
            expectDecoder("python", "python3", ["-"])
        }
    )

    /** Runs a decoder of the page: it has the message of the example, and prints what it says. */
    function expectDecoder(mark: string, command: string, args: string[]) {
        const decoder = blockBehind(mark)
        expect(decoder.text).toContain(`"${message}"`)
        const input = decoder.text
        const { stdout, stderr } = spawnSync(command, args, { input })
        expect(String(stdout), String(stderr)).toBe(decoder.printed)
        const fingerprint = /fingerprint (\d+)/
        expect(fingerprint.exec(decoder.printed)![1]).toBe(
            fingerprint.exec(printed)![1]
        )
    }
})
