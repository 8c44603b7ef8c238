// Counts and sequences past 2^31, where the VM's integers become doubles, and past 2^32, where 32 bits end:
// on a copy of the library whose count begins there.

import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { root } from "../host/project/root.mjs"
import { runVirtual } from "../host/vm/simulator.mjs"

const beginning = "let accepted = 0\n"
const folder = ".devicescript/counters"

/** The program on a library that has accepted so many messages already. */
async function compileFrom(count: number) {
    rmSync(join(root, folder), { recursive: true, force: true })
    for (const part of ["src", "test/programs/counters.ts"])
        cpSync(join(root, part), join(root, folder, part), { recursive: true })
    const core = join(root, folder, "src/ring/core.ts")
    const text = readFileSync(core, "utf8")
    expect(text.split(beginning)).toHaveLength(2)
    writeFileSync(core, text.replace(beginning, `let accepted = ${count}\n`))
    return await compile(`${folder}/test/programs/counters.ts`)
}

test.each([0, 2 ** 16 - 4, 2 ** 31 - 4, 2 ** 32 - 4, 2 ** 53 - 16])(
    "sequences and counts run on from %d",
    async count => {
        const { output, lines } = await runVirtual(await compileFrom(count), {
            limitMs: 1000,
        })
        const expected = Array.from({ length: 8 }, (_, i) => {
            const sequence = (count + i) % 2 ** 16
            return `${sequence} ${sequence} ${i + 1} ${i + 1}`
        })
        expect(output, lines.join("\n")).toEqual(expected)
    }
)
