// npm run load [-- --charges 0.1,0.3]: how late things are on a loaded board, as the tables of docs/LOAD.md.

import { defineCommand, runCommand } from "../terminal/commandline.mjs"
import { compile } from "../devicescript/compiler.mjs"
import { compareLoads, measureFirmware, quantile } from "../measure/load.mjs"

const chargesDefault = [0.05, 0.1, 0.2, 0.3, 0.6, 1.2]
const figures = ["message", "timeout", "urgent", "timer"]
const firmwareMs = 20_000

/** Median, 99 % and worst. */
function describe(counts) {
    if (!counts) return ""
    const parts = [quantile(counts, 0.5), quantile(counts, 0.99)]
    return [...parts, counts.length - 1].join("/")
}

/** A row: ours, and the VM's own in brackets. */
function rowOf({ ours, plain }) {
    const pair = show => `${show(ours)} (${plain ? show(plain) : "-"})`
    const cells = [
        ours.name,
        pair(({ busy }) => Math.round(100 * busy)),
        ...figures.map(what =>
            ours.figures[what] ? pair(way => describe(way.figures[what])) : ""
        ),
        pair(({ gapMs }) => Math.round(gapMs)),
    ]
    return `| ${cells.join(" | ")} |`
}

async function printTable(chargeMs, loads, firmware) {
    console.log(`## ${chargeMs} ms a clock reading\n`)
    console.log(`| load | busy % | ${figures.join(" | ")} | gap ms |`)
    console.log(`|---|---|${figures.map(() => "---|").join("")}---|`)
    for await (const load of compareLoads(loads, chargeMs))
        console.log(rowOf(load))
    const options = { chargeMs, ms: firmwareMs }
    const { busy, gapMs, line } = await measureFirmware(firmware, options)
    console.log(
        `\nThe firmware: busy ${Math.round(100 * busy)} %, gap ${Math.round(gapMs)} ms. Its last line:\n\n    ${line}\n`
    )
}

const command = defineCommand(
    "load",
    "Prints how late messages, timeouts and timers are on a loaded board: median/99 %/worst in ticks, with the VM's own waits in brackets."
).option(
    "--charges <list>",
    "ms charged a clock reading",
    text => text.split(",").map(Number),
    chargesDefault
)
await runCommand("load", command, async ({ charges }) => {
    const loads = await compile("test/programs/load.ts")
    const firmware = await compile("devs/main.ts")
    for (const chargeMs of charges) await printTable(chargeMs, loads, firmware)
    return 0
})
