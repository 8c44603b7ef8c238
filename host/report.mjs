// What test:stress and test:board share: which suites, what is printed about them, how it ends.

import { existsSync, readdirSync } from "node:fs"
import { join, normalize } from "node:path"
import { CommandError, readOptions } from "./command.mjs"
import { root } from "./devicescript.mjs"
import { parseSuiteLog } from "./suites.mjs"

const suiteFolder = "devs/tests"
const suiteEnding = ".suite.ts"

/**
 * Reads a command line of options and suite names.
 * @param {Record<string, { type: "string" | "boolean", default?: string | boolean }>} options
 * @returns {{ values: Record<string, any>, suites: string[] }} `suites` are files relative to the root
 */
export function readArguments(options) {
    const { values, positionals } = readOptions(options, true)
    return { values, suites: findSuites(positionals) }
}

/**
 * @param {string} text an option's value
 * @param {string} option
 */
export function readSeconds(text, option) {
    const seconds = Number(text)
    if (!(seconds > 0 && seconds <= 86_400))
        throw new CommandError(`${option} wants seconds, not "${text}"`)
    return seconds
}

function findSuites(names) {
    const all = readdirSync(join(root, suiteFolder))
        .filter(file => file.endsWith(suiteEnding))
        .map(file => file.slice(0, -suiteEnding.length))
    if (names.length === 0 && all.length === 0)
        throw new CommandError(`there is no suite in ${suiteFolder}`)
    return (names.length === 0 ? all : names).map(name => {
        if (all.includes(name)) return `${suiteFolder}/${name}${suiteEnding}`
        const file = normalize(name).replaceAll("\\", "/")
        if (file.endsWith(suiteEnding) && existsSync(join(root, file)))
            return file
        throw new CommandError(
            `there is no suite "${name}"; known: ${all.join(", ") || "none"}`
        )
    })
}

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
