// The tests of test/ that run src/ in virtual time, under vitest, in a copy of the project.

import { spawn } from "node:child_process"
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

const require = createRequire(import.meta.url)
const vitestPath = join(
    dirname(require.resolve("vitest/package.json")),
    "vitest.mjs"
)

/**
 * These test the host, the documents, or the form of src/. device.test.ts runs the suites, and histories.test.ts the
 * random histories: those have run.
 */
const others = new Set(
    "api bench board commands desk device emitter histories mutants package scenarios start stress tidy".split(
        " "
    )
)

/**
 * @param {string} folder  of the project
 * @returns {string[]} "test/uptime.test.ts", ...
 */
export function findFiles(folder) {
    return readdirSync(join(folder, "test"))
        .filter(name => name.endsWith(".test.ts"))
        .filter(name => !others.has(name.replace(".test.ts", "")))
        .map(name => `test/${name}`)
}

/** @type {import("node:child_process").ChildProcess | undefined} */
let running
process.on("exit", () => running && kill(running))

/**
 * Runs test files one after the other.
 * @param {string} folder  of the project
 * @param {string[]} files
 * @param {{ limitMs: number, bail?: boolean }} options  bail: the first failure ends it
 * @returns {Promise<{ failure?: { file: string, test: string, error: string }, cutOff: boolean, output: string,
 *     tookMs: Record<string, number>, last: string | undefined }>}  last: the file that was begun last
 */
export async function runFiles(folder, files, { limitMs, bail = false }) {
    const events = join(folder, ".devicescript", "events.jsonl")
    mkdirSync(dirname(events), { recursive: true })
    rmSync(events, { force: true })
    const config = ["--config", "host/mutants/vitest.config.mjs"]
    const args = ["run", ...config, "--root", folder]
    const child = spawn(
        process.execPath,
        [vitestPath, ...args, ...(bail ? ["--bail", "1"] : [])],
        {
            cwd: folder,
            stdio: ["ignore", "pipe", "pipe"],
            detached: process.platform !== "win32", // a group of its own: its forks end with it
            env: {
                ...process.env,
                MUTANTS_FILES: files.join(" "),
                MUTANTS_EVENTS: events,
            },
        }
    )
    const { code, cutOff, output } = await endOf(child, limitMs)
    return { ...readEvents(events, code), cutOff, output }
}

function endOf(child, limitMs) {
    running = child
    let output = ""
    let cutOff = false
    for (const stream of [child.stdout, child.stderr])
        stream.on("data", chunk => (output += chunk))
    const timer = setTimeout(() => {
        cutOff = true
        kill(child)
    }, limitMs)
    return new Promise(resolve =>
        child.on("close", code => {
            clearTimeout(timer)
            running = undefined
            resolve({ code, cutOff, output })
        })
    )
}

function kill(child) {
    try {
        if (process.platform === "win32") child.kill()
        else process.kill(-child.pid, "SIGKILL")
    } catch {
        // it has ended already
    }
}

function readEvents(path, code) {
    const tookMs = {}
    const begun = {}
    let failure
    let last
    for (const event of readLines(path)) {
        const { kind, file, at } = event
        if (kind === "begin") begun[(last = file)] = at
        else if (kind === "end") tookMs[file] = at - begun[file]
        else failure ??= event
    }
    if (code !== 0 && failure === undefined)
        failure = { file: last, test: "", error: `vitest ended with ${code}` }
    return { failure, tookMs, last }
}

/** The objects of a file, a line of JSON each; a line that was cut off is none. */
export function readLines(path) {
    let text
    try {
        text = readFileSync(path, "utf8")
    } catch {
        return []
    }
    return text.split("\n").flatMap(line => {
        try {
            return [JSON.parse(line)]
        } catch {
            return []
        }
    })
}
