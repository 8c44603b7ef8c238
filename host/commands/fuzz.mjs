// npm run fuzz: random histories on the real VM against the model of CONTRACT, for as long as one likes.

import { availableParallelism } from "node:os"
import { fuzz, replay, seedMax } from "../fuzz/run.mjs"
import {
    defineCommand,
    runCommand,
    wholeNumber,
} from "../terminal/commandline.mjs"

const command = defineCommand(
    "fuzz",
    "Runs random histories on the real VM, and compares each result, byte and tick with a model of the contract."
)
    .option("--minutes <n>", "for how long", wholeNumber(100_000), 1)
    .option("--histories <n>", "and at most so many", wholeNumber(1e9))
    .option(
        "--seed <n>",
        "where to begin; default: another each time",
        wholeNumber(seedMax)
    )
    .option(
        "--workers <n>",
        "processes at once",
        wholeNumber(64),
        availableParallelism()
    )
    .option("--replay <file>", "runs the history that failed again")
await runCommand("fuzz", command, options =>
    options.replay ? replay(options.replay) : fuzz(options)
)
