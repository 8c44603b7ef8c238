// On-device suites under the CLI's own "devs run --test": in real time, with a garbage collection at every allocation.

import { mkdirSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { killTree, startCli } from "../devicescript/cli.mjs"
import { compile } from "../devicescript/compiler.mjs"
import { withPlace } from "../devicescript/program.mjs"
import { root } from "../project/root.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"
import { Report } from "./report.mjs"

// Not in the project's root: the CLI would take names out of the last build there, of another program.
const folder = join(root, ".devicescript", "stress")
const graceMs = 30_000 // the CLI counts its limit from the program's start, and cannot while the VM hangs

/**
 * Runs suites, one after the other, and prints what they say.
 * @param {string[]} suites
 * @param {number} limitSeconds  for each
 * @returns {Promise<number>} the exit code
 */
export async function runSuites(suites, limitSeconds) {
    const report = new Report()
    for (const suite of suites) {
        beginStep(`running ${suite}`)
        const { lines, trouble } = await runSuite(suite, limitSeconds)
        endStep()
        report.add(suite, lines, trouble)
    }
    report.printCounts()
    return report.exitCode
}

async function runSuite(suite, limitSeconds) {
    const program = await compile(suite).catch(error => error)
    if (program instanceof Error) return { lines: [], trouble: program.message }
    const image = join(folder, `${basename(suite, ".ts")}.devs`)
    mkdirSync(folder, { recursive: true })
    writeFileSync(image, program.binary)
    const { output, cutOff } = await runImage(image, limitSeconds * 1000)
    const lines = output.map(vmLine).filter(line => line !== undefined)
    return {
        lines: lines.map(line => withPlace(program, line)),
        trouble: cutOff
            ? `no end within ${limitSeconds} s`
            : lines.length === 0
              ? `the CLI said: ${output.at(-1)}`
              : undefined,
    }
}

/** @returns {Promise<{ output: string[], cutOff: boolean }>} what the CLI wrote */
function runImage(image, limitMs) {
    const output = []
    // Without --test-self-exit a suite ends before its first test: the CLI waits for no timers.
    const args = ["run", image, "--test", "--test-self-exit", "-T"]
    return new Promise((resolve, reject) => {
        const child = startCli([...args, String(limitMs)], {
            cwd: folder,
            onLine: line => output.push(line),
        })
        const timer = setTimeout(() => killTree(child), limitMs + graceMs)
        child.on("error", reject)
        child.on("close", (code, signal) => {
            clearTimeout(timer)
            const cutOff = signal !== null || output.includes("timeout")
            resolve({ output, cutOff })
        })
    })
}

/** A line of the VM in the form that the VM gave it: the CLI turns the marker into a colour. */
function vmLine(line) {
    const colours = { 91: "!", 95: ">", 34: "?", 33: "*" }
    const match = /^WASM> \x1b\[(91|95|34|33)m(.*)\x1b\[0m$/.exec(line)
    return match ? `${colours[match[1]]} ${match[2]}` : undefined
}
