// What the firmware says of itself, and what to make of it. The line is written by devs/firmware/report.ts:
// pairs of a name and a figure, so nothing but the names needs to be known here.

/** @typedef {Record<string, string>} Report */

const judgedCounts = ["tick", "sent", "received", "lost", "disorder"]

/**
 * @param {string} line a line of the firmware's log, without its marker
 * @returns {Report | undefined} undefined if the line is no report
 */
export function parseReport(line) {
    const words = line.trim().split(/\s+/)
    /** @type {Report} */
    const report = {}
    for (let i = 0; i + 1 < words.length; i += 2)
        report[words[i]] = words[i + 1]
    const complete = judgedCounts.every(name => /^\d+$/.test(report[name]))
    return complete ? report : undefined
}

/**
 * What is wrong with a run; nothing if all is well.
 * @param {object} run
 * @param {Report | undefined} run.report      the last one
 * @param {number | undefined} run.panicCode   with which the program ended, undefined if it did not
 * @param {boolean} [run.silent]               whether the reports stopped coming
 * @returns {string[]}
 */
export function problemsOf({ report, panicCode, silent = false }) {
    const problems = []
    if (panicCode !== undefined)
        problems.push(`the firmware ended by itself (code ${panicCode})`)
    if (silent) problems.push("the firmware fell silent")
    if (!report) return [...problems, "the firmware reported nothing"]
    if (Number(report.received) === 0) problems.push("nothing was received")
    if (Number(report.lost) > 0) problems.push(`${report.lost} lost`)
    if (Number(report.disorder) > 0)
        problems.push(`${report.disorder} out of order`)
    return problems
}

/**
 * The summary for a person.
 * @param {Report | undefined} report
 * @param {string[]} problems
 */
export function summarize(report, problems) {
    const verdict = problems.length ? `FAILED: ${problems.join(", ")}` : "ok"
    if (!report) return `summary: ${verdict}`
    const seconds = (Number(report.tick) / 1000).toFixed(1)
    const { sent, received, lost, disorder, alarms, overtook } = report
    return (
        `summary: ${seconds} s, ${sent} sent, ${received} received, ${lost} lost, ${disorder} out of order; ` +
        `${alarms} alarms overtook ${overtook} messages; ${verdict}`
    )
}
