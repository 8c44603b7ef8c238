// npm run test:suite [-- name...]: on-device suites on the real VM in virtual time, in seconds.

import { setTimeout as sleep } from "node:timers/promises"
import { SourceWatcher } from "../project/watching.mjs"
import { findSuites } from "../suites/find.mjs"
import { runSuites } from "../suites/virtual.mjs"
import { defineCommand, runCommand } from "../terminal/commandline.mjs"

const pollMs = 100

const command = defineCommand(
    "test:suite",
    "Runs on-device suites in both kinds of virtual time, all of them if none is named."
)
    .argument("[suite...]", "their names: ring, waiting, ...")
    .option("--watch", "run them again at each save, until Ctrl-C")
await runCommand("test:suite", command, async (options, names) => {
    const suites = findSuites(names)
    if (!options.watch) return await runSuites(suites)
    const sources = await SourceWatcher.start()
    for (;;) {
        await runSuites(suites)
        while (!(await sources.takeSave())) await sleep(pollMs)
    }
})
