// What test:mutants prints at its end.

import { equivalentsFile } from "./equivalents.mjs"

/** @typedef {import("./find.mjs").Mutant} Mutant */

const percentLeast = 95

export const states = [
    "invalid",
    "killed",
    "timed out",
    "survived",
    "equivalent",
]

/**
 * @param {{ mutant: Mutant, state: string }[]} judged
 * @returns {{ killed: number, survived: number, percent: number }}  killed: or timed out
 */
export function score(judged) {
    const count = state => judged.filter(each => each.state === state).length
    const killed = count("killed") + count("timed out")
    const survived = count("survived")
    const percent = (100 * killed) / (killed + survived || 1)
    return { killed, survived, percent }
}

/**
 * A row for each file.
 * @param {{ mutant: Mutant, state: string }[]} judged
 * @param {string[]} files  all of src/: one without mutants has a row, too
 */
export function describeTable(judged, files) {
    const rows = files.map(file => {
        const own = judged.filter(({ mutant }) => mutant.file === file)
        const counts = states.map(
            state => own.filter(each => each.state === state).length
        )
        return [file, own.length, ...counts].map(String)
    })
    const sums = rows.reduce(
        (sum, row) => sum.map((value, i) => value + Number(row[i + 1])),
        [0, ...states.map(() => 0)]
    )
    const head = ["file", "mutants", ...states]
    const table = [head, ...rows, ["all", ...sums.map(String)]]
    const widths = head.map((_, i) =>
        Math.max(...table.map(row => row[i].length))
    )
    return table
        .map(row =>
            row
                .map((cell, i) =>
                    i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])
                )
                .join("  ")
        )
        .join("\n")
}

/**
 * What was changed, where.
 * @param {Mutant} mutant
 */
function describeMutant({ file, line, column, pattern, where, was, is }) {
    const place = where ? ` in ${where}` : ""
    return `${file}:${line}:${column} ${pattern}${place}\n  - ${was}\n  + ${is}`
}

/**
 * Prints the table, the survivors, and what is wrong with the list of equivalents.
 * @param {{ mutant: Mutant, state: string }[]} judged
 * @param {string[]} problems  with that list
 * @returns {boolean} whether all is well
 */
export function printSummary(judged, problems) {
    const files = [...new Set(judged.map(({ mutant }) => mutant.file))]
    console.log(describeTable(judged, files))
    for (const { mutant, state } of judged)
        if (state === "survived") console.log(`\n${describeMutant(mutant)}`)
    for (const problem of problems)
        console.log(`${equivalentsFile}: ${problem}`)
    const { killed, survived, percent } = score(judged)
    const sum = `${killed} of ${killed + survived} killed, ${percent.toFixed(1)} %`
    console.log(
        `\n${sum}; at least ${percentLeast} % are to be, and a survivor needs a reason in ${equivalentsFile}`
    )
    return percent >= percentLeast && survived === 0 && problems.length === 0
}
