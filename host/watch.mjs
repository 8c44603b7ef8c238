// npm run watch -- --board B [...]: as npm run deploy, and again at every save.

import { runCommand } from "./command.mjs"
import { follow } from "./follow.mjs"

await runCommand("watch", () => follow({ redeploys: true }))
