// The on-device suites, compiled from a copy of the project and run in this process.

import { createHash } from "node:crypto"
import { readdirSync } from "node:fs"
import { join } from "node:path"
import { compile } from "../devicescript/compiler.mjs"
import { parseSuiteLog } from "../suites/log.mjs"
import { clocks, runSuite } from "../suites/virtual.mjs"

const folderOfSuites = "devs/tests"

/**
 * @param {string} folder  of the project
 * @returns {string[]} "devs/tests/errors.suite.ts", ...
 */
export function findSuiteFiles(folder) {
    return readdirSync(join(folder, folderOfSuites))
        .filter(name => name.endsWith(".suite.ts"))
        .map(name => `${folderOfSuites}/${name}`)
}

/**
 * What an image is, whenever it was made: the compiler writes the time into it.
 * @param {import("../devicescript/program.mjs").Program} program
 */
export function imageHash({ binary, debug }) {
    const version = debug.localConfig.hwInfo["@version"]
    const text = Buffer.from(binary).toString("latin1").replace(version, "")
    return createHash("sha256").update(text).digest("hex")
}

/**
 * Runs a suite in both kinds of virtual time, up to its first failure.
 * @param {import("../devicescript/program.mjs").Program} program
 * @returns {Promise<{ test: string, error: string } | undefined>} undefined if all tests pass
 */
export async function findFailure(program) {
    for (const clock of clocks) {
        const failure = await failureIn(program, clock)
        if (failure)
            return { ...failure, test: `${failure.test}, ${clock.kind}` }
    }
}

async function failureIn(program, clock) {
    const lines = await runSuite(program, clock)
    const { results, announced, finished, totals } = parseSuiteLog(lines)
    const failed = results.find(({ error }) => error !== undefined)
    if (failed)
        return {
            test: `${failed.suite}: ${failed.name}`,
            error: String(failed.error),
        }
    const isWhole =
        finished && results.length === announced && totals?.pass === announced
    if (!isWhole || announced === 0)
        return { test: "the suite", error: "not every test ran once" }
}

/** The compilation of a suite, its error if it fails. */
export async function compileSuite(suite, folder) {
    return await compile(suite, folder).catch(error => error)
}
