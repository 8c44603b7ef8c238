// One file of runtime and firmware: what a board's flash holds once both are on it.

import { mkdirSync, writeFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { compile } from "../devicescript/compiler.mjs"
import { loadBoardTools } from "../devicescript/definitions.mjs"
import { root } from "../project/root.mjs"
import { CommandError } from "../terminal/commandline.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"
import { realClock } from "../vm/clock.mjs"
import { createVm } from "../vm/machine.mjs"
import { checkImageSize, findBoard, readHardware } from "./boards.mjs"
import { runtimeFor } from "./runtime.mjs"

const storeLimitMs = 5000
const pollMs = 20
const blockBytes = 256

/**
 * @param {{ board?: string, out?: string, refresh?: boolean }} options
 * @returns {Promise<number>} the exit code
 */
export async function bundle(options) {
    const board = findBoard(options.board)
    beginStep(`bundling ${board.entry}`)
    const hardware = readHardware(board)
    const runtime = await runtimeFor(hardware, options.refresh)
    beginStep(`compiling ${board.entry}`)
    const program = await compile(board.entry).catch(error => {
        throw new CommandError(error.message)
    })
    checkImageSize(program, board, hardware)
    const store = await storeOf(program, hardware)
    const { patchFstorToBoard } = loadBoardTools()
    const bytes = await patchFstorToBoard(
        join(root, runtime),
        hardware.board,
        hardware.arch,
        store
    )
    const out =
        options.out ??
        join(".devicescript", "bin", `bundle-${basename(runtime)}`)
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
