// Deploys a program to a device and follows its log: what `deploy` and `watch` have in common.

import { setTimeout as sleep } from "node:timers/promises"
import { checkImageSize, findBoard, readHardware } from "./boards.mjs"
import { CommandError, wholeNumber } from "../terminal/commandline.mjs"
import { addDeviceOptions, connect } from "./connect.mjs"
import { compile } from "../devicescript/compiler.mjs"
import { withPlace } from "../devicescript/program.mjs"
import { beginStep, endStep, say } from "../terminal/progress.mjs"
import { SourceWatcher } from "../project/watching.mjs"

const secondsMax = 1_000_000
const pollMs = 100

/** @param {import("commander").Command} command */
export function addFollowOptions(command) {
    return addDeviceOptions(
        command
            .option("--board <id>", "the board: `npm run boards` lists them")
            .option(
                "--seconds <n>",
                "for how long to follow the log; until Ctrl-C without it",
                wholeNumber(secondsMax)
            )
    )
}

/**
 * @param {any} options
 * @param {{ redeploys: boolean }} how  whether it deploys again when a source file is saved
 * @returns {Promise<number>} the exit code; Ctrl-C ends it before
 */
export async function follow(options, { redeploys }) {
    const target = targetOf(options)
    const link = await connect(options, { restarts: true })
    const follower = new Follower(link, target, options.wait * 1000)
    try {
        await follower.deploy()
        if (redeploys) await follower.watch()
        await follower.end(options.seconds ?? Infinity)
    } finally {
        await follower.stop()
        await link.close()
    }
    return 0
}

/** The firmware of a board; of the simulator where its VM stands for one and none is named. */
function targetOf({ board: id, vm }) {
    if (id === undefined && vm) return { entry: "devs/main.ts" }
    const board = findBoard(id)
    return { entry: board.entry, board }
}

class Follower {
    #link
    #target
    #waitMs
    /** What runs on the device; undefined while it is on its way there. */
    #program
    /** What the device says until then. */
    #held = []
    /** @type {SourceWatcher | undefined} */
    #sources

    constructor(link, target, waitMs) {
        this.#link = link
        this.#target = target
        this.#waitMs = waitMs
        link.on("log", line => this.#print(line))
        link.on("lost", reason =>
            say(`${reason}; its log goes on when it is back`)
        )
    }

    async deploy() {
        const { entry } = this.#target
        this.#program = undefined
        const program = await this.#compile()
        beginStep(`deploying ${entry}, ${program.binary.length} bytes`)
        await this.#link.deploy(program, this.#waitMs, say)
        endStep()
        this.#program = program
        console.log(`deployed ${entry}; its log follows, Ctrl-C ends it`)
        const start = this.#held.findLastIndex(isStart) // before that it is another program's
        for (const line of this.#held.splice(0).slice(Math.max(start, 0)))
            this.#print(line)
    }

    async #compile() {
        const { entry, board } = this.#target
        beginStep(`compiling ${entry}`)
        const program = await compile(entry).catch(error => {
            throw new CommandError(error.message)
        })
        if (board) checkImageSize(program, board, readHardware(board))
        return program
    }

    /** The program's own lines as it printed them; what the VM says, with its places in the source. */
    #print(line) {
        if (!this.#program) this.#held.push(line)
        else if (line.startsWith("> ")) console.log(line.slice(2))
        else console.log(withPlace(this.#program, line))
    }

    async watch() {
        this.#sources = await SourceWatcher.start()
    }

    async stop() {
        await this.#sources?.stop()
    }

    /** Returns when the time is over. */
    async end(seconds) {
        const endMs = Date.now() + seconds * 1000
        while (Date.now() < endMs) {
            await sleep(Math.min(pollMs, endMs - Date.now()))
            if (await this.#sources?.takeSave()) await this.#redeploy()
        }
    }

    /** An error in the source is shown, and mended by the next save. */
    async #redeploy() {
        try {
            await this.deploy()
        } catch (error) {
            if (!(error instanceof CommandError)) throw error
            endStep()
            console.log(error.message)
        }
    }
}

function isStart(line) {
    return line.startsWith("* start: ")
}
