// npm run test:stress [-- name...]: the on-device suites under the CLI's own "devs run --test", in real
// time and with a garbage collection at every allocation.

import { addSuiteOptions, findSuites } from "../suites/find.mjs"
import { runSuites } from "../suites/undercli.mjs"
import { defineCommand, runCommand } from "../terminal/commandline.mjs"

const command = addSuiteOptions(
    defineCommand(
        "test:stress",
        "Runs on-device suites in real time with a collection at every allocation, all of them if none is named."
    )
)
await runCommand("test:stress", command, ({ timeout }, names) =>
    runSuites(findSuites(names), timeout)
)
