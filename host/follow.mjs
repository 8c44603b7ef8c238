// Deploys a program to a device and follows its log: what `deploy` and `watch` have in common.

import { watch } from "node:fs"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { checkImageSize, findBoard, readHardware } from "./boards.mjs"
import { CommandError, readOptions, readWholeNumber } from "./command.mjs"
import { attach, chooseDevice, deploy, deviceOptions } from "./device.mjs"
import { compile, root, withPlace } from "./devicescript.mjs"
import { checkPorts, Devtools } from "./devtools.mjs"
import { readSeconds } from "./report.mjs"

const secondsMax = 1_000_000
const restartMs = 500 // the VM process comes back like a board that was plugged in again
const settleMs = 300 // an editor writes a file in several steps
const watchedFolders = ["devs", "src", "boards"]

/**
 * @param {{ redeploys: boolean }} options  whether it deploys again when a source file is saved
 * @returns {Promise<number>} the exit code; Ctrl-C ends it before
 */
export async function follow({ redeploys }) {
    const { values } = readOptions({
        ...deviceOptions,
        board: { type: "string" },
        seconds: { type: "string" },
    })
    const device = chooseDevice(values)
    const seconds =
        values.seconds === undefined
            ? Infinity
            : readWholeNumber(values.seconds, "--seconds", secondsMax)
    const waitMs = readSeconds(values.wait, "--wait") * 1000
    const target = targetOf(values.board, device)
    await checkPorts() // at once: a compilation takes seconds
    await target.check()
    const devtools = await Devtools.start({ restarts: true })
    const follower = new Follower(devtools, device, target, waitMs)
    try {
        await follower.deploy()
        if (redeploys) follower.watch()
        await follower.end(seconds)
    } finally {
        follower.stop()
        devtools.stop()
    }
    return 0
}

/** The firmware of a board; of the simulator where the VM process stands for one and none is named. */
function targetOf(id, device) {
    if (id === undefined && device === "vm")
        return { entry: "devs/main.ts", check: async () => {} }
    const board = findBoard(id)
    const check = async () => {
        const program = await compile(board.entry).catch(error => {
            throw new CommandError(error.message)
        })
        checkImageSize(program, board, readHardware(board))
    }
    return { entry: board.entry, check }
}

class Follower {
    #devtools
    #device
    #target
    #waitMs
    /** What runs on the device; undefined while it is on its way there. */
    #program
    /** What the device says until then. */
    #held = []
    #saved = false
    /** @type {import("node:fs").FSWatcher[]} */
    #watchers = []
    /** Why it ends, but for its time. */
    #failure

    constructor(devtools, device, target, waitMs) {
        this.#devtools = devtools
        this.#device = device
        this.#target = target
        this.#waitMs = waitMs
        devtools.listener = {
            onLog: line => this.#print(line),
            onLost: reason => this.#lose(reason),
        }
        attach(devtools, device, { clearFlash: true })
    }

    async deploy() {
        const { entry } = this.#target
        this.#program = undefined
        const program = await deploy(
            ...[this.#devtools, this.#device, entry, this.#waitMs]
        )
        if (program instanceof Error) throw new CommandError(program.message)
        this.#program = program
        console.log(`deployed ${entry}; its log follows, Ctrl-C ends it`)
        const start = this.#held.findLastIndex(isStart) // before that it is another program's
        for (const line of this.#held.splice(0).slice(Math.max(start, 0)))
            this.#print(line)
    }

    /** The program's own lines as it printed them; what the VM says, with its places in the source. */
    #print(line) {
        if (!this.#program) this.#held.push(line)
        else if (line.startsWith("> ")) console.log(line.slice(2))
        else console.log(withPlace(this.#program, line))
    }

    #lose(reason) {
        if (this.#devtools.failure) this.#failure = reason
        else console.log(`${reason}; its log goes on when it is back`)
        if (reason.startsWith("the VM process ended"))
            setTimeout(
                () => attach(this.#devtools, this.#device, {}),
                restartMs
            )
    }

    watch() {
        this.#watchers = watchedFolders.map(folder =>
            watch(join(root, folder), { recursive: true }, (_, file) => {
                if (/\.(ts|json)$/.test(file ?? "")) this.#saved = true
            })
        )
        console.log(`watching ${watchedFolders.join(", ")}`)
    }

    /** They would keep this process alive. */
    stop() {
        for (const watcher of this.#watchers) watcher.close()
    }

    /** Returns when the time is over. */
    async end(seconds) {
        const endMs = Date.now() + seconds * 1000
        while (Date.now() < endMs) {
            if (this.#failure) throw new CommandError(this.#failure)
            await sleep(Math.min(settleMs, endMs - Date.now()))
            if (this.#saved) await this.#redeploy()
        }
    }

    /** An error in the source is shown, and mended by the next save. */
    async #redeploy() {
        await sleep(settleMs)
        this.#saved = false
        try {
            await this.#target.check()
            await this.deploy()
        } catch (error) {
            if (!(error instanceof CommandError) || this.#failure) throw error
            console.log(error.message)
        }
    }
}

function isStart(line) {
    return line.startsWith("* start: ")
}
