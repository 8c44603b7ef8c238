// What docs/ARCHITECTURE.md and the README say of src/: each file has its place, each link leads to what it names.

import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { root } from "../host/project/root.mjs"
import { runVirtual } from "../host/vm/simulator.mjs"
import { chapters } from "./tidy/layout"

const page = readFileSync(join(root, "docs/ARCHITECTURE.md"), "utf8")
const links = [...page.matchAll(/\[`?([^\]`]+)`?\]\(\.\.\/(src\/[^)]+)\)/g)]
const files = Object.entries(chapters).flatMap(([chapter, names]) =>
    names.split(" ").map(name => join("src", chapter, `${name}.ts`))
)

/** Whether a file declares a name: a function, a class, a method, a variable, a field. */
function declares(path: string, name: string) {
    const text = readFileSync(join(root, path), "utf8")
    const declaration = new RegExp(
        `^\\s*(export |async |protected |private |readonly )*(function |class |enum |interface |type |const |let )?${name}\\b *[(:={<?]`,
        "m"
    )
    const type = new RegExp(
        `^\\s*(export )?(class|enum|interface) ${name}\\b`,
        "m"
    )
    return declaration.test(text) || type.test(text)
}

describe("docs/ARCHITECTURE.md", () => {
    const steps = links.filter(([link]) => link.startsWith("[`"))

    test.each(steps.map(([, name, path]) => [name, path]))(
        "%s is declared in %s",
        (name, path) => {
            expect(declares(path, name)).toBe(true)
        }
    )

    test("leads to names, and would miss one that is gone", () => {
        expect(steps.length).toBeGreaterThan(25)
        expect(declares("src/queue.ts", "recvTimeouts")).toBe(false)
        expect(declares("src/handoff.ts", "joinLine")).toBe(false)
    })

    test("shows every file, in the order in which they are read", () => {
        const shown = links.map(([, , path]) => path)
        const below = files.filter(path => path.split("/").length > 2)
        expect(below.filter(path => !shown.includes(path))).toEqual([])
        for (const [chapter, names] of Object.entries(chapters))
            if (chapter !== "" && chapter !== "debug") {
                const own = `src/${chapter}/`
                const list = [
                    ...new Set(shown.filter(path => path.startsWith(own))),
                ]
                expect(list).toEqual(
                    names.split(" ").map(name => `${own}${name}.ts`)
                )
            }
    })
})

test("the README's list of files is that of src/", () => {
    const readme = readFileSync(join(root, "README.md"), "utf8")
    for (const [chapter, names] of Object.entries(chapters)) {
        const folder = chapter === "" ? "src/" : `src/${chapter}/`
        const line = readme
            .split("\n")
            .find(each => each.startsWith(`- \`${folder}\` `))
        expect(line, folder).toBeDefined()
        const listed = [...line!.matchAll(/`([^`]+)`/g)].map(([, text]) => text)
        expect(listed.slice(1).join(" ")).toBe(names)
    }
    const folders = readdirSync(join(root, "src"), { withFileTypes: true })
        .filter(entry => entry.isDirectory())
        .map(({ name }) => name)
    expect(Object.keys(chapters).filter(Boolean).sort()).toEqual(folders.sort())
})

test("dump shows what is queued, who waits, and what is wrong", async () => {
    const program = await compile("test/programs/dump.ts")
    const { output, lines } = await runVirtual(program, { limitMs: 100 })
    expect(output, lines.join("\n")).toEqual([
        "queue readings 3 queued, 0 free of 4",
        "  accepted 3 dropped 0 purged 0 high 3",
        "  an empty receive says QueueEmpty ; signal None",
        "  reserved at 120",
        "   0 priority 3 seq 1 2 bytes",
        "   1 priority 1 seq 0 1 bytes",
        "   2 priority 1 seq 2 24 bytes descriptor",
        "queue commands 0 queued, 1 free of 1",
        "  accepted 0 dropped 0 purged 0 high 0",
        "  an empty receive says QueueEmpty ; signal Message",
        "  waits:a receiver, dead",
        "  waits:a receiver, until tick 60",
        "queue commands 0 queued, 1 free of 1",
        "  accepted 0 dropped 0 purged 0 high 0",
        "  an empty receive says QueueEmpty ; signal None",
        "  waits:a receiver, dead",
        "  waits:a receiver, until tick 60",
        "  FLAW:a task waits, and nobody is told to serve it",
    ])
})
