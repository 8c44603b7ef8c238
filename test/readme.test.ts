// What the documents show is true: each example compiles, runs on the VM, and prints what stands below it.

import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { root } from "../host/project/root.mjs"
import { runVirtual } from "../host/vm/simulator.mjs"

const folder = ".devicescript/examples"
const example =
    /<!-- example -->\s+```ts\n([^]*?)```\s+It prints\s+```\n([^]*?)```/g

const documents = [
    "README.md",
    ...readdirSync(join(root, "docs")).map(name => `docs/${name}`),
]
const examples = documents.flatMap(document => {
    const text = readFileSync(join(root, document), "utf8")
    const found = [...text.matchAll(example)]
    // one that is not written like this would not be run
    expect(text.split("```ts\n").length - 1, document).toBe(found.length)
    return found.map(([, code, printed], index) => ({
        name: `${document}, example ${index + 1}`,
        code,
        printed,
    }))
})

test("there are examples in the README and in the documents", () => {
    const names = examples.map(({ name }) => name.split(",")[0])
    expect(new Set(names)).toEqual(
        new Set([
            "README.md",
            "docs/API.md",
            "docs/LAYOUT.md",
            "docs/MESSAGES.md",
            "docs/YOUR-PROJECT.md",
        ])
    )
})

test.each(examples)(
    "$name compiles, runs, and prints what it says",
    async ({ name, code, printed }) => {
        expect(code.trimEnd().split("\n").length).toBeLessThanOrEqual(15)
        const source = code.replace(
            '"devicescript-kernel-queue"',
            '"../../src"'
        )
        expect(source).not.toBe(code)
        mkdirSync(join(root, folder), { recursive: true })
        const entry = `${folder}/${name.replace(/\W/g, "_")}.ts`
        writeFileSync(join(root, entry), source)
        const { output, lines } = await runVirtual(await compile(entry), {
            limitMs: 2000,
        })
        expect(output.join("\n") + "\n", lines.join("\n")).toBe(printed)
    }
)
