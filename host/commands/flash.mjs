// npm run flash -- --board B [--port P] [--install] [--refresh]: puts DeviceScript's runtime on a board, by the CLI.

import { flash } from "../device/flash.mjs"
import { defineCommand, runCommand } from "../terminal/commandline.mjs"

const command = defineCommand(
    "flash",
    "Puts DeviceScript's runtime on a board: once for each board."
)
    .option("--board <id>", "the board: `npm run boards` lists them")
    .option(
        "--port <name>",
        "the serial port of an ESP32, if there are several"
    )
    .option(
        "--install",
        "install esptool, which flashes an ESP32; needs Python"
    )
    .option("--refresh", "download the runtime even if it is in the cache")
await runCommand("flash", command, flash)
