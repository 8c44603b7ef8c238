// In which order the tests of a mutant run: what covers it, and first what has killed most of its kind in the least time.

import { readFileSync, writeFileSync } from "node:fs"
import { anywhere } from "./coverage.mjs"

/** @typedef {import("./coverage.mjs").Ends} Ends */

/**
 * @typedef {object} Survey  of the project without a mutant
 * @property {string} hash  of what it was made from
 * @property {Record<string, { tookMs: number, image: string, ends: Ends }>} suites
 * @property {Record<string, { tookMs: number, ends: Ends }>} files
 * @property {{ name: string, image: string }} everything
 */

const suiteLimitMs = 30_000
const filesLimitMs = 60_000
/** A mutant may take so many times as long as the original. */
const slowness = 10

export class Plan {
    #survey
    /** @type {Map<string, number>} how many mutants of a file or function a test has killed */
    #kills = new Map()

    /** @param {Survey} survey */
    constructor(survey) {
        this.#survey = survey
    }

    /** @param {import("./results.mjs").Result} result */
    learn({ file, where, state, by }) {
        if (state !== "killed" || !by) return
        for (const key of keysOf(by.file, file, where))
            this.#kills.set(key, (this.#kills.get(key) ?? 0) + 1)
    }

    /**
     * @param {import("./find.mjs").Mutant} mutant
     * @param {string} kind  of the order: what it has not run yet
     */
    orderFor(mutant, kind) {
        const { suites, files } = this.#survey
        const covering = coveringOf(mutant, suites)
        const byWorth = table => (a, b) =>
            this.#worth(b, mutant, table) - this.#worth(a, mutant, table)
        const tests = coveringOf(mutant, files).sort(byWorth(files))
        const longestMs = Math.max(
            0,
            ...covering.map(name => suites[name].tookMs)
        )
        const allMs = Object.values(files).reduce(
            (sum, { tookMs }) => sum + tookMs,
            0
        )
        return {
            kind,
            mutant,
            suites: covering
                .sort(byWorth(suites))
                .map(name => ({ name, image: suites[name].image })),
            files: tests,
            everything: this.#survey.everything,
            limitMs: suiteLimitMs + slowness * longestMs,
            filesLimitMs: filesLimitMs + slowness * allMs,
        }
    }

    /** Kills to be expected in a unit of time. */
    #worth(test, { file, where }, table) {
        const [ofFile, ofFunction] = keysOf(test, file, where).map(
            key => this.#kills.get(key) ?? 0
        )
        const { tookMs, ends = {} } = table[test]
        const all = Object.values(ends).reduce(
            (sum, each) => sum + each.length,
            0
        )
        const share = (ends[file]?.length ?? 0) / (all || 1)
        return (0.1 + share + ofFile + 10 * ofFunction) / tookMs
    }
}

function keysOf(test, file, where) {
    return [`${test} ${file}`, `${test} ${file} ${where}`]
}

/** Those whose images hold the function, or else one around it, or else anything of the file: enums leave no trace. */
function coveringOf({ file, ends }, table) {
    const names = Object.keys(table)
    const holds = (name, end) => {
        const held = table[name].ends[file] ?? []
        return held.includes(end) || held.includes(anywhere)
    }
    for (const end of ends) {
        const holding = names.filter(name => holds(name, end))
        if (holding.length > 0) return holding
    }
    const some = names.filter(name => table[name].ends[file])
    return some.length > 0 ? some : names
}

/**
 * The survey that was kept, if it is of such a hash.
 * @param {string} path
 * @param {string} hash
 * @returns {Survey | undefined}
 */
export function readSurvey(path, hash) {
    try {
        const survey = JSON.parse(readFileSync(path, "utf8"))
        if (survey.hash === hash) return survey
    } catch {
        // there is none
    }
}

/**
 * @param {string} path
 * @param {Survey} survey
 */
export function writeSurvey(path, survey) {
    writeFileSync(path, JSON.stringify(survey))
}
