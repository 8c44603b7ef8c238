// On-device suites on a device: how a suite is sent there, and how its end is told from the device's log.

import { setTimeout as sleep } from "node:timers/promises"
import { compile } from "../devicescript/compiler.mjs"
import { withPlace } from "../devicescript/program.mjs"
import { beginStep, endStep, say } from "../terminal/progress.mjs"
import { isTotals } from "./log.mjs"
import { Report } from "./report.mjs"

const pollMs = 50
const settleMs = 500 // a stop may be that of the copy that was on the board: the new one starts after it

/**
 * Runs suites, one after the other, and prints what they say.
 * @param {import("../device/link.mjs").Link} link
 * @param {string[]} suites
 * @param {{ wait: number, timeout: number }} limits  in seconds: for the board to take a suite, and for the suite
 * @returns {Promise<number>} the exit code
 */
export async function runSuites(link, suites, { wait, timeout }) {
    const report = new Report()
    try {
        for (const suite of suites) {
            const log = new SuiteLog(link, suite)
            beginStep(`running ${suite}`)
            const program = await compile(suite).catch(error => error)
            if (program instanceof Error) {
                endStep()
                report.add(suite, [], program.message)
                continue
            }
            await link.deploy(program, wait * 1000, say)
            const trouble = await log.end(timeout * 1000)
            endStep()
            const lines = log.lines.map(line => withPlace(program, line))
            report.add(suite, lines, trouble)
        }
    } finally {
        report.printCounts() // also when the board is lost between two suites
    }
    return report.exitCode
}

/**
 * The log of one suite, from its start on the board to its end. It listens before the suite is sent, so
 * that nothing is missed, and lets pass what the board says until then.
 */
class SuiteLog {
    lines = []
    #name
    #lost
    #deployed = false
    #startedMs
    #stoppedMs

    constructor(link, suite) {
        // the compiler puts the entry file into the program's name, and the VM logs the name
        this.#name = ` ${suite.replace(/\.ts$/, "")} `
        link.removeAllListeners()
        link.on("log", line => this.#take(line))
        link.on("lost", reason => {
            if (this.#deployed) this.#lost ??= reason
        })
    }

    #take(line) {
        if (line.startsWith("* start: ")) this.#begin(line)
        else if (this.lines.length > 0) {
            this.lines.push(line)
            if (line === "* stop program") this.#stoppedMs = Date.now()
        }
    }

    #begin(line) {
        const running = this.lines.length > 0 && !this.#stoppedMs
        if (this.#deployed && running) this.#lost ??= "the board was reset"
        else if (line.includes(this.#name)) {
            this.lines = [line]
            this.#startedMs = Date.now()
            this.#stoppedMs = undefined
        }
    }

    /** @returns {Promise<string | undefined>} why the suite was cut off, if the log does not tell */
    async end(limitMs) {
        this.#deployed = true
        const deployedMs = Date.now()
        while (Date.now() < (this.#startedMs ?? deployedMs) + limitMs) {
            if (this.#lost) return this.#lost
            if (this.lines.some(line => isTotals(line.slice(2)))) return
            if (Date.now() > this.#stoppedMs + settleMs) return
            await sleep(pollMs)
        }
        return `no end within ${limitMs / 1000} s`
    }
}
