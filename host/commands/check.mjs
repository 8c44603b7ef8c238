// npm run check: all that must pass before a change lands - the tests, the format and the types. Its last line is the
// count; the format and the types are a test each.

import { runScript, runTests } from "../project/scripts.mjs"
import { defineCommand, runCommand } from "../terminal/commandline.mjs"

const command = defineCommand(
    "check",
    "Runs all that must pass before a change lands: the tests, the format and the types."
)
await runCommand("check", command, async () => {
    const counts = runTests()
    for (const script of ["check:format", "check:types"])
        counts[runScript(script) ? "passed" : "failed"]++
    const { passed, failed, skipped } = counts
    const others = skipped > 0 ? `, ${skipped} skipped` : ""
    console.log(`${passed} passed, ${failed} failed${others}`)
    return failed === 0 ? 0 : 1
})
