// What npm run load prints: a table of docs/LOAD.md.

import { compareLoads, measureFirmware, quantile } from "./load.mjs"

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

/**
 * @param {number} chargeMs
 * @param {import("../devicescript/program.mjs").Program} loads  test/programs/load.ts
 * @param {import("../devicescript/program.mjs").Program} firmware
 */
export async function printTable(chargeMs, loads, firmware) {
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
