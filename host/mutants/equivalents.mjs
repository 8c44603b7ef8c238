// The mutants that no test can kill, each with its reason: test/equivalents.json. An entry is found by what the code says,
// not by where it stands.

import { existsSync, readFileSync } from "node:fs"

export const equivalentsFile = "test/equivalents.json"

/**
 * @typedef {object} Equivalent
 * @property {string} in  the function or enum
 * @property {string} was  the line, or the lines in one
 * @property {string} is
 * @property {string} reason  one sentence
 */

/**
 * @param {string} path
 * @returns {Record<string, Equivalent[]>} by file
 */
export function readEquivalents(path) {
    return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {}
}

/**
 * @param {import("./find.mjs").Mutant[]} mutants  all of them
 * @param {Record<string, Equivalent[]>} equivalents
 * @returns {{ reasons: Map<string, string>, problems: string[] }} the reason of each mutant that has one, by its id
 */
export function matchEquivalents(mutants, equivalents) {
    const reasons = new Map()
    const problems = []
    for (const [file, entries] of Object.entries(equivalents))
        for (const entry of entries) {
            const { in: where, was, is, reason } = entry
            const found = mutants.filter(
                mutant =>
                    mutant.file === file &&
                    mutant.where === where &&
                    mutant.was === was &&
                    mutant.is === is
            )
            const name = `${file}, ${where}: "${was}" -> "${is}"`
            if (found.length === 0) problems.push(`no mutant is ${name}`)
            if (!reason) problems.push(`no reason is given for ${name}`)
            for (const { id } of found) reasons.set(id, reason)
        }
    return { reasons, problems }
}
