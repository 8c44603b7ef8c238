// The CLI's devtools as a child process, driven over the side protocol of its VS Code extension: JSON
// requests and events on a websocket (sideprotocol.ts in DeviceScript's sources).

import { createServer } from "node:net"
import { setTimeout as sleep } from "node:timers/promises"
import { stripVTControlCharacters } from "node:util"
import WebSocket from "ws" // Node 20 has a websocket client only behind a flag
import { killTree, startCli } from "./cli.mjs"
import { root } from "./devicescript.mjs"
import { CommandError } from "./command.mjs"

const ports = [8081, 8082, 8083] // fixed in the CLI: websocket, VM process, debugger
const startLimitMs = 30_000
const requestLimitMs = 60_000
const reset = "the board was reset"

/**
 * @typedef {object} Listener
 * @property {(line: string) => void} [onLog]  a line of the device's log, in the VM's own form
 * @property {(reason: string) => void} [onLost]  the device, or devtools itself, is gone
 */

export class Devtools {
    /** @type {Listener} */
    listener = {}
    /** The connection's state, as devtools sees it; undefined before the first try. */
    connection = undefined
    /** The last error on the way to the device, e.g. that its port may not be opened. */
    lastError = undefined
    /** Why there can be no device any more, if that is so. */
    failure = undefined
    #child
    #socket
    #lastLines = []
    #replies = new Map()
    #lastSeq = 0
    #partialLine = ""
    #announced = 0

    /**
     * @param {{ restarts: boolean }} options  whether a program that has ended is started again, as without devtools
     * @throws {CommandError} if it does not come up
     */
    static async start({ restarts }) {
        await checkPorts()
        const devtools = new Devtools()
        // either way it asks nothing
        devtools.#spawn(
            restarts ? ["--ci", "devtools"] : ["devtools", "--vscode"]
        )
        try {
            await devtools.#connect()
        } catch (error) {
            devtools.stop()
            throw error
        }
        return devtools
    }

    #spawn(args) {
        this.#child = startCli(args, {
            cwd: root,
            onLine: line => this.#remember(line),
        })
        this.#child.on("close", () =>
            this.fail(`the CLI's devtools ended: ${this.#lastError()}`)
        )
    }

    #remember(line) {
        this.#lastLines.push(stripVTControlCharacters(line))
        if (this.#lastLines.length > 50) this.#lastLines.shift()
    }

    #lastError() {
        const isError = line => /^(\w*Error|fatal error)\b/.test(line)
        return this.#lastLines.findLast(isError) ?? "for no reason it told"
    }

    /** Gives up: every request, under way or to come, fails with this reason. */
    fail(reason) {
        if (this.failure) return
        this.failure = reason
        this.listener.onLost?.(reason)
        for (const { reject } of this.#replies.values())
            reject(new CommandError(reason))
        this.#replies.clear()
    }

    async #connect() {
        const deadlineMs = Date.now() + startLimitMs
        while (!this.#socket) {
            if (this.failure) throw new CommandError(this.failure)
            if (Date.now() > deadlineMs)
                throw new CommandError("the CLI's devtools does not come up")
            await sleep(100)
            this.#socket = await openSocket(`ws://127.0.0.1:${ports[0]}`)
        }
        this.#socket.on("message", (data, isBinary) => {
            if (isBinary) this.#receiveFrame(/** @type {Buffer} */ (data))
            else this.#receive(JSON.parse(data.toString()))
        })
        this.#socket.on("error", () => {}) // the end of the child tells the same
    }

    /**
     * A board says every half second that it is there, and counts that from its start up to 15. A lower
     * count is a reset: the log need not tell, as devtools keeps the program from starting again.
     */
    #receiveFrame(frame) {
        const announced = readAnnounce(frame)
        if (announced === undefined) return
        if (announced < this.#announced) this.listener.onLost?.(reset)
        this.#announced = announced
    }

    #receive(message) {
        const { resp, seq, ev, data } = message
        if (ev === "output") this.#receiveOutput(data)
        else if (ev === "transport") this.#receiveTransport(data)
        else if (ev === "missingPackage")
            this.fail(
                `the CLI needs a package: npm install --no-save ${data.packageName}`
            )
        else if (resp) this.#settle(seq, resp, data)
    }

    #receiveOutput({ from, lines }) {
        for (const line of lines) {
            if (from === "dev") this.#logBoardLine(line)
            else if (from === "verbose") this.#noteVerbose(line)
            else if (line.startsWith("    ")) this.#log(line)
            else if (from === "vm-err" && line.startsWith("Exit code"))
                this.listener.onLost?.(`the VM process ended: ${line}`)
        }
    }

    #logBoardLine(line) {
        const whole = this.#partialLine + line
        this.#partialLine = ""
        this.#log(whole.replace(/^DM \(\d+\): ?/, "")) // ESP32
    }

    /** Passes on what is the VM's; a board's firmware logs other things, too. */
    #log(text) {
        const match = /^\s*([*!?>#] .*)/.exec(text)
        if (match) this.listener.onLog?.(match[1].trimEnd())
    }

    #noteVerbose(line) {
        // a line that takes the board more than 0.3 s comes in two parts
        const partial = /^DEV-N: (.*)/.exec(line)
        if (partial) this.#partialLine += partial[1]
        else if (/^\w*Error\b/.test(line)) this.lastError = line
    }

    #receiveTransport({ transports }) {
        const before = this.connection
        this.connection = transports.at(-1)?.connectionState
        if (before === "connected" && this.connection !== "connected")
            this.listener.onLost?.("the board was disconnected")
    }

    #settle(seq, resp, data) {
        const reply = this.#replies.get(seq)
        this.#replies.delete(seq)
        if (resp === "error") reply?.reject(new CommandError(data.message))
        else reply?.resolve(data)
    }

    /**
     * @param {string} req  the request's name
     * @param {object} data
     * @returns {Promise<any>} the reply
     * @throws {CommandError} if devtools refuses it, ends, or does not answer
     */
    async request(req, data) {
        if (this.failure) throw new CommandError(this.failure)
        const seq = ++this.#lastSeq
        return await new Promise((resolve, reject) => {
            const silence = new CommandError(
                `devtools did not answer "${req}" in ${requestLimitMs / 1000} s`
            )
            const timer = setTimeout(() => reject(silence), requestLimitMs)
            const settled = f => value => {
                clearTimeout(timer)
                f(value)
            }
            this.#replies.set(seq, {
                resolve: settled(resolve),
                reject: settled(reject),
            })
            this.#socket.send(JSON.stringify({ req, seq, data }))
        })
    }

    stop() {
        this.listener = {}
        this.fail("devtools was stopped")
        this.#socket?.terminate()
        killTree(this.#child)
    }
}

/** @throws {CommandError} if devtools could not listen on its ports */
export async function checkPorts() {
    for (const port of ports)
        if (await isTaken(port))
            throw new CommandError(
                `port ${port} is taken: the CLI's devtools needs ${ports.join(", ")}; ` +
                    `is it running already, here or in VS Code?`
            )
}

function isTaken(port) {
    return new Promise(resolve => {
        const server = createServer()
        server.once("error", () => resolve(true))
        server.listen(port, "127.0.0.1", () =>
            server.close(() => resolve(false))
        )
    })
}

/** @returns {Promise<WebSocket | undefined>} undefined if nobody listens */
function openSocket(url) {
    return new Promise(resolve => {
        const socket = new WebSocket(url)
        socket.once("open", () => resolve(socket))
        socket.once("error", () => resolve(undefined))
    })
}

/**
 * @param {Buffer} frame of Jacdac: 12 bytes of header with the sender, then packets of a size, a service
 *     index, a command of 16 bits and data
 * @returns {number | undefined} how often a board that runs programs has announced itself since its
 *     start, at most 15; undefined for any other frame
 */
function readAnnounce(frame) {
    const programManager = 0x1134ea2b // the service class
    const [headerBytes, announceBytes] = [12, 8]
    if (frame.length < headerBytes + announceBytes) return
    const [index, command] = [frame[13], frame.readUInt16LE(14)]
    if (index !== 0 || command !== 0) return
    const services = frame.subarray(headerBytes + announceBytes)
    for (let i = 0; i + 4 <= services.length; i += 4)
        if (services.readUInt32LE(i) === programManager) return frame[16] & 15
}
