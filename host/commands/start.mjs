// npm start [-- --seconds N]: the firmware on the real VM, in real time, until Ctrl-C or for N seconds of its
// own time. The exit code is 0 only if it lost nothing and kept everything in order, by its own account.

import {
    CommandError,
    defineCommand,
    runCommand,
    wholeNumber,
} from "../terminal/commandline.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"
import { parseReport, problemsOf, summarize } from "../firmware/verdict.mjs"

/** The firmware reports every second: this long without is not a hiccup of the host. */
const silenceMs = 5_000

/** Eleven days. For longer there is Ctrl-C. */
const secondsMax = 1_000_000

/** Runs the firmware; resolves when it ends, falls silent, has run for `seconds`, or at Ctrl-C. */
async function run(seconds) {
    beginStep("compiling devs/main.ts")
    // only now: loading the compiler takes a second, which a wrong argument need not wait for
    const { compile } = await import("../devicescript/compiler.mjs")
    const { Simulator } = await import("../vm/simulator.mjs")
    const program = await compile("devs/main.ts").catch(error => {
        throw new CommandError(error.message)
    })

    /** @type {(silent: boolean) => void} */
    let finish = () => {}
    /** @type {Promise<boolean>} */
    const finished = new Promise(resolve => (finish = resolve))
    /** @type {import("../firmware/verdict.mjs").Report | undefined} */
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

async function start({ seconds = Infinity }) {
    const { report, ...end } = await run(seconds)
    const problems = problemsOf({ report, ...end })
    console.log(summarize(report, problems))
    return problems.length > 0 ? 1 : 0
}

const command = defineCommand(
    "start",
    "Runs the firmware on the real VM, in the simulator, until Ctrl-C."
).option(
    "--seconds <n>",
    "end after so many seconds of the firmware's own time",
    wholeNumber(secondsMax)
)
await runCommand("start", command, start)
