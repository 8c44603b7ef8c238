// npm run test:mutants: how good the tests are. Each mutant is src/ with one small fault; some test must notice it.

import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import {
    CommandError,
    defineCommand,
    runCommand,
    wholeNumber,
} from "../terminal/commandline.mjs"
import { root } from "../project/root.mjs"
import { matchEquivalents, readEquivalents } from "../mutants/equivalents.mjs"
import { findMutants } from "../mutants/find.mjs"
import { judgeAll } from "../mutants/run.mjs"
import { sample } from "../mutants/sample.mjs"
import { describeMutant, describeTable, score } from "../mutants/summary.mjs"

const countDefault = 320
const countMax = 1_000_000
const seedDefault = 1
const workersDefault = 2
const workersMax = 64
const percentLeast = 95
const equivalentsFile = "test/equivalents.json"

/** Those of the files that are named, all if none is. */
function choose(mutants, { file, all, count, seed }) {
    const path =
        file && `src/${file.replace(/^src\//, "").replace(/\.ts$/, "")}.ts`
    if (path && !existsSync(join(root, path)))
        throw new CommandError(`there is no ${path}`)
    const named = mutants.filter(each => !path || each.file === path)
    return all ? named : sample(named, { count, seed })
}

function report(judged, problems) {
    const files = [...new Set(judged.map(({ mutant }) => mutant.file))]
    console.log(describeTable(judged, files))
    for (const { mutant, state } of judged)
        if (state === "survived") console.log(`\n${describeMutant(mutant)}`)
    for (const problem of problems)
        console.log(`${equivalentsFile}: ${problem}`)
    const { killed, survived, percent } = score(judged)
    const sum = `${killed} of ${killed + survived} killed, ${percent.toFixed(1)} %`
    console.log(
        `\n${sum}; at least ${percentLeast} % are to be, and a survivor needs a reason in ${equivalentsFile}`
    )
    return percent >= percentLeast && survived === 0 && problems.length === 0
}

/** Files of src/ in which there is nothing to change. */
function sayWithout(mutants) {
    const without = readdirSync(join(root, "src"))
        .map(name => `src/${name}`)
        .filter(file => !mutants.some(mutant => mutant.file === file))
    if (without.length > 0) console.log(`without any: ${without.join(", ")}`)
}

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
    return report(whole, problems) ? 0 : 1
})
