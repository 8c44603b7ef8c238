// npm run soak [-- --only <part>]: what only shows after long. Ten million messages, an hour of the firmware, more than
// a year of uptime, small heaps: all on the real VM in virtual time, each with its figures.

import { Option } from "commander"
import { parts } from "../soak/parts.mjs"
import { conclude } from "../soak/text.mjs"
import { defineCommand, runCommand } from "../terminal/commandline.mjs"

const command = defineCommand(
    "soak",
    "Runs for long what only shows after long, in virtual time, and prints its figures: some eight minutes."
).addOption(
    new Option("--only <part>", "one part of it").choices(Object.keys(parts))
)
await runCommand("soak", command, async ({ only }) => {
    const ran = []
    for (const [name, part] of Object.entries(parts))
        if (only === undefined || name === only) ran.push(...(await part()))
    const { line, exitCode } = conclude(ran)
    console.log(line)
    return exitCode
})
