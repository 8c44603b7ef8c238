// npm run bundle -- --board B [--out FILE] [--refresh]: one file of runtime and firmware, to be flashed at once: a UF2
// for a Pico, a BIN for an ESP32. It needs no ports and no board.

import { bundle } from "../device/bundle.mjs"
import { defineCommand, runCommand } from "../terminal/commandline.mjs"

const command = defineCommand(
    "bundle",
    "Makes one file of runtime and firmware, to be flashed at once: a UF2 for a Pico, a BIN for an ESP32."
)
    .option("--board <id>", "the board: `npm run boards` lists them")
    .option(
        "--out <file>",
        "where to write it, relative to the project; into .devicescript/bin without it"
    )
    .option("--refresh", "download the runtime even if it is in the cache")
await runCommand("bundle", command, bundle)
