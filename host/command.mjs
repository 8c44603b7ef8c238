// What all commands share: reading their words, and failing with one clear line.

import { parseArgs } from "node:util"

/** An error of the user's or of the set-up: one line says it all, a stack would hide it. */
export class CommandError extends Error {}

/**
 * Runs a command; a CommandError ends it with one line and exit code 1.
 * @param {string} name
 * @param {() => Promise<number>} body gives the exit code
 */
export async function runCommand(name, body) {
    try {
        process.exitCode = await body()
    } catch (error) {
        if (!(error instanceof CommandError)) throw error
        console.error(`${name}: ${error.message}`)
        process.exitCode = 1
    }
}

/**
 * Reads the command line.
 * @param {Record<string, { type: "string" | "boolean", default?: string | boolean }>} options
 * @param {boolean} [allowPositionals] whether there may be words beside the options
 * @returns {{ values: Record<string, any>, positionals: string[] }}
 */
export function readOptions(options, allowPositionals = false) {
    const args = joinNegative(process.argv.slice(2), options)
    try {
        return parseArgs({ args, options, allowPositionals })
    } catch (caught) {
        const error = /** @type {any} */ (caught)
        if (!error.code?.startsWith("ERR_PARSE_ARGS")) throw error
        const [what] = error.message.split(/\.\s/) // advice on dashes follows
        const known = Object.keys(options).map(name => `--${name}`)
        throw new CommandError(`${what}; known: ${known.join(", ")}`)
    }
}

/** "--seconds -1" is a number out of range to whoever types it; parseArgs wants it in one word. */
function joinNegative(args, options) {
    const at = args.findIndex(
        (arg, i) =>
            options[arg.replace(/^--/, "")]?.type === "string" &&
            /^-\d/.test(args[i + 1])
    )
    return at < 0 ? args : args.toSpliced(at, 2, `${args[at]}=${args[at + 1]}`)
}

/**
 * @param {string} text an option's value
 * @param {string} option
 * @param {number} max
 */
export function readWholeNumber(text, option, max) {
    if (!/^[1-9]\d*$/.test(text) || Number(text) > max)
        throw new CommandError(
            `${option} takes a whole number from 1 to ${max}, not ${JSON.stringify(text)}`
        )
    return Number(text)
}
