// npm run bundle -- --board B [--out FILE] [--refresh]: one file of runtime and firmware, to be flashed at once: a UF2
// for a Pico, a BIN for an ESP32. It needs no ports and no board.

import { mkdirSync, writeFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { checkImageSize, findBoard, readHardware } from "../device/boards.mjs"
import { realClock } from "../vm/clock.mjs"
import {
    CommandError,
    defineCommand,
    runCommand,
} from "../terminal/commandline.mjs"
import { compile } from "../devicescript/compiler.mjs"
import { createVm } from "../vm/machine.mjs"
import { loadBoardTools } from "../devicescript/definitions.mjs"
import { root } from "../project/root.mjs"
import { firmwareFor } from "../device/runtime.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"

const storeLimitMs = 5000
const pollMs = 20
const blockBytes = 256

async function bundle(options) {
    const board = findBoard(options.board)
    beginStep(`bundling ${board.entry}`)
    const hardware = readHardware(board)
    const firmware = await firmwareFor(hardware, options.refresh)
    beginStep(`compiling ${board.entry}`)
    const program = await compile(board.entry).catch(error => {
        throw new CommandError(error.message)
    })
    checkImageSize(program, board, hardware)
    const store = await storeOf(program, hardware)
    const { patchFstorToBoard } = loadBoardTools()
    const bytes = await patchFstorToBoard(
        join(root, firmware),
        hardware.board,
        hardware.arch,
        store
    )
    const out =
        options.out ??
        join(".devicescript", "bin", `bundle-${basename(firmware)}`)
    const file = resolve(root, out)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, bytes)
    endStep()
    console.log(
        `${out}: ${bytes.length} bytes, runtime and ${program.source} (${program.binary.length} bytes)`
    )
    return 0
}

/** What a board's flash store holds once the program was deployed: the VM itself writes it. */
async function storeOf(program, { storeBytes }) {
    const vm = await createVm(realClock)
    let saved
    vm.flashSize = storeBytes
    vm.flashLoad = () => new Uint8Array(0)
    vm.flashSave = bytes => (saved = bytes.slice())
    vm.sendPacket = () => {}
    vm.dmesg = () => {}
    vm.devsStart()
    const result = vm.devsDeploy(program.binary)
    const limitMs = Date.now() + storeLimitMs
    while (result === 0 && !saved && Date.now() < limitMs) await sleep(pollMs)
    vm.devsStop()
    if (!saved) throw new Error(`the VM stored no program: ${result}`)
    // it leaves out what is blank at the end, and the byte in front of that
    const blocks = Math.ceil((saved.length + 1) / blockBytes)
    const store = Buffer.alloc(blocks * blockBytes, 0xff)
    store.set(saved)
    return store.subarray(0, storeBytes)
}

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
