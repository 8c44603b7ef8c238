// What became of each mutant, kept over runs: a run that was broken off goes on where it was.
//
// A result holds as long as the mutant's file is the same, and the test that killed it; that a mutant survives holds as
// long as all tests are the same. That other files of src/ have changed is overlooked: --fresh forgets all.

import { appendFileSync, mkdirSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import { findFiles, readLines } from "./files.mjs"
import { hashOf } from "./workspace.mjs"

/**
 * @typedef {object} Result
 * @property {string} id
 * @property {string} file
 * @property {string} where
 * @property {"killed" | "timed out" | "survived" | "invalid" | "passed" | "endured"} state  passed: the suites,
 *     endured: random histories, too; but the files of test/ have not run yet
 * @property {{ file: string, test?: string, error?: string }} [by]  what has killed it
 * @property {string} [error]  why it is invalid
 * @property {number} tookMs
 * @property {string} source  the hash of the mutant's file
 * @property {string} tests  the hash of what has killed it, else of all tests
 */

/**
 * What tells whether a mutant is noticed: the tests that run src/, and what they are made of.
 * @param {string} project
 */
export function testPaths(project) {
    const clocks = ["host/vm/clock.mjs", "host/suites/virtual.mjs"]
    const net = ["test/model.ts", "test/histories"]
    return ["devs", "test/programs", ...findFiles(project), ...net, ...clocks]
}

export class Results {
    #path
    #project
    #testPaths
    /** @type {Map<string, Result>} */
    #byId = new Map()
    /** @type {Map<string, string>} */
    #hashes = new Map()

    /**
     * @param {string} project
     * @param {string} path
     * @param {{ fresh?: boolean }} [options]
     */
    constructor(project, path, { fresh = false } = {}) {
        this.#project = project
        this.#testPaths = testPaths(project)
        this.#path = path
        mkdirSync(dirname(path), { recursive: true })
        if (fresh) rmSync(path, { force: true })
        for (const result of readLines(path)) this.#byId.set(result.id, result)
    }

    /** All that were ever kept, the latest of each mutant: for what they teach. */
    get all() {
        return this.#byId.values()
    }

    /**
     * @param {import("./find.mjs").Mutant} mutant
     * @returns {Result | undefined}  what holds of it
     */
    get({ id, file }) {
        const result = this.#byId.get(id)
        if (!result || result.source !== this.#hash([file])) return
        if (
            result.state !== "invalid" &&
            result.tests !== this.#testsOf(result)
        )
            return
        return result
    }

    /**
     * @param {import("./find.mjs").Mutant} mutant
     * @param {Omit<Result, "id" | "file" | "where" | "source" | "tests">} outcome
     */
    add({ id, file, where }, outcome) {
        const result = /** @type {Result} */ ({ id, file, where, ...outcome })
        result.source = this.#hash([file])
        result.tests = this.#testsOf(result)
        this.#byId.set(id, result)
        appendFileSync(this.#path, `${JSON.stringify(result)}\n`)
        return result
    }

    /** @param {Pick<Result, "state" | "by">} result */
    #testsOf({ state, by }) {
        return this.#hash(
            state === "killed" && by ? [by.file] : this.#testPaths
        )
    }

    #hash(paths) {
        const key = paths.join(" ")
        const hash = this.#hashes.get(key) ?? hashOf(this.#project, paths)
        this.#hashes.set(key, hash)
        return hash
    }
}
