// What the README shows is true: its example compiles, runs on the VM, and prints what stands there.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { compile, root } from "../host/devicescript.mjs"
import { runVirtual } from "../host/simulator.mjs"

const readme = readFileSync(join(root, "README.md"), "utf8")

test("the README's example compiles, runs, and prints what it says", async () => {
    const [, code] = /<!-- example -->\s+```ts\n([^]*?)```/.exec(readme)!
    const [, printed] = /It prints\s+```\n([^]*?)```/.exec(readme)!
    const folder = ".devicescript/readme"
    expect(code.trimEnd().split("\n").length).toBeLessThanOrEqual(15)
    const source = code.replace('"devicescript-kernel-queue"', '"../../src"')
    expect(source).not.toBe(code)
    mkdirSync(join(root, folder), { recursive: true })
    writeFileSync(join(root, folder, "example.ts"), source)
    const program = await compile(`${folder}/example.ts`)
    const { output, lines } = await runVirtual(program, { limitMs: 2000 })
    expect(output.join("\n") + "\n", lines.join("\n")).toBe(printed)
})
