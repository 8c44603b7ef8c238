// npm run test:suite [-- name...]: on-device suites on the real VM in virtual time, in seconds.

import { setTimeout as sleep } from "node:timers/promises"
import { defineCommand, runCommand } from "../terminal/commandline.mjs"
import { compile } from "../devicescript/compiler.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"
import { Report } from "../suites/report.mjs"
import { findSuites } from "../suites/suites.mjs"
import { clocks, runSuite } from "../suites/virtual.mjs"
import { SourceWatcher } from "../project/watching.mjs"

const pollMs = 100

async function runAll(suites) {
    const report = new Report()
    for (const suite of suites) {
        beginStep(`compiling ${suite}`)
        const program = await compile(suite).catch(error => error)
        endStep()
        if (program instanceof Error) report.add(suite, [], program.message)
        else
            for (const clock of clocks) {
                const lines = await runSuite(program, clock)
                report.add(`${suite}, ${clock.kind}`, lines)
            }
    }
    report.printCounts()
    return report.exitCode
}

const command = defineCommand(
    "test:suite",
    "Runs on-device suites in both kinds of virtual time, all of them if none is named."
)
    .argument("[suite...]", "their names: ring, waiting, ...")
    .option("--watch", "run them again at each save, until Ctrl-C")
await runCommand("test:suite", command, async (options, names) => {
    const suites = findSuites(names)
    if (!options.watch) return await runAll(suites)
    const sources = await SourceWatcher.start()
    for (;;) {
        await runAll(suites)
        while (!(await sources.takeSave())) await sleep(pollMs)
    }
})
