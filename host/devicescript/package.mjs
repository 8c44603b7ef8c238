// The one package that holds the DeviceScript compiler, its virtual machine and the way to a board.
//
// @devicescript/cli is a single bundle that exports only its command line. A child process for each
// program costs 2.4 s, most of it loading; in one process a program costs 0.7 s. And the machine can be
// run on a clock of our own only if we hold its text. So the bundle is loaded here with a few more names
// exported. Its version is pinned exactly, and a bundle of another shape fails with a clear error.

import { createHash } from "node:crypto"
import { EventEmitter } from "node:events"
import {
    existsSync,
    mkdirSync,
    readFileSync,
    renameSync,
    writeFileSync,
} from "node:fs"
import { createRequire, Module } from "node:module"
import { dirname, join } from "node:path"
import { Script } from "node:vm"
import { root } from "../project/root.mjs"

const require = createRequire(import.meta.url)
export const bundlePath =
    require.resolve("@devicescript/cli/built/devicescript-cli.cjs")
const moreExports = `
module.exports.compileFile = compileFile
module.exports.compiler = require_devicescript_compiler_node()
module.exports.setupFlashBoards = setupFlashBoards
module.exports.patchCustomBoard = patchCustomBoard
module.exports.patchFstorToBoard = patchFstorToBoard
module.exports.JDBus = JDBus
module.exports.Transport = Transport
module.exports.WebSerialTransport = WebSerialTransport
module.exports.NodeWebSerialIO = NodeWebSerialIO
module.exports.loadSerialPort = async () => require("serialport").SerialPort
module.exports.createUSB = createUSB
module.exports.deployToService = deployToService
setInteractive(false) // it asks nothing
`

/** What the bundle prints, line by line, as the event "line": nobody else sees it. */
export const bundleOutput = new EventEmitter()

const print = (...words) => bundleOutput.emit("line", words.join(" "))
const bundleConsole = {
    ...console,
    ...{ log: print, debug: print, info: print, warn: print, error: print },
}

let bundleText
/** Its text: the VM is cut out of it. */
export function readBundle() {
    bundleText ??= readFileSync(bundlePath, "utf8")
    return bundleText
}

/**
 * What the compiler does again and again with the same result. Together a half of the time of a compilation: the
 * package's own declarations are checked by its makers, and a symbol keeps its name.
 */
const shortcuts = [
    ["// skipLibCheck: true,", "skipLibCheck: true,"],
    [
        "      symName(sym) {\n",
        `      symName(sym) {
        const names = this.knownNames ??= new Map()
        if (!names.has(sym)) names.set(sym, this.findSymName(sym))
        return names.get(sym)
      }
      findSymName(sym) {\n`,
    ],
]

function takeShortcuts(text) {
    for (const [from, to] of shortcuts) {
        if (!text.includes(from))
            throw new Error(`${bundlePath} has no "${from}": another version?`)
        text = text.replaceAll(from, to)
    }
    return text
}

let keepCode = () => {}

/** Keeps what V8 has made of the bundle's 14 MB so far: that saves each process a second. */
export function keepCodeCache() {
    keepCode()
}

/** Runs a script, faster if a process before has left its code. */
function runWithCodeCache(text) {
    const hash = createHash("sha256").update(text).digest("hex")
    const file = join(root, ".devicescript", "code", `${hash.slice(0, 16)}.bin`)
    const cachedData = existsSync(file) ? readFileSync(file) : undefined
    const script = new Script(text, { filename: bundlePath, cachedData })
    if (cachedData === undefined || script.cachedDataRejected)
        keepCode = () => {
            keepCode = () => {}
            mkdirSync(dirname(file), { recursive: true })
            const own = `${file}.${process.pid}` // others may read meanwhile
            writeFileSync(own, script.createCachedData())
            renameSync(own, file)
        }
    return script.runInThisContext()
}

let loadedBundle
/** What the bundle exports, and what we have added to that. */
export function loadBundle() {
    if (loadedBundle) return loadedBundle
    const bundle = /** @type {any} */ (new Module(bundlePath))
    bundle.filename = bundlePath
    bundle.paths = /** @type {any} */ (Module)._nodeModulePaths(
        dirname(bundlePath)
    )
    bundle.exports.console = bundleConsole
    const text =
        "const console = exports.console;" +
        takeShortcuts(readBundle()) +
        moreExports
    runWithCodeCache(Module.wrap(text)).call(
        ...[bundle.exports, bundle.exports, bundle.require.bind(bundle)],
        ...[bundle, bundlePath, dirname(bundlePath)]
    )
    if (typeof bundle.exports.compileFile !== "function")
        throw new Error(`${bundlePath} exports no compiler: another version?`)
    loadedBundle = bundle.exports
    return loadedBundle
}
