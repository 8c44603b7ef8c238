// Which on-device suites there are.

import { existsSync, readdirSync } from "node:fs"
import { join, normalize } from "node:path"
import { root } from "../project/root.mjs"
import { CommandError, seconds } from "../terminal/commandline.mjs"

const suiteFolder = "devs/tests"
const suiteEnding = ".suite.ts"
const timeoutDefault = 120

/**
 * What commands that run suites in real time take.
 * @param {import("commander").Command} command
 */
export function addSuiteOptions(command) {
    return command
        .argument("[suite...]", "their names: ring, waiting, ...")
        .option(
            "--timeout <seconds>",
            "for how long a suite may run",
            seconds,
            timeoutDefault
        )
}

/**
 * @param {string[]} names  as typed: "ring", or a file; none means all
 * @returns {string[]} files relative to the root
 * @throws {CommandError} for a name that no suite has
 */
export function findSuites(names) {
    const all = readdirSync(join(root, suiteFolder))
        .filter(file => file.endsWith(suiteEnding))
        .map(file => file.slice(0, -suiteEnding.length))
    if (names.length === 0 && all.length === 0)
        throw new CommandError(`there is no suite in ${suiteFolder}`)
    return (names.length === 0 ? all : names).map(name => {
        const short = name.replace(suiteEnding, "")
        if (all.includes(short)) return `${suiteFolder}/${short}${suiteEnding}`
        const file = normalize(name).replaceAll("\\", "/")
        if (file.endsWith(suiteEnding) && existsSync(join(root, file)))
            return file
        throw new CommandError(
            `there is no suite "${name}"; known: ${all.join(", ") || "none"}`
        )
    })
}
