// npm run test:mutants: how good the tests are. Each mutant is src/ with one small fault; some test must notice it.

import { join } from "node:path"
import { choose, sayWithout } from "../mutants/choose.mjs"
import {
    equivalentsFile,
    matchEquivalents,
    readEquivalents,
} from "../mutants/equivalents.mjs"
import { findMutants } from "../mutants/find.mjs"
import { judgeAll } from "../mutants/run.mjs"
import { printSummary } from "../mutants/summary.mjs"
import { root } from "../project/root.mjs"
import {
    defineCommand,
    runCommand,
    wholeNumber,
} from "../terminal/commandline.mjs"

const countDefault = 320
const countMax = 1_000_000
const seedDefault = 1
const workersDefault = 2
const workersMax = 64

const command = defineCommand(
    "test:mutants",
    "Changes src/ in one place at a time, and tells what no test notices."
)
    .option(
        "--count <n>",
        "how many mutants, of every file some",
        wholeNumber(countMax),
        countDefault
    )
    .option("--seed <n>", "another sample", wholeNumber(countMax), seedDefault)
    .option("--all", "every mutant there is")
    .option("--file <name>", "only those of a file: gate, ring, ...")
    .option(
        "--workers <n>",
        "how many run at a time",
        wholeNumber(workersMax),
        workersDefault
    )
    .option("--fresh", "forgets the results of runs before")
await runCommand("test:mutants", command, async options => {
    const all = findMutants(root)
    sayWithout(all)
    const equivalents = readEquivalents(join(root, equivalentsFile))
    const { reasons, problems } = matchEquivalents(all, equivalents)
    const chosen = choose(all, options)
    const equivalent = chosen.filter(({ id }) => reasons.has(id))
    const others = chosen.filter(({ id }) => !reasons.has(id))
    const judged = await judgeAll(root, others, options)
    const whole = [
        ...judged,
        ...equivalent.map(mutant => ({ mutant, state: "equivalent" })),
    ].sort((a, b) => all.indexOf(a.mutant) - all.indexOf(b.mutant))
    return printSummary(whole, problems) ? 0 : 1
})
