// Which device a command talks to: what `deploy`, `watch` and `test:board` have in common on their command lines.

import { Option } from "commander"
import { seconds } from "../terminal/commandline.mjs"
import { Link } from "./link.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"

const waitDefault = 20

/** @param {import("commander").Command} command */
export function addDeviceOptions(command) {
    const option = (name, what, conflicts) =>
        new Option(`--${name}`, what).conflicts(conflicts)
    return command
        .addOption(
            option("serial", "a board on a serial port: the default", [
                "usb",
                "vm",
            ])
        )
        .addOption(
            option("usb", "a board on USB that has no serial port", ["vm"])
        )
        .addOption(option("vm", "the simulator's VM in a board's place", []))
        .option(
            "--wait <seconds>",
            "for how long to look for the board",
            seconds,
            waitDefault
        )
}

/**
 * Connects to the device that the options name, and waits for it as long as they say.
 * @param {any} options
 * @param {{ restarts: boolean }} linkOptions
 */
export async function connect({ vm, usb, wait }, linkOptions) {
    const device = vm ? "vm" : usb ? "usb" : "serial"
    beginStep(
        vm
            ? "starting the simulator's VM"
            : `looking for a board on ${device}, for ${wait} s`
    )
    const link = await Link.open(device, linkOptions)
    try {
        await link.find(wait * 1000)
    } catch (error) {
        await link.close()
        throw error
    } finally {
        endStep()
    }
    return link
}
