// The compiler knows a queue's records: right uses compile, and each mistake is an error where it stands.

import { spawnSync } from "node:child_process"
import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { root } from "../host/project/root.mjs"

/** By line: what stands there, and the codes of its errors. */
type Errors = Record<number, string>

const wrong = "test/fixtures/wrongrecords.ts"
const lines = readFileSync(join(root, wrong), "utf8").split("\n")

/** Said of the whole program, by DeviceScript, after an error of TypeScript. */
const givesUp = "TS9999"

/** The codes in the comments. */
function expectedErrors() {
    const errors: Errors = {}
    lines.forEach((text, index) => {
        const [code, comment] = text.split(/ \/\/ (?=TS\d+$)/)
        if (comment) errors[index + 1] = `${code}: ${comment}`
    })
    return errors
}

function reportedErrors(message: string) {
    const errors: Errors = {}
    for (const line of message.split("\n")) {
        if (line.startsWith(" ")) continue // more about the error above
        const [, file, number, code] =
            /^(.+?):(\d+):\d+ - error (TS\d+): /.exec(line) ?? []
        expect(file, line).toBe(wrong)
        if (code === givesUp) continue
        const start = lines[Number(number) - 1].split(" // TS")[0]
        errors[number] = errors[number]
            ? `${errors[number]} ${code}`
            : `${start}: ${code}`
    }
    return errors
}

test("right uses compile, also those of any queue and any schema", async () => {
    const { binary } = await compile("test/programs/recordtypes.ts")
    expect(binary.length).toBeGreaterThan(0)
})

test("each wrong use of a record is an error in its line, and nothing else is one", async () => {
    const { message } = await compile(wrong).then(
        () => ({ message: "" }),
        (error: Error) => error
    )
    const expected = expectedErrors()
    const comments = lines.filter(text => text.includes("// TS"))
    expect(Object.keys(expected)).toHaveLength(comments.length)
    expect(comments).not.toEqual([])
    expect(reportedErrors(message)).toEqual(expected)
})

test("the TypeScript of today finds errors in the same lines", () => {
    // its codes differ, as it explains some mistakes in other words
    const folder = join(root, ".devicescript/types")
    mkdirSync(folder, { recursive: true })
    const project = {
        extends: "../../tsconfig.json",
        compilerOptions: { noUnusedLocals: false },
        include: [
            `../../${wrong}`,
            "../../node_modules/@devicescript/core/src/*.d.ts",
        ],
    }
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(project))
    const { resolve } = createRequire(import.meta.url)
    const compiler = join(
        dirname(resolve("typescript/package.json")),
        "bin/tsc"
    )
    const { stdout } = spawnSync(
        process.execPath,
        [compiler, "-p", folder, "--pretty", "false"],
        { cwd: root, encoding: "utf8" }
    )
    const found = stdout
        .split("\n")
        .filter(line => line !== "" && !line.startsWith(" "))
        .map(line => /^(.+)\((\d+),\d+\): error /.exec(line) ?? [line, line])
    expect(found.map(([, file]) => file)).toEqual(found.map(() => wrong))
    const numbers = new Set(found.map(([, , number]) => number))
    expect([...numbers]).toEqual(Object.keys(expectedErrors()))
})
