// npm run test:board [-- name...]: the on-device suites on a board. With --vm the simulator's VM is the board: the same
// path but for the cable.

import { addDeviceOptions, connect } from "../device/connect.mjs"
import { addSuiteOptions, findSuites } from "../suites/find.mjs"
import { runSuites } from "../suites/onboard.mjs"
import { defineCommand, runCommand } from "../terminal/commandline.mjs"

const command = addSuiteOptions(
    addDeviceOptions(
        defineCommand(
            "test:board",
            "Runs on-device suites on a board, all of them if none is named."
        )
    )
)
await runCommand("test:board", command, async (options, names) => {
    const suites = findSuites(names)
    const link = await connect(options, { restarts: false })
    try {
        return await runSuites(link, suites, options)
    } finally {
        await link.close()
    }
})
