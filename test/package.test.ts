// What a stranger gets: the packed library in a project fresh from `devs init`, compiled by the command line
// and run.

import { execFileSync } from "node:child_process"
import {
    mkdtempSync,
    readFileSync,
    readdirSync,
    rmSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { root } from "../host/devicescript.mjs"
import { runVirtual } from "../host/simulator.mjs"

const program = `import { KernelQueue, check } from "devicescript-kernel-queue"

const queue = new KernelQueue()
check(queue.send(hex\`010203\`))
const into = Buffer.alloc(64)
const length = check(queue.recv(into))
console.log("received", into.slice(0, length).toString("hex"))
`

describe("the package", () => {
    const folder = mkdtempSync(join(tmpdir(), "kernel-queue-"))
    const project = join(folder, "project")
    let packed: { filename: string; files: { path: string }[] }

    beforeAll(() => {
        const options = ["--json", "--ignore-scripts"]
        const to = ["--pack-destination", folder]
        packed = JSON.parse(run(root, "npm", "pack", ...options, ...to))[0]
    })
    afterAll(() => rmSync(folder, { recursive: true }))

    test("holds the library's sources and its papers, nothing else", () => {
        const sources = readdirSync(join(root, "src")).map(n => `src/${n}`)
        const papers = readdirSync(root).filter(name =>
            /^(README|CHANGELOG|LICENSE)/.test(name)
        )
        const manifests = ["package.json", "devsconfig.json"]
        expect(packed.files.map(({ path }) => path).sort()).toEqual(
            [...sources, ...papers, ...manifests].sort()
        )
    })

    test("installs, compiles and runs in a fresh project", async () => {
        run(folder, "devs", "init", "project", "--no-install")
        // the command line is here already: nothing of its size is to be downloaded for a test
        run(project, "npm", "pkg", "delete", "devDependencies")
        run(project, "npm", "install", join(folder, packed.filename))
        writeFileSync(join(project, "src/main.ts"), program)
        run(project, "npm", "run", "build")
        const { output } = await runVirtual(readImage(), { limitMs: 1000 })
        expect(output).toEqual(["received 010203"])
    })

    function readImage() {
        const bin = join(project, ".devicescript/bin")
        const debug = readFileSync(join(bin, "bytecode-dbg.json"), "utf8")
        return {
            source: "src/main.ts",
            binary: readFileSync(join(bin, "bytecode.devs")),
            debug: JSON.parse(debug),
        }
    }
})

/** Runs a command that is on the path or in this project, and returns what it prints. */
function run(cwd: string, command: string, ...args: string[]) {
    const path = join(root, "node_modules/.bin") + delimiter + process.env.PATH
    return execFileSync(command, args, {
        cwd,
        env: { ...process.env, PATH: path },
        encoding: "utf8",
        stdio: "pipe",
        shell: process.platform === "win32",
    })
}
