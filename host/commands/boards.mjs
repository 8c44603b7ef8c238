// npm run boards: the supported boards, and how each is wired.

import { listBoards } from "../device/boards.mjs"
import { defineCommand, runCommand } from "../terminal/commandline.mjs"

const command = defineCommand(
    "boards",
    "Lists the supported boards, and how each is wired."
)
await runCommand("boards", command, async () => {
    for (const { id, name, wiring } of listBoards()) {
        console.log(`${id}: ${name}`)
        for (const [what, where] of Object.entries(wiring))
            console.log(`    ${what.padEnd(8)}${where}`)
    }
    console.log(
        "\nWhat the log tells, and what to connect: boards/README.md. Another board: CONTRIBUTING.md."
    )
    return 0
})
