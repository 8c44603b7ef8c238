// The firmware on the real VM, in real time: what it says is shown.

import { compile } from "../devicescript/compiler.mjs"
import { CommandError } from "../terminal/commandline.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"
import { Simulator } from "../vm/simulator.mjs"
import { parseReport } from "./verdict.mjs"

/** The firmware reports every second: this long without is not a hiccup of the host. */
const silenceMs = 5_000

/**
 * Runs the firmware; resolves when it ends, falls silent, has run for `seconds`, or at Ctrl-C.
 * @param {number} seconds  of its own time
 */
export async function runFirmware(seconds) {
    beginStep("compiling devs/main.ts")
    const program = await compile("devs/main.ts").catch(error => {
        throw new CommandError(error.message)
    })

    /** @type {(silent: boolean) => void} */
    let finish = () => {}
    /** @type {Promise<boolean>} */
    const finished = new Promise(resolve => (finish = resolve))
    /** @type {import("./verdict.mjs").Report | undefined} */
    let report
    /** @type {NodeJS.Timeout | undefined} */
    let watchdog
    let tracing = false

    const onLine = line => {
        if (line.startsWith("! ")) tracing = true
        if (tracing) console.error(line) // what the VM says of an exception that nobody caught
        if (line.startsWith("# ")) console.log(line) // a record, by console.data
        if (!line.startsWith("> ")) return
        const text = line.slice(2)
        console.log(text)
        const parsed = parseReport(text)
        if (!parsed) return
        report = parsed
        watchdog?.refresh()
        if (Number(report.tick) >= seconds * 1000) finish(false)
    }
    // not "once": npm passes on what the terminal has sent too
    process.on("SIGINT", () => {
        if (report) return finish(false)
        console.log("summary: ended before the first report")
        process.exit(130)
    })
    endStep()
    const simulator = await Simulator.start(program, { onLine })
    watchdog = setTimeout(() => finish(true), silenceMs)
    const endPoll = setInterval(() => simulator.ended && finish(false), 100)
    const silent = await finished
    clearInterval(endPoll)
    clearTimeout(watchdog)
    simulator.stop()
    return { report, panicCode: simulator.panicCode, silent }
}
