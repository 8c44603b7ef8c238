// Which functions of src/ the images of a test hold: what the compiler says of each image.

import { readdirSync, readFileSync, rmSync } from "node:fs"
import { join } from "node:path"

/** In place of an end: of a changed copy of a file, where functions end elsewhere. Any of them may be there. */
export const anywhere = -1

/** @typedef {Record<string, number[]>} Ends  where functions end, by file */

/**
 * @param {any[]} debugs  of some images
 * @returns {Ends} of the functions of src/ that they hold
 */
export function functionEnds(debugs) {
    const found = {}
    for (const { functions, sources } of debugs)
        for (const { location } of functions) {
            const { file, end } = placeOf(location, sources)
            if (file) (found[file] ??= new Set()).add(end)
        }
    return Object.fromEntries(
        Object.entries(found).map(([file, ends]) => [file, [...ends]])
    )
}

/** A location is a position in all the sources, one behind the other. */
function placeOf([start, length], sources) {
    let begin = 0
    for (const source of sources) {
        if (start < begin + source.length) {
            const { path } = source
            const file = /(^|\/)(src\/[\w/]+\.ts)$/.exec(path)?.[2]
            if (!file || path.startsWith("node_modules/")) return {}
            const end = path === file ? start + length - begin : anywhere
            return { file, end }
        }
        begin += source.length
    }
    return {}
}

const buildFolder = ".devicescript/build"

/** Forgets what was compiled in a project. */
export function forgetBuilds(folder) {
    rmSync(join(folder, buildFolder), { recursive: true, force: true })
}

/** What the compiler says of all that was compiled since. */
export function readBuilds(folder) {
    const builds = join(folder, buildFolder)
    return readdirSync(builds).flatMap(name => {
        const path = join(builds, name, "bytecode-dbg.json")
        try {
            return [JSON.parse(readFileSync(path, "utf8"))]
        } catch {
            return [] // it did not compile
        }
    })
}
