// npm run deploy -- --board B [--serial|--usb|--vm] [--wait S] [--seconds S]: builds the firmware for the attached
// board, sends it there and follows its log.

import { runCommand } from "./command.mjs"
import { follow } from "./follow.mjs"

await runCommand("deploy", () => follow({ redeploys: false }))
