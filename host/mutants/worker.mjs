// Judges mutants, one after the other, in a copy of the project: a process of its own, for the compiler works in the
// current folder, and a mutant may never end. Whoever started it watches the time.
//
// It is asked to "survey" (what each suite's image holds, and how long everything takes) or to "judge" a mutant, says
// with "step" what it is at, and answers with "done" and a result.

import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { forgetBuilds, functionEnds, readBuilds } from "./coverage.mjs"
import { findFiles, runFiles } from "./files.mjs"
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
 * @param {{ mutant: import("./find.mjs").Mutant, suites: { name: string, image: string }[], files: string[],
 *     everything: { name: string, image: string }, limitMs: number, filesLimitMs: number }} order
 */
async function judge({
    mutant,
    suites,
    files,
    everything,
    limitMs,
    filesLimitMs,
}) {
    const path = join(folder, mutant.file)
    const text = readFileSync(path, "utf8")
    writeFileSync(path, mutate(text, mutant))
    let isSame = true
    try {
        for (const { name, image } of suites) {
            step(name, limitMs)
            const program = await compileSuite(name, folder)
            if (program instanceof Error)
                return { state: "invalid", error: program.message }
            if (imageHash(program) === image) continue
            isSame = false
            const failure = await findFailure(program)
            if (failure)
                return { state: "killed", by: { file: name, ...failure } }
        }
        if (
            files.length === 0 ||
            (isSame && (await isUnused(everything, limitMs)))
        )
            return { state: "survived" }
        step("the files of test/", 2 * filesLimitMs, true)
        return await judgeByFiles(files, filesLimitMs)
    } finally {
        writeFileSync(path, text)
    }
}

/** Whether the image of the program that uses every name is the same as without the mutant. */
async function isUnused({ name, image }, limitMs) {
    step(name, limitMs)
    const program = await compileSuite(name, folder)
    return !(program instanceof Error) && imageHash(program) === image
}

async function judgeByFiles(files, limitMs) {
    const run = await runFiles(folder, files, { limitMs, bail: true })
    if (run.cutOff)
        return { state: "timed out", by: { file: run.last ?? files[0] } }
    if (!run.failure) return { state: "survived" }
    const { file, test, error } = run.failure
    return { state: "killed", by: { file, test, error } }
}

process.on("message", async (/** @type {any} */ order) => {
    const result = await (order.kind === "survey" ? survey : judge)(order)
    const { rss } = process.memoryUsage()
    say({ kind: "done", result, rss })
})
process.on("disconnect", () => process.exit())
for (const signal of ["SIGINT", "SIGTERM"])
    process.on(signal, () => process.exit())
