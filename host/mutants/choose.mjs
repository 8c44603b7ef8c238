// Which mutants a run is about.

import { existsSync, readdirSync } from "node:fs"
import { join } from "node:path"
import { root } from "../project/root.mjs"
import { CommandError } from "../terminal/commandline.mjs"
import { sample } from "./sample.mjs"

/**
 * Those of the file that is named, of all if none is; of them a sample, unless all are wanted.
 * @param {import("./find.mjs").Mutant[]} mutants
 * @param {{ file?: string, all?: boolean, count: number, seed: number }} options
 */
export function choose(mutants, { file, all, count, seed }) {
    const path =
        file && `src/${file.replace(/^src\//, "").replace(/\.ts$/, "")}.ts`
    if (path && !existsSync(join(root, path)))
        throw new CommandError(`there is no ${path}`)
    const named = mutants.filter(each => !path || each.file === path)
    return all ? named : sample(named, { count, seed })
}

/** Names the files of src/ in which there is nothing to change. */
export function sayWithout(mutants) {
    const without = readdirSync(join(root, "src"), { recursive: true })
        .map(name => `src/${name.replaceAll("\\", "/")}`)
        .filter(file => file.endsWith(".ts"))
        .filter(file => !mutants.some(mutant => mutant.file === file))
    if (without.length > 0) console.log(`without any: ${without.join(", ")}`)
}
