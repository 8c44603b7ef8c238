// The device behind the CLI's devtools: a board on a port, or the CLI's own VM process in its place.

import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { CommandError } from "./command.mjs"
import { describeErrors } from "./devicescript.mjs"

const retryMs = 500
const buildFolder = join(".devicescript", "board")

/** @type {Record<string, { type: "string" | "boolean", default: string | boolean }>} */
export const deviceOptions = {
    vm: { type: "boolean", default: false },
    serial: { type: "boolean", default: false },
    usb: { type: "boolean", default: false },
    wait: { type: "string", default: "20" },
}

/** @returns {"vm" | "serial" | "usb"} */
export function chooseDevice(values) {
    const chosen = /** @type {const} */ (["vm", "serial", "usb"]).filter(
        name => values[name]
    )
    if (chosen.length > 1)
        throw new CommandError(
            `choose one of ${chosen.map(name => `--${name}`).join(", ")}`
        )
    return chosen[0] ?? "serial" // what both a Pico and an ESP32 speak over their USB cable
}

/**
 * Does not wait: `deploy` sees whether a board answers.
 * @param {import("./devtools.mjs").Devtools} devtools
 * @param {string} device
 * @param {{ stateless?: boolean, clearFlash?: boolean }} vmOptions  for the VM process: what it keeps
 */
export function attach(devtools, device, vmOptions) {
    const attached =
        device === "vm"
            ? devtools.request("startVM", vmOptions)
            : devtools.request("connect", {
                  transport: device,
                  background: true,
              })
    attached.catch(error => devtools.fail(error.message))
}

/**
 * Builds a program and sends it to the board, as soon as there is one.
 * @returns the program, or an Error if it does not compile
 */
export async function deploy(devtools, device, source, waitMs) {
    const deadlineMs = Date.now() + waitMs
    const isConnected = () =>
        device === "vm" || devtools.connection === "connected"
    for (;;) {
        const connected = isConnected()
        const status = await devtools.request("build", {
            filename: source,
            deployTo: connected ? "*" : undefined,
            buildOptions: { outDir: buildFolder },
        })
        if (!status.success)
            return new Error(describeErrors(status.diagnostics))
        if (status.deployStatus === "OK")
            return {
                source,
                binary: new Uint8Array(),
                debug: status.dbg,
            }
        if (Date.now() > deadlineMs)
            throw noBoard(device, waitMs, [
                connected ? status.deployStatus : "not connected",
                devtools.lastError,
            ])
        // devtools is deaf while it builds, so do not build while there is nobody to deploy to
        do await sleep(retryMs)
        while (!isConnected() && Date.now() < deadlineMs)
    }
}

function noBoard(device, waitMs, reasons) {
    const where = device === "vm" ? "as the CLI's VM process" : `on ${device}`
    const told = reasons.filter(Boolean).map(text => text.replace(/\.$/, ""))
    const check =
        device === "vm"
            ? ""
            : "; check that a board is plugged in with a data cable, that it was flashed with " +
              "DeviceScript's runtime, and that no other program holds its port"
    return new CommandError(
        `no board answers ${where} within ${waitMs / 1000} s (${told.join("; ")})${check}`
    )
}
