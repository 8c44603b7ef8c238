// The DeviceScript compiler.

import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { stripVTControlCharacters } from "node:util"
import { root } from "../project/root.mjs"
import { keepCodeCache, loadBundle } from "./package.mjs"
import { namingDefinition } from "./definitions.mjs"

/** @typedef {import("./program.mjs").Program} Program */

/**
 * Compiles an entry file to bytecode, exactly as `devs build` does.
 * @param {string} source the entry file, relative to `folder`
 * @param {string} folder the project that holds it
 * @returns {Promise<Program>}
 * @throws {Error} with the compiler's messages, one a line
 */
export async function compile(source, folder = root) {
    const { compileFile } = loadBundle()
    const outDir = join(".devicescript", "build", source.replace(/\W/g, "_"))
    const before = process.cwd()
    process.chdir(folder) // the compiler looks for devsconfig.json and boards/ in the current folder
    try {
        mkdirSync(outDir, { recursive: true })
        const result = await compileFile(source, { outDir, quiet: true })
        if (!result.success) throw errorOf(result.diagnostics, folder)
        keepCodeCache() // now it has what a compilation needs
        const { binary, dbg: debug, settings } = result
        return { source, binary, debug, settings }
    } finally {
        process.chdir(before)
    }
}

function errorOf(diagnostics, folder) {
    const error = new Error(describeErrors(diagnostics))
    const hasPlace = /^\S+:\d+:\d+ /.test(error.message)
    return hasPlace ? error : namingDefinition(error, folder)
}

/**
 * @param {{ formatted: string, messageText: string }[]} diagnostics the compiler's
 * @returns {string} one a line, with file, line and column
 */
export function describeErrors(diagnostics) {
    // the compiler's text is coloured and shows the source behind an empty line
    return diagnostics
        .map(({ formatted, messageText }) => formatted || messageText)
        .map(text => stripVTControlCharacters(text).split("\n\n")[0])
        .join("\n")
}

/** Writes @devicescript/core and its siblings into node_modules, as every build does. */
export async function unpackRuntimePackages() {
    await compile("devs/main.ts")
}
