// Judges mutants, one after the other, in a copy of the project: a process of its own, for the compiler works in the
// current folder, and a mutant may never end. Whoever started it watches the time.
//
// It is asked for a survey (what each test's images hold, and how long each takes) or to judge a mutant, says with "step"
// what it is at, and answers with "done" and a result.

import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { forgetBuilds, functionEnds, readBuilds } from "./coverage.mjs"
import { findFiles, runFiles } from "./files.mjs"
import { findHistoryFailure } from "./histories.mjs"
import { compileSuite, findFailure, findSuiteFiles } from "./suites.mjs"
import { imageHash } from "./suites.mjs"
import { mutate } from "./workspace.mjs"

const folder = process.argv[2]
/** It uses every name and every method. */
const everything = "test/programs/everything.ts"
const surveyLimitMs = 5 * 60_000

function say(message) {
    process.send?.(message)
}

/**
 * @param {string} what
 * @param {number} limitMs
 * @param {boolean} [hasChild]  whether a process works for this one
 */
function step(what, limitMs, hasChild = false) {
    say({ kind: "step", what, limitMs, hasChild })
}

async function survey({ limitMs }) {
    const suites = {}
    for (const suite of findSuiteFiles(folder)) {
        step(suite, limitMs)
        const begin = Date.now()
        const program = await compileSuite(suite, folder)
        if (program instanceof Error) return { error: program.message }
        const failure = await findFailure(program)
        if (failure) return { error: `${suite}: ${failure.test}` }
        const tookMs = Date.now() - begin
        const ends = functionEnds([program.debug])
        suites[suite] = { tookMs, ends, image: imageHash(program) }
    }
    step(everything, limitMs)
    const program = await compileSuite(everything, folder)
    const image = imageHash(program)
    const files = {}
    for (const file of findFiles(folder)) {
        step(file, surveyLimitMs, true)
        const found = await surveyFile(file)
        if (found.error) return found
        files[file] = found
    }
    return { suites, files, everything: { name: everything, image } }
}

/** How long a file takes, and which functions its programs hold. */
async function surveyFile(file) {
    forgetBuilds(folder)
    const run = await runFiles(folder, [file], { limitMs: surveyLimitMs })
    const { failure, output } = run
    if (failure || run.cutOff)
        return {
            error: `${file}: ${failure?.test} ${failure?.error}\n${output}`,
        }
    return { tookMs: run.tookMs[file], ends: functionEnds(readBuilds(folder)) }
}

/**
 * @typedef {object} Order
 * @property {import("./find.mjs").Mutant} mutant
 * @property {{ name: string, image: string }[]} suites
 * @property {{ name: string, image: string }} everything
 * @property {string[]} files
 * @property {number} limitMs  for a suite, or the random histories
 * @property {number} filesLimitMs  for all files
 */

/**
 * Has the mutant in the copy while `body` runs.
 * @template T
 * @param {import("./find.mjs").Mutant} mutant
 * @param {() => Promise<T>} body
 */
async function withMutant(mutant, body) {
    const path = join(folder, mutant.file)
    const text = readFileSync(path, "utf8")
    writeFileSync(path, mutate(text, mutant))
    try {
        return await body()
    } finally {
        writeFileSync(path, text)
    }
}

/** @param {Order} order */
async function judgeBySuites({ suites, everything, files, limitMs }) {
    let isSame = true
    for (const { name, image } of suites) {
        step(name, limitMs)
        const program = await compileSuite(name, folder)
        if (program instanceof Error)
            return { state: "invalid", error: program.message }
        if (imageHash(program) === image) continue
        isSame = false
        const failure = await findFailure(program)
        if (failure) return { state: "killed", by: { file: name, ...failure } }
    }
    if (files.length === 0) return { state: "survived" }
    const isUnused = isSame && (await isSameImage(everything, limitMs))
    return { state: isUnused ? "survived" : "passed" }
}

/** Whether a program's image is the same as without the mutant: then so are those of the programs of test/. */
async function isSameImage({ name, image }, limitMs) {
    step(name, limitMs)
    const program = await compileSuite(name, folder)
    return !(program instanceof Error) && imageHash(program) === image
}

const historiesFile = "test/histories.test.ts"

/** @param {Order} order */
async function judgeByHistories({ limitMs }) {
    step(historiesFile, limitMs)
    const failure = await findHistoryFailure(folder)
    if (!failure) return { state: "endured" }
    return { state: "killed", by: { file: historiesFile, ...failure } }
}

/** @param {Order} order */
async function judgeByFiles({ files, filesLimitMs }) {
    step("the files of test/", 2 * filesLimitMs, true)
    const options = { limitMs: filesLimitMs, bail: true }
    const run = await runFiles(folder, files, options)
    if (run.cutOff)
        return { state: "timed out", by: { file: run.last ?? files[0] } }
    if (!run.failure) return { state: "survived" }
    const { file, test, error } = run.failure
    return { state: "killed", by: { file, test, error } }
}

const judges = { judgeBySuites, judgeByHistories, judgeByFiles }

process.on("message", async (/** @type {any} */ order) => {
    const judge = judges[order.kind]
    const result = await (judge
        ? withMutant(order.mutant, () => judge(order))
        : survey(order))
    const { rss } = process.memoryUsage()
    say({ kind: "done", result, rss })
})
process.on("disconnect", () => process.exit())
for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, () => process.exit())
