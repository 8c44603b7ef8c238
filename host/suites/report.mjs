// What test:suite, test:stress and test:board print of suites, and how they end.

import { parseSuiteLog } from "./log.mjs"

/** Prints each test as its suite is added, and keeps count. */
export class Report {
    #suites = { passed: 0, failed: 0 }
    #tests = { passed: 0, failed: 0, "not run": 0 }

    /**
     * @param {string} file   the suite
     * @param {string[]} lines  its log, stack frames with their places
     * @param {string} [trouble] why it did not run to its end, if the log cannot tell
     */
    add(file, lines, trouble) {
        const log = parseSuiteLog(lines, trouble)
        const failed = log.results.filter(({ error }) => error !== undefined)
        const complaint = findComplaint(log, failed.length, trouble)
        console.log(file)
        for (const result of log.results) console.log(describeTest(result))
        if (!log.finished) printLastWords(lines)
        if (complaint) console.log(`  FAIL  ${complaint}`)
        this.#tests.passed += log.results.length - failed.length
        this.#tests.failed += failed.length
        this.#tests["not run"] += Math.max(
            0,
            log.announced - log.results.length
        )
        this.#suites[complaint || failed.length > 0 ? "failed" : "passed"]++
    }

    /** Prints nothing if there is nothing to count. */
    printCounts() {
        if (this.#suites.passed + this.#suites.failed === 0) return
        console.log(`suites: ${countsOf(this.#suites)}`)
        console.log(`tests:  ${countsOf(this.#tests)}`)
    }

    get exitCode() {
        return this.#suites.failed === 0 ? 0 : 1
    }
}

function countsOf(counts) {
    return Object.entries(counts)
        .filter(([what, count]) => count > 0 || what === "passed")
        .map(([what, count]) => `${count} ${what}`)
        .join(", ")
}

function describeTest({ suite, name, error, place }) {
    if (error === undefined) return `  pass  ${suite}: ${name}`
    return `  FAIL  ${suite}: ${name}: ${error}${place ? ` (${place})` : ""}`
}

/** What is wrong with the suite as a whole: a log that lost lines must not pass for a success. */
function findComplaint({ results, announced, finished, totals }, failed, why) {
    if (results.length === 0) return why ?? "the suite ran no test"
    if (!finished)
        return `the suite stopped at test ${results.length} of ${announced}`
    const read = { tests: results.length, error: failed }
    if (totals.tests === read.tests && totals.error === read.error) return
    return (
        `the log shows ${read.tests} tests, ${read.error} failed, but the suite ` +
        `counted ${totals.tests} and ${totals.error}: lines were lost`
    )
}

/** What the VM said after the program's last line: its panic and the stack. */
function printLastWords(lines) {
    const last = lines.findLastIndex(line => line.startsWith("> "))
    for (const line of lines.slice(last + 1))
        if (/^(!|\* +at) /.test(line)) console.log(`        ${line}`)
}
