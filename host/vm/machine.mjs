// The virtual machine: DeviceScript's own, in WebAssembly.

import { createRequire } from "node:module"
import { dirname } from "node:path"
import { bundlePath, readBundle } from "../devicescript/package.mjs"

const require = createRequire(import.meta.url)

/** The VM's text as a function of what it takes from its host. */
function loadVm() {
    const wrapper = "var require_devicescript_vm = "
    const text = readBundle()
    const start = text.indexOf("\n" + wrapper)
    const end = text.indexOf("\n});\n", start)
    if (start < 0 || end < 0)
        throw new Error(`${bundlePath} holds no VM: another version?`)
    return new Function(
        ...["__commonJS", "require", "__filename", "__dirname"],
        ...["Date", "setTimeout", "clearTimeout", "clearInterval", "console"],
        text.slice(start, end + 5) + "return require_devicescript_vm()"
    )
}

let loadedVm

/**
 * A fresh virtual machine that takes its time from `clock`, not from the host.
 * Each has memory of its own: several may live in one process.
 * @param {import("./clock.mjs").Clock} clock
 */
export async function createVm(clock) {
    loadedVm ??= loadVm()
    const commonJs = definition => () => {
        const module = { exports: {} }
        Object.values(definition)[0](module.exports, module)
        return module.exports
    }
    // the VM clears its own timer by this name, and emscripten a watchdog that it has from the host
    const clearTimer = id =>
        typeof id === "number" ? clock.clearTimeout(id) : clearInterval(id)
    const silent = { ...console, log() {}, debug() {} }
    const factory = loadedVm(
        ...[commonJs, require, bundlePath, dirname(bundlePath)],
        ...[{ now: () => clock.now() }, (f, ms) => clock.setTimeout(f, ms)],
        ...[id => clock.clearTimeout(id), clearTimer, silent]
    )
    return await factory()
}
