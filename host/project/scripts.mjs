// The scripts of package.json, run as a contributor runs them.

import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { root } from "./root.mjs"

/** Runs a script of package.json; true if it succeeded. */
export function runScript(...words) {
    const { status } = spawnSync("npm", ["run", ...words], {
        cwd: root,
        stdio: "inherit",
        shell: process.platform === "win32",
    })
    if (status !== 0) console.log(`FAILED: npm run ${words[0]}`)
    return status === 0
}

/** Runs the tests, and counts them by vitest's own report. */
export function runTests() {
    const folder = mkdtempSync(join(tmpdir(), "kernel-queue-check-"))
    const report = join(folder, "tests.json")
    try {
        const reporters = ["--reporter=default", "--reporter=json"]
        const file = `--outputFile.json=${report}`
        const succeeded = runScript("test", "--", ...reporters, file)
        return countTests(report, succeeded)
    } finally {
        rmSync(folder, { recursive: true })
    }
}

function countTests(report, succeeded) {
    let counts = { passed: 0, failed: 0, skipped: 0 }
    try {
        const result = JSON.parse(readFileSync(report, "utf8"))
        counts = {
            passed: result.numPassedTests,
            failed: result.numFailedTests,
            skipped: result.numPendingTests,
        }
    } catch (error) {
        console.log(`the tests left no report: ${error}`)
    }
    // a file that does not load, or an error outside of any test, fails no test but the run
    if (!succeeded && counts.failed === 0) counts.failed = 1
    return counts
}
