// npm run watch -- --board B: as npm run deploy, and again at every save.

import { defineCommand, runCommand } from "../terminal/commandline.mjs"
import { addFollowOptions, follow } from "../device/follow.mjs"

const command = defineCommand(
    "watch",
    "Builds the firmware for the attached board, sends it there and follows its log; again at every save."
)
await runCommand("watch", addFollowOptions(command), options =>
    follow(options, { redeploys: true })
)
