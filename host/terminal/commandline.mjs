// What all commands share: their words, `--help`, and failing with one clear line.

import { Command, CommanderError, InvalidArgumentError } from "commander"
import { endStep } from "./progress.mjs"

/** An error of the user's or of the set-up: one line says it all, a stack would hide it. */
export class CommandError extends Error {}

/**
 * Describes a command; options are added to what it returns.
 * @param {string} name  of the npm script
 * @param {string} summary  what it does, for `--help`
 */
export function defineCommand(name, summary) {
    const typed = name === "start" ? "npm start --" : `npm run ${name} --`
    return new Command(typed)
        .description(summary)
        .helpOption("--help", "shows this")
        .showSuggestionAfterError(false) // one line
        .configureOutput({ writeErr: () => {} }) // it is thrown, too
        .exitOverride()
}

/**
 * Reads the command line and runs the command. A CommandError ends it with one line and exit code 1.
 * @param {string} name
 * @param {Command} command
 * @param {(options: any, words: string[]) => Promise<number>} body  gets what was typed, gives the
 *     exit code
 */
export async function runCommand(name, command, body) {
    try {
        refuseSwallowed(command)
        command.parse()
        process.exitCode = await body(command.opts(), command.args)
    } catch (error) {
        endStep()
        if (error instanceof CommanderError && error.exitCode === 0) return // --help
        const isClear =
            error instanceof CommandError || error instanceof CommanderError
        if (!isClear) throw error
        console.error(`${name}: ${error.message.replace(/^error: /, "")}`)
        process.exitCode = 1
    }
}

/** Without "--", npm takes the options for its own, and the command would run without them. */
function refuseSwallowed(command) {
    for (const option of command.options) {
        const reached = process.argv.some(word => word.startsWith(option.long))
        const taken = process.env[`npm_config_${option.attributeName()}`]
        if (taken && !reached)
            throw new CommandError(
                `npm took ${option.long} for an option of its own: write "${command.name()} ${option.long} ..."`
            )
    }
}

/**
 * The reader of an option's value.
 * @param {number} max
 * @returns {(text: string) => number}
 */
export function wholeNumber(max) {
    return text => {
        if (!/^[1-9]\d*$/.test(text) || Number(text) > max)
            throw new InvalidArgumentError(
                `It takes a whole number from 1 to ${max}.`
            )
        return Number(text)
    }
}

const secondsMax = 86_400

/**
 * The reader of an option's value, a number of seconds.
 * @param {string} text
 */
export function seconds(text) {
    const value = Number(text)
    if (!(value > 0 && value <= secondsMax))
        throw new InvalidArgumentError(
            `It takes seconds, from above 0 to ${secondsMax}.`
        )
    return value
}
