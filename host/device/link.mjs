// The link to a board: the CLI's own Jacdac bus and transports, in this process. It listens on no port, so it does
// not matter who holds those of the CLI's devtools. A compilation in this process makes it deaf meanwhile: so a program
// is compiled first, and sent when the board is heard again.

import { EventEmitter } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { realClock } from "../vm/clock.mjs"
import { CommandError } from "../terminal/commandline.mjs"
import { bundleOutput, loadBundle } from "../devicescript/package.mjs"
import { createVm } from "../vm/machine.mjs"

const retryMs = 500
const deviceScriptManager = 0x1134ea2b // the class of the service that runs programs
const settingsStore = 0x1107dc4a

/**
 * @typedef {"vm" | "serial" | "usb"} Device  what stands at the other end: the simulator's VM in this process, or
 *     a board on a port
 */

/**
 * Events: "log" with a line of the board's log, in the VM's own form; "lost" with a reason, when the board was reset
 * or is gone.
 */
export class Link extends EventEmitter {
    #bus
    #transport
    #restarts
    #timer
    #partialLine = ""
    #wasConnected = false
    /** Why there is no board, as far as the CLI told. */
    #trouble = ""

    /**
     * Begins to look for a board, and does so until it is closed.
     * @param {Device} device
     * @param {{ restarts: boolean }} options  whether a board starts its program again after a reset
     */
    static async open(device, { restarts }) {
        const link = new Link()
        link.#restarts = restarts
        const tools = loadBundle()
        link.#transport = await openTransport(device, tools, link)
        link.#bus = new tools.JDBus([link.#transport], {
            client: false,
            disableRoleManager: true,
        })
        link.#bus.on("deviceRestart", () =>
            link.emit("lost", "the board was reset")
        )
        link.#transport.on("connectionState", state => link.#noteState(state))
        bundleOutput.on("line", link.#hear)
        link.#connect()
        link.#timer = setInterval(() => link.#connect(), retryMs)
        return link
    }

    #connect() {
        if (this.#transport.disconnected) this.#transport.connect(true)
    }

    #noteState(state) {
        if (state === "connected") this.#wasConnected = true
        else if (state === "disconnected" && this.#wasConnected) {
            this.#wasConnected = false
            this.emit("lost", "the board was disconnected")
        }
    }

    /** The CLI's transports print what the board sends: lines, and parts of lines that it took its time for. */
    #hear = text => {
        const [, mark, rest] = /^(DEV|DEV-N): (.*)/s.exec(text) ?? []
        if (mark === "DEV-N") this.#partialLine += rest
        else if (mark === "DEV") {
            this.logLine((this.#partialLine + rest).replace(esp32Prefix, ""))
            this.#partialLine = ""
        } else if (/^\w*Error\b/.test(text)) this.note(text)
    }

    /** Passes on what is the VM's; a board's firmware logs other things, too. */
    logLine(text) {
        const match = /^\s*([*!?>#] .*)/s.exec(text)
        if (match) this.emit("log", match[1].trimEnd())
    }

    /** Keeps the first line of what went wrong, for when there is no board in the end. */
    note(error) {
        this.#trouble = String(error).split("\n")[0]
    }

    /**
     * Waits until there is a board.
     * @param {number} waitMs
     * @param {number} [deadlineMs]  by the host's clock, if the time began before this call
     * @throws {CommandError} if there is none in time
     */
    async find(waitMs, deadlineMs = Date.now() + waitMs) {
        while (!this.#manager()) {
            if (Date.now() > deadlineMs) throw this.#noBoard(waitMs)
            await sleep(Math.min(retryMs, waitMs) / 5)
        }
    }

    #noBoard(waitMs) {
        const tried = this.#transport.connected
            ? "something is connected, but says nothing of DeviceScript"
            : this.#trouble || "nothing is connected"
        return new CommandError(
            `no board answers on ${this.#transport.type} within ${waitMs / 1000} s (${tried}); check that a board is ` +
                "plugged in with a data cable, that it was flashed with DeviceScript's runtime, and that no other program holds its port"
        )
    }

    /** The service of the board that runs programs, if there is such a board. */
    #manager() {
        const filter = { serviceClass: deviceScriptManager, lost: false }
        const found = this.#bus.services(filter)
        if (found.length > 1)
            throw new CommandError("several boards are connected: leave one")
        return found[0]
    }

    /**
     * Sends a program to the board and starts it. The CLI gives up a reply after half a second: then all is tried again.
     * @param {import("../devicescript/program.mjs").Program} program
     * @param {number} waitMs
     * @param {(line: string) => void} onRetry
     * @throws {CommandError} if there is no board in time, or it does not take the program
     */
    async deploy(program, waitMs, onRetry) {
        const { deployToService } = loadBundle()
        const deadlineMs = Date.now() + waitMs
        for (;;) {
            await this.find(waitMs, deadlineMs)
            const manager = this.#manager()
            if (!manager) continue
            this.#bus.nodeData.disableAutoStart = !this.#restarts
            const { settings } = program
            const [settingsService] = manager.device.services({
                serviceClass: settingsStore,
            })
            try {
                const options = { settingsService, settings }
                return await deployToService(manager, program.binary, options)
            } catch (error) {
                const why = /** @type {Error} */ (error).message
                if (Date.now() > deadlineMs)
                    throw new CommandError(
                        `the board does not take the program (${why})`
                    )
                onRetry(`the board does not answer (${why}): once more`)
                await sleep(retryMs)
            }
        }
    }

    async close() {
        clearInterval(this.#timer)
        bundleOutput.off("line", this.#hear)
        this.removeAllListeners()
        await this.#transport.disconnect()
        this.#transport.dispose()
        await this.#bus.stop()
    }
}

const esp32Prefix = /^DM \(\d+\): ?/

async function openTransport(device, tools, link) {
    if (device === "vm") return vmTransport(tools, link)
    const load = device === "usb" ? tools.createUSB : tools.loadSerialPort
    const loaded = await load().catch(error => {
        throw new CommandError(describeMissing(device, error))
    })
    return device === "usb" ? loaded : serialTransport(loaded, tools, link)
}

function describeMissing(device, error) {
    const name = device === "usb" ? "usb" : "serialport"
    const message = String(error.message).split("\n")[0]
    return `the CLI needs the package ${name} for this (${message}): npm install --no-save ${name}`
}

/** The CLI's serial transport, but for its own search for ports: that cannot be ended, and dies where ports cannot be listed. */
function serialTransport(SerialPort, tools, link) {
    class Port extends SerialPort {
        static async list() {
            return await SerialPort.list().catch(error => {
                link.note(describeListing(error))
                return []
            })
        }
    }
    const mkTransport = bus => new tools.NodeWebSerialIO(bus, Port)
    return new tools.WebSerialTransport({ mkTransport })
}

function describeListing(error) {
    return error.code === "ENOENT" && /udevadm/.test(error.message)
        ? "serial ports cannot be listed: udevadm is not installed"
        : `serial ports cannot be listed: ${error.message}`
}

/** The simulator's VM in a board's place: the same way but for the cable. */
function vmTransport({ Transport }, link) {
    class VmTransport extends Transport {
        #vm
        #flash = new Uint8Array(0)

        constructor() {
            super("vm")
        }

        async transportConnectAsync() {
            const vm = await createVm(realClock)
            this.#vm = vm
            vm.flashLoad = () => this.#flash
            vm.flashSave = bytes => (this.#flash = bytes.slice())
            vm.sendPacket = frame => this.handleFrame(frame.slice())
            vm.dmesg = text => link.logLine(text)
            vm.devsStart()
        }

        async transportSendPacketAsync(frame) {
            this.#vm.handlePacket(frame)
        }

        async transportDisconnectAsync() {
            this.#vm?.devsStop()
        }
    }
    return new VmTransport()
}
