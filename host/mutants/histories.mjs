// Random histories, with a driver that has the mutant in it: see test/histories. They come behind the suites, and kill in
// seconds what a file of test/ takes a minute for.

import fc from "fast-check"
import { Difference } from "../../test/histories/board"
import { histories } from "../../test/histories/generate"
import { Runner } from "../../test/histories/machine"
import { judge } from "../../test/histories/net"

const count = 600
const seed = 1

/**
 * @param {string} folder  of the project
 * @returns {Promise<{ test: string, error: string } | undefined>} undefined if all go as the model says
 */
export async function findHistoryFailure(folder) {
    const runner = await Runner.create(folder)
    const all = fc.sample(histories, { seed, numRuns: count })
    for (const [i, history] of all.entries()) {
        try {
            await judge(runner, history)
        } catch (error) {
            const text = error instanceof Difference ? error.message : error
            return { test: `random history ${i}`, error: String(text) }
        }
    }
}
