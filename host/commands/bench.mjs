// npm run bench [-- --rounds N]: the kernel queue against what does the same work, on the real VM. Ratios of
// times taken in one run: they say more than times, which are this computer's.

import {
    describeAllocations,
    describeArrivals,
    describeConditions,
    describeTimes,
} from "../measure/benchtable.mjs"
import { measureAllocations, measureTimes } from "../measure/marks.mjs"
import {
    defineCommand,
    runCommand,
    wholeNumber,
} from "../terminal/commandline.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"

const roundsDefault = 100
const roundsMax = 100_000

async function bench({ rounds }) {
    const times = {}
    const arrivals = {}
    for (const name of ["exchange", "handoff", "ring", "records"]) {
        beginStep(`measuring ${name}, ${rounds} rounds`)
        const result = await measureTimes(`devs/bench/${name}.ts`, rounds)
        Object.assign(times, result.times)
        Object.assign(arrivals, result.arrivals)
    }
    beginStep("measuring allocations")
    const allocated = await measureAllocations()
    endStep()
    console.log(describeConditions(rounds))
    console.log(describeTimes(times))
    console.log(describeAllocations(allocated))
    console.log(describeArrivals(arrivals))
    return 0
}

const command = defineCommand(
    "bench",
    "Compares the queue with what does the same work, on the simulator's VM."
).option(
    "--rounds <n>",
    "how often each is measured; the medians are printed",
    wholeNumber(roundsMax),
    roundsDefault
)
await runCommand("bench", command, bench)
