// npm run deploy -- --board B: builds the firmware for the attached board, sends it there and follows its log.

import { defineCommand, runCommand } from "../terminal/commandline.mjs"
import { addFollowOptions, follow } from "../device/follow.mjs"

const command = defineCommand(
    "deploy",
    "Builds the firmware for the attached board, sends it there and follows its log."
)
await runCommand("deploy", addFollowOptions(command), options =>
    follow(options, { redeploys: false })
)
