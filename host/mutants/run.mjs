// A whole run: finds the mutants, has the workers judge them, and says meanwhile how far it is.

import { join } from "node:path"
import { CommandError } from "../terminal/commandline.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"
import { Meter } from "./meter.mjs"
import { Plan, readSurvey, writeSurvey } from "./plan.mjs"
import { Worker } from "./pool.mjs"
import { Results, testPaths } from "./results.mjs"
import { copyProject, hashOf } from "./workspace.mjs"

/** @typedef {import("./find.mjs").Mutant} Mutant */

const suiteLimitMs = 60_000

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
    const isOpen = mutant =>
        stages.some(({ from }) => from === results.get(mutant)?.state)
    if (mutants.some(isOpen))
        await judge(snapshot, folder, mutants, { results, workers })
    return mutants.map(mutant => {
        const result = /** @type {import("./results.mjs").Result} */ (
            results.get(mutant)
        )
        return { mutant, state: result.state, result }
    })
}

/** All mutants run the suites, which kill most, before any runs what takes longer: the files of test/ take a minute. */
const stages = [
    { name: "the suites", from: undefined, kind: "judgeBySuites" },
    { name: "random histories", from: "passed", kind: "judgeByHistories" },
    { name: "the files of test/", from: "endured", kind: "judgeByFiles" },
]

async function judge(project, folder, mutants, { results, workers }) {
    const pool = Array.from(
        { length: Math.min(workers, mutants.length) },
        (_, i) => new Worker(project, join(folder, String(i + 1)))
    )
    const stop = () => pool.forEach(worker => worker.stop())
    process.once("exit", stop)
    for (const signal of ["SIGINT", "SIGTERM"])
        process.once(signal, () => process.exit(130))
    const plan = new Plan(await survey(project, folder, pool[0]))
    for (const result of results.all) plan.learn(result)
    for (const stage of stages)
        await judgeStage(stage, mutants, { pool, plan, results })
    stop()
}

async function judgeStage(stage, mutants, { pool, plan, results }) {
    const stateOf = mutant => results.get(mutant)?.state
    const left = mutants.filter(mutant => stateOf(mutant) === stage.from)
    if (left.length === 0) return
    const states = new Map(mutants.map(mutant => [mutant.id, stateOf(mutant)]))
    const meter = new Meter(stage.name, states, left.length)
    const queue = left.values() // one for all workers
    const work = async worker => {
        for (const mutant of queue) {
            const begin = Date.now()
            const order = plan.orderFor(mutant, stage.kind)
            const outcome = await worker.ask(order)
            const tookMs = Date.now() - begin
            const result = results.add(mutant, { ...outcome, tookMs })
            plan.learn(result)
            meter.note(mutant.id, result.state)
        }
    }
    await Promise.all(pool.map(work))
    meter.end()
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
    const found = await worker.ask({ kind: "survey", limitMs: suiteLimitMs })
    endStep()
    if (!found.suites)
        throw new CommandError(
            `without a mutant: ${found.error ?? found.by.file}`
        )
    const result = { hash, ...found }
    writeSurvey(path, result)
    return result
}
