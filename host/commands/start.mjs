// npm start [-- --seconds N]: the firmware on the real VM, in real time, until Ctrl-C or for N seconds of its
// own time. The exit code is 0 only if it lost nothing and kept everything in order, by its own account.

import { runFirmware } from "../firmware/run.mjs"
import { problemsOf, summarize } from "../firmware/verdict.mjs"
import {
    defineCommand,
    runCommand,
    wholeNumber,
} from "../terminal/commandline.mjs"

/** Eleven days. For longer there is Ctrl-C. */
const secondsMax = 1_000_000

async function start({ seconds = Infinity }) {
    const { report, ...end } = await runFirmware(seconds)
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
