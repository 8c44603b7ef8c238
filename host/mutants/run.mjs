// A whole run: finds the mutants, has the workers judge them, and says meanwhile how far it is.

import { join } from "node:path"
import { CommandError } from "../command.mjs"
import { beginStep, endStep, say, updateStep } from "../progress.mjs"
import { Plan, readSurvey, writeSurvey } from "./plan.mjs"
import { Worker } from "./pool.mjs"
import { Results, testPaths } from "./results.mjs"
import { score } from "./summary.mjs"
import { copyProject, hashOf } from "./workspace.mjs"

/** @typedef {import("./find.mjs").Mutant} Mutant */

const sayEveryMs = 60_000

/**
 * @param {string} project
 * @param {Mutant[]} mutants
 * @param {{ workers: number, fresh?: boolean }} options
 * @returns {Promise<{ mutant: Mutant, state: string, result: import("./results.mjs").Result }[]>}
 */
export async function judgeAll(project, mutants, { workers, fresh }) {
    const folder = join(project, ".devicescript", "mutants")
    const snapshot = join(folder, "project") // whoever works on the project meanwhile changes no results
    copyProject(project, snapshot)
    const path = join(folder, "results.jsonl")
    const results = new Results(snapshot, path, { fresh })
    const left = mutants.filter(mutant => !results.get(mutant))
    if (left.length > 0)
        await judge(snapshot, folder, left, { results, workers, mutants })
    return mutants.map(mutant => {
        const result = /** @type {import("./results.mjs").Result} */ (
            results.get(mutant)
        )
        return { mutant, state: result.state, result }
    })
}

async function judge(project, folder, left, { results, workers, mutants }) {
    const count = Math.min(workers, left.length)
    const pool = Array.from(
        { length: count },
        (_, i) => new Worker(project, join(folder, String(i + 1)))
    )
    const stop = () => pool.forEach(worker => worker.stop())
    process.once("exit", stop)
    for (const signal of ["SIGINT", "SIGTERM"])
        process.once(signal, () => process.exit(130))
    const plan = new Plan(await survey(project, folder, pool[0]))
    for (const result of results.all) plan.learn(result)
    const progress = new Progress(mutants, left, results)
    const queue = left.values()
    await Promise.all(
        pool.map(async worker => {
            for (const mutant of queue) {
                const begin = Date.now()
                const outcome = await worker.ask(plan.orderFor(mutant))
                const tookMs = Date.now() - begin
                const result = results.add(mutant, { ...outcome, tookMs })
                plan.learn(result)
                progress.note(mutant, result)
            }
        })
    )
    progress.end()
    stop()
}

/** Runs all tests without a mutant: they must pass. */
async function survey(project, folder, worker) {
    const hash = hashOf(project, [
        "src",
        "host",
        "boards",
        "package.json",
        ...testPaths(project),
    ])
    const path = join(folder, "survey.json")
    const kept = readSurvey(path, hash)
    if (kept) return kept
    beginStep("running all tests without a mutant")
    const found = await worker.ask({ kind: "survey", limitMs: sayEveryMs })
    endStep()
    if (!found.suites)
        throw new CommandError(
            `without a mutant: ${found.error ?? found.by.file}`
        )
    const result = { hash, ...found }
    writeSurvey(path, result)
    return result
}

/** So many of how many, and for how long still. */
class Progress {
    #judged
    #total
    #left
    #done = 0
    #beginMs = Date.now()
    #saidMs = Date.now()

    constructor(mutants, left, results) {
        this.#total = mutants.length
        this.#left = left.length
        this.#judged = mutants
            .map(mutant => ({ mutant, state: results.get(mutant)?.state }))
            .filter(({ state }) => state)
        beginStep(this.#text())
    }

    note(mutant, { state, by }) {
        this.#done++
        this.#judged.push({ mutant, state })
        const isDue = Date.now() - this.#saidMs > sayEveryMs
        if (isDue) this.#saidMs = Date.now()
        updateStep(this.#text(), isDue)
        if (state === "survived") say(`  survived  ${mutant.id}`)
    }

    #text() {
        const { killed, survived } = score(this.#judged)
        const tookMs = Date.now() - this.#beginMs
        const leftMs = (tookMs / (this.#done || 1)) * (this.#left - this.#done)
        const left =
            this.#done > 0 ? `, ${Math.ceil(leftMs / 60_000)} min left` : ""
        return `mutants: ${this.#judged.length} of ${this.#total}, ${killed} killed, ${survived} survived${left}`
    }

    end() {
        updateStep(this.#text(), true)
        endStep()
    }
}
