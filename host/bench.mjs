// npm run bench [-- --rounds N]: the kernel queue against what does the same work, on the real VM. Ratios of
// times taken in one run: they say more than times, which are this computer's.

import { createRequire } from "node:module"
import { arch, platform } from "node:os"
import { parseArgs } from "node:util"
import { describeAllocations, describeArrivals } from "./benchtable.mjs"
import { describeTimes } from "./benchtable.mjs"
import { measureAllocations, measureTimes } from "./marks.mjs"
import { CommandError, runCommand } from "./report.mjs"

const roundsDefault = "100"
const roundsMax = 100_000

function readRounds(args) {
    const rounds = parseOptions(args).rounds ?? roundsDefault
    if (!/^[1-9]\d*$/.test(rounds) || Number(rounds) > roundsMax)
        throw new CommandError(
            `--rounds takes a whole number from 1 to ${roundsMax}, not ${JSON.stringify(rounds)}`
        )
    return Number(rounds)
}

/** @returns {{ rounds?: string }} */
function parseOptions(args) {
    try {
        return parseArgs({
            args: joinNegative(args),
            options: { rounds: { type: "string" } },
        }).values
    } catch (caught) {
        const { message } = /** @type {Error} */ (caught)
        throw new CommandError(message.split("\n")[0])
    }
}

/** "--rounds -1" is a number out of range to whoever types it; parseArgs wants it in one word. */
function joinNegative(args) {
    const at = args.indexOf("--rounds")
    if (at < 0 || !/^-\d/.test(args[at + 1])) return args
    return args.toSpliced(at, 2, `--rounds=${args[at + 1]}`)
}

async function bench() {
    const rounds = readRounds(process.argv.slice(2))
    const times = {}
    const arrivals = {}
    for (const name of ["exchange", "handoff", "ring"]) {
        const result = await measureTimes(`devs/bench/${name}.ts`, rounds)
        Object.assign(times, result.times)
        Object.assign(arrivals, result.arrivals)
    }
    const allocated = await measureAllocations()
    console.log(describeConditions(rounds))
    console.log(describeTimes(times))
    console.log(describeAllocations(allocated))
    console.log(describeArrivals(arrivals))
    return 0
}

function describeConditions(rounds) {
    const { version } = createRequire(import.meta.url)(
        "@devicescript/cli/package.json"
    )
    const date = new Date().toISOString().slice(0, 10)
    return `
Time of the kernel queue as a multiple of the peer's: below 1 the queue is faster. Medians of
${rounds} interleaved rounds, with their quartiles; the time of the loops themselves is taken off.
DeviceScript ${version}, the simulator's VM (WASM), a heap filled by 32,000 bytes; node ${process.version},
${platform()} ${arch()}; ${date}. An entry of the queue holds 64 bytes, the ring 16 entries.
`
}

await runCommand("bench", bench)
