// npm run load [-- --charges 0.1,0.3]: how late things are on a loaded board, as the tables of docs/LOAD.md.

import { compile } from "../devicescript/compiler.mjs"
import { printTable } from "../measure/loadtable.mjs"
import { defineCommand, runCommand } from "../terminal/commandline.mjs"

const chargesDefault = [0.05, 0.1, 0.2, 0.3, 0.6, 1.2]

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
