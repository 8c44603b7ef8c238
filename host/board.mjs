// npm run test:board [-- name...]: the on-device suites on a board, through the CLI's devtools. With --vm
// the CLI's own VM process is the board: the same path but for the cable.

import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { CommandError, runCommand } from "./command.mjs"
import { describeErrors, withPlace } from "./devicescript.mjs"
import { Devtools } from "./devtools.mjs"
import { readArguments, readSeconds, Report } from "./report.mjs"
import { isTotals } from "./suites.mjs"

const retryMs = 500
const pollMs = 50
const settleMs = 500 // a stop may be that of the copy that was on the board: the new one starts after it
const buildFolder = join(".devicescript", "board")

/** @returns {"vm" | "serial" | "usb"} */
function chooseDevice(values) {
    const chosen = /** @type {const} */ (["vm", "serial", "usb"]).filter(
        name => values[name]
    )
    if (chosen.length > 1)
        throw new CommandError(
            `choose one of ${chosen.map(name => `--${name}`).join(", ")}`
        )
    return chosen[0] ?? "serial" // what both a Pico and an ESP32 speak over their USB cable
}

/** Does not wait: `deploy` sees whether a board answers. */
function attach(devtools, device) {
    const attached =
        device === "vm"
            ? devtools.request("startVM", { stateless: true })
            : devtools.request("connect", {
                  transport: device,
                  background: true,
              })
    attached.catch(error => devtools.fail(error.message))
}

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
 * Builds a suite and sends it to the board, as soon as there is one.
 * @returns the program, or an Error if it does not compile
 */
async function deploy(devtools, device, suite, waitMs) {
    const deadlineMs = Date.now() + waitMs
    const isConnected = () =>
        device === "vm" || devtools.connection === "connected"
    for (;;) {
        const connected = isConnected()
        const status = await devtools.request("build", {
            filename: suite,
            deployTo: connected ? "*" : undefined,
            buildOptions: { outDir: buildFolder },
        })
        if (!status.success)
            return new Error(describeErrors(status.diagnostics))
        if (status.deployStatus === "OK")
            return {
                source: suite,
                binary: new Uint8Array(),
                debug: status.dbg,
            }
        if (Date.now() > deadlineMs)
            throw noBoard(device, waitMs, [
                connected ? status.deployStatus : "not connected",
                devtools.lastError,
            ])
        // devtools is deaf while it builds, so do not build while there is nobody to deploy to
        do await sleep(retryMs)
        while (!isConnected() && Date.now() < deadlineMs)
    }
}

function noBoard(device, waitMs, reasons) {
    const where = device === "vm" ? "as the CLI's VM process" : `on ${device}`
    const told = reasons.filter(Boolean).map(text => text.replace(/\.$/, ""))
    const check =
        device === "vm"
            ? ""
            : "; check that a board is plugged in with a data cable, that it was flashed with " +
              "DeviceScript's runtime, and that no other program holds its port"
    return new CommandError(
        `no board answers ${where} within ${waitMs / 1000} s (${told.join("; ")})${check}`
    )
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
        vm: { type: "boolean", default: false },
        serial: { type: "boolean", default: false },
        usb: { type: "boolean", default: false },
        wait: { type: "string", default: "20" },
        timeout: { type: "string", default: "120" },
    })
    const device = chooseDevice(values)
    const waitMs = readSeconds(values.wait, "--wait") * 1000
    const limitMs = readSeconds(values.timeout, "--timeout") * 1000
    const devtools = await Devtools.start()
    try {
        attach(devtools, device)
        return await runSuites(devtools, device, suites, { waitMs, limitMs })
    } finally {
        devtools.stop()
    }
})
