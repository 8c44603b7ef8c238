// A copy of the project for each worker: the checkout is never touched. It stands inside of the project, so that Node
// finds the project's modules; DeviceScript's own packages are unpacked into the copy by its first compilation.

import { createHash } from "node:crypto"
import {
    cpSync,
    existsSync,
    mkdirSync,
    readdirSync,
    readFileSync,
    rmSync,
    statSync,
} from "node:fs"
import { join } from "node:path"

const own = new Set([".git", ".devicescript", "node_modules"])

/**
 * Makes the copy, or brings it up to date.
 * @param {string} from  the project
 * @param {string} to
 */
export function copyProject(from, to) {
    mkdirSync(to, { recursive: true })
    const isCopied = name => !own.has(name)
    for (const name of readdirSync(to).filter(isCopied))
        rmSync(join(to, name), { recursive: true })
    for (const name of readdirSync(from).filter(isCopied))
        cpSync(join(from, name), join(to, name), { recursive: true })
}

/**
 * What files and folders hold, in 16 characters.
 * @param {string} root
 * @param {string[]} paths  relative to it; one that is not there counts, too
 */
export function hashOf(root, paths) {
    const hash = createHash("sha256")
    for (const file of paths.flatMap(path => filesIn(root, path)).sort())
        hash.update(`${file}\n`).update(readText(join(root, file)))
    return hash.digest("hex").slice(0, 16)
}

function filesIn(root, path) {
    const isFolder = statSync(join(root, path), { throwIfNoEntry: false })
    if (!isFolder?.isDirectory()) return [path]
    return readdirSync(join(root, path)).flatMap(name =>
        filesIn(root, `${path}/${name}`)
    )
}

function readText(file) {
    return existsSync(file) ? readFileSync(file) : ""
}

/**
 * A file's text with one mutant in it.
 * @param {string} text
 * @param {import("./find.mjs").Mutant} mutant
 */
export function mutate(text, { start, end, by }) {
    return text.slice(0, start) + by + text.slice(end)
}
