// Puts DeviceScript's runtime on a board, by the CLI.

import { stripVTControlCharacters } from "node:util"
import { startCli } from "../devicescript/cli.mjs"
import { root } from "../project/root.mjs"
import { CommandError } from "../terminal/commandline.mjs"
import { beginStep, endStep, say } from "../terminal/progress.mjs"
import { findBoard, readHardware } from "./boards.mjs"
import { runtimeFor } from "./runtime.mjs"

/**
 * What the CLI says when it fails, and what that means to whoever holds the board.
 * @type {[RegExp, string][]}
 */
const advice = [
    [
        /no drives found/,
        "no RPI-RP2 drive is mounted: hold BOOTSEL while you plug the board in, wait for the drive, and run this again",
    ],
    [/multiple drives/, "several RPI-RP2 drives are mounted: leave one"],
    [
        /udevadm/,
        "serial ports cannot be listed: udevadm is not installed (Debian's package udev)",
    ],
    [
        /no serial ports|no viable ports/,
        "no board is attached to a serial port: plug it in with a data cable, holding BOOT, and run this again",
    ],
    [/more than one port/, "several boards are attached: choose one by --port"],
    [
        /esptool\.py not found/,
        "esptool is not installed: run this again with --install (it needs Python)",
    ],
]

/**
 * @param {{ board?: string, port?: string, install?: boolean, refresh?: boolean }} options
 * @returns {Promise<number>} the exit code
 */
export async function flash(options) {
    const board = findBoard(options.board)
    beginStep(`preparing to flash ${board.id}`)
    const hardware = readHardware(board)
    const isEsp32 = hardware.arch.id.startsWith("esp32")
    if (options.port !== undefined && !isEsp32)
        throw new CommandError(
            `--port is for an ESP32: ${board.id} is flashed as a drive`
        )
    const firmware = await runtimeFor(hardware, options.refresh)
    const args = ["flash", ...(isEsp32 ? ["esp32"] : ["rp2040"])]
    args.push("--board", board.id, "--once", "--file", firmware)
    if (options.port !== undefined) args.push("--port", options.port)
    if (options.install) args.push("--install")
    beginStep(`flashing ${board.id}`)
    const { code, lines } = await runCli(args)
    endStep()
    if (code !== 0) throw new CommandError(explain(lines))
    console.log(
        `${board.id} is flashed; next: npm run deploy -- --board ${board.id}`
    )
    return 0
}

/** Runs the CLI, and shows what it says; what it fails for is told apart. */
function runCli(args) {
    const lines = []
    const onLine = text => {
        const line = stripVTControlCharacters(text)
        lines.push(line)
        if (/^(using drive|cp|run|flash OK|\s+\d+%)/.test(line)) say(line)
    }
    const child = startCli(["--ci", ...args], { cwd: root, onLine })
    return new Promise(resolve =>
        child.on("close", code => resolve({ code, lines }))
    )
}

function explain(lines) {
    for (const [pattern, meaning] of advice)
        if (lines.some(line => pattern.test(line))) return meaning
    const reason = lines.findLast(line => /error/i.test(line)) ?? lines.at(-1)
    return `the CLI's flash failed: ${reason}`
}
