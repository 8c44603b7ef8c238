// A compiled program, and what its debug information tells.

import { loadBundle } from "./package.mjs"

/**
 * @typedef {object} Program
 * @property {string} source     the entry file, relative to its project
 * @property {Uint8Array} binary the bytecode image
 * @property {any} debug         names and source positions, for `withPlace`
 * @property {any} [settings]    of the project, from its .env files: `deploy` sends them, too
 */

/**
 * Puts source lines into a line of a VM stack trace.
 * @param {Program} program
 * @param {string} line  e.g. " at inline_F15 (pc:8)"
 * @returns {string | undefined} e.g. "src/ring.ts:6:52", or undefined if the line names no place
 */
function locate(program, line) {
    const { compiler } = loadBundle()
    const frame = compiler.parseStackFrame(program.debug, line).markedLine
    return /\(([^()]+:\d+:\d+)\)/.exec(frame)?.[1]
}

/**
 * Puts its source line behind a stack frame of the VM; other lines stay as they are.
 * @param {Program} program
 * @param {string} line
 */
export function withPlace(program, line) {
    const place = /^[!*] +at /.test(line) && locate(program, line)
    return place ? `${line} ${place}` : line
}

/**
 * What a program's image holds of each source file.
 * @param {Program} program
 * @returns {{ file: string, name: string, bytes: number }[]} its functions, with the size of their code
 */
export function functionsOf(program) {
    const { functions, sources } = program.debug
    return functions.map(({ name, location, size }) => {
        let end = 0 // a location is a position in all the sources, one behind the other
        const source = sources.find(
            ({ length }) => location[0] < (end += length)
        )
        return { file: source.path, name, bytes: size }
    })
}
