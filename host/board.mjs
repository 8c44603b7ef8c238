// npm run test:board [-- name...]: the on-device suites on a board, through the CLI's devtools. With --vm
// the CLI's own VM process is the board: the same path but for the cable.

import { setTimeout as sleep } from "node:timers/promises"
import { runCommand } from "./command.mjs"
import { attach, chooseDevice, deploy, deviceOptions } from "./device.mjs"
import { withPlace } from "./devicescript.mjs"
import { Devtools } from "./devtools.mjs"
import { readArguments, readSeconds, Report } from "./report.mjs"
import { isTotals } from "./suites.mjs"

const pollMs = 50
const settleMs = 500 // a stop may be that of the copy that was on the board: the new one starts after it

async function runSuites(devtools, device, suites, { waitMs, limitMs }) {
    const report = new Report()
    try {
        for (const suite of suites) {
            const log = new SuiteLog(devtools, suite)
            const program = await deploy(devtools, device, suite, waitMs)
            if (program instanceof Error) report.add(suite, [], program.message)
            else {
                const trouble = await log.end(limitMs)
                const lines = log.lines.map(line => withPlace(program, line))
                report.add(suite, lines, trouble)
            }
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
    #stoppedMs

    constructor(devtools, suite) {
        // the compiler puts the entry file into the program's name, and the VM logs the name
        this.#name = ` ${suite.replace(/\.ts$/, "")} `
        devtools.listener = {
            onLog: line => this.#take(line),
            onLost: reason => {
                if (this.#deployed) this.#lost ??= reason
            },
        }
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
            this.#stoppedMs = undefined
        }
    }

    /** @returns {Promise<string | undefined>} why the suite was cut off, if the log does not tell */
    async end(limitMs) {
        this.#deployed = true
        const deadlineMs = Date.now() + limitMs
        while (Date.now() < deadlineMs) {
            if (this.#lost) return this.#lost
            if (this.lines.some(line => isTotals(line.slice(2)))) return
            if (Date.now() > this.#stoppedMs + settleMs) return
            await sleep(pollMs)
        }
        return `no end within ${limitMs / 1000} s`
    }
}

await runCommand("test:board", async () => {
    const { values, suites } = readArguments({
        ...deviceOptions,
        timeout: { type: "string", default: "120" },
    })
    const device = chooseDevice(values)
    const waitMs = readSeconds(values.wait, "--wait") * 1000
    const limitMs = readSeconds(values.timeout, "--timeout") * 1000
    const devtools = await Devtools.start({ restarts: false })
    try {
        attach(devtools, device, { stateless: true })
        return await runSuites(devtools, device, suites, { waitMs, limitMs })
    } finally {
        devtools.stop()
    }
})
