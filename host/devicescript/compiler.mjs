// The DeviceScript compiler and its virtual machine, out of the one package that holds both.
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
    readdirSync,
    readFileSync,
    renameSync,
    writeFileSync,
} from "node:fs"
import { createRequire, Module } from "node:module"
import { dirname, join, resolve } from "node:path"
import { fileURLToPath } from "node:url"
import { stripVTControlCharacters } from "node:util"
import { Script } from "node:vm"
import { CommandError } from "../terminal/commandline.mjs"

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..")

const require = createRequire(import.meta.url)
const bundlePath =
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
function readBundle() {
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

/** Keeps what V8 makes of the bundle's 14 MB: that saves each process a second. */
let keepCodeCache = () => {}

/** Runs a script, faster if a process before has left its code. */
function runWithCodeCache(text) {
    const hash = createHash("sha256").update(text).digest("hex")
    const file = join(root, ".devicescript", "code", `${hash.slice(0, 16)}.bin`)
    const cachedData = existsSync(file) ? readFileSync(file) : undefined
    const script = new Script(text, { filename: bundlePath, cachedData })
    if (cachedData === undefined || script.cachedDataRejected)
        keepCodeCache = () => {
            keepCodeCache = () => {}
            mkdirSync(dirname(file), { recursive: true })
            const own = `${file}.${process.pid}` // others may read meanwhile
            writeFileSync(own, script.createCachedData())
            renameSync(own, file)
        }
    return script.runInThisContext()
}

let loadedBundle
function loadBundle() {
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

/**
 * @typedef {object} Program
 * @property {string} source     the entry file, relative to its project
 * @property {Uint8Array} binary the bytecode image
 * @property {any} debug         names and source positions, for `withPlace`
 * @property {any} [settings]    of the project, from its .env files: `deploy` sends them, too
 */

/**
 * Compiles an entry file to bytecode, exactly as `devs build` does.
 * @param {string} source the entry file, relative to `folder`
 * @param {string} folder the project that holds it
 * @returns {Promise<Program>}
 * @throws {Error} with the compiler's messages, one a line
 */
export async function compile(source, folder = root) {
    const { compileFile } = loadBundle()
    const outDir = join(".devicescript", "build", source.replace(/\W/g, "_"))
    const before = process.cwd()
    process.chdir(folder) // the compiler looks for devsconfig.json and boards/ in the current folder
    try {
        mkdirSync(outDir, { recursive: true })
        const result = await compileFile(source, { outDir, quiet: true })
        if (!result.success) throw errorOf(result.diagnostics, folder)
        keepCodeCache() // now it has what a compilation needs
        const { binary, dbg: debug, settings } = result
        return { source, binary, debug, settings }
    } finally {
        process.chdir(before)
    }
}

function errorOf(diagnostics, folder) {
    const error = new Error(describeErrors(diagnostics))
    const hasPlace = /^\S+:\d+:\d+ /.test(error.message)
    return hasPlace ? error : namingDefinition(error, folder)
}

/** The CLI says what is wrong in a definition of boards/, but not in which: an error that does. */
function namingDefinition(error, folder) {
    const file = findBrokenDefinition(join(folder, "boards"))
    if (file === undefined) return error
    return new CommandError(`boards/${file}: ${error.message}`)
}

function findBrokenDefinition(folder) {
    if (!existsSync(folder)) return
    return readdirSync(folder)
        .filter(file => file.endsWith(".board.json"))
        .find(file => {
            try {
                const text = readFileSync(join(folder, file), "utf8")
                return !JSON.parse(text).archId
            } catch {
                return true // no JSON
            }
        })
}

/** The CLI's way to a board: its Jacdac bus and transports. */
export function loadBus() {
    return loadBundle()
}

/**
 * What the CLI knows of boards and of their firmware.
 * @returns {{ boards: Record<string, any>, archs: Record<string, any>, cliVersion: string,
 *     patchCustomBoard: Function, patchFstorToBoard: Function }}
 */
export function loadBoardTools() {
    const { compiler, setupFlashBoards, patchCustomBoard, patchFstorToBoard } =
        loadBundle()
    const before = process.cwd()
    process.chdir(root) // it looks for boards/ there
    try {
        const { boards, archs } = setupFlashBoards()
        const cliVersion = compiler.runtimeVersion()
        return {
            boards,
            archs,
            cliVersion,
            patchCustomBoard,
            patchFstorToBoard,
        }
    } catch (error) {
        throw namingDefinition(error, root)
    } finally {
        process.chdir(before)
    }
}

/**
 * @param {{ formatted: string, messageText: string }[]} diagnostics the compiler's
 * @returns {string} one a line, with file, line and column
 */
export function describeErrors(diagnostics) {
    // the compiler's text is coloured and shows the source behind an empty line
    return diagnostics
        .map(({ formatted, messageText }) => formatted || messageText)
        .map(text => stripVTControlCharacters(text).split("\n\n")[0])
        .join("\n")
}

/** Writes @devicescript/core and its siblings into node_modules, as every build does. */
export async function unpackRuntimePackages() {
    await compile("devs/main.ts")
}

/**
 * Puts source lines into a line of a VM stack trace.
 * @param {Program} program
 * @param {string} line  e.g. " at inline_F15 (pc:8)"
 * @returns {string | undefined} e.g. "src/ring.ts:6:52", or undefined if the line names no place
 */
function locate(program, line) {
    const { compiler } = loadBundle()
    const frame = compiler.parseStackFrame(program.debug, line).markedLine
    return /\(([^()]+:\d+:\d+)\)/.exec(frame)?.[1]
}

/**
 * Puts its source line behind a stack frame of the VM; other lines stay as they are.
 * @param {Program} program
 * @param {string} line
 */
export function withPlace(program, line) {
    const place = /^[!*] +at /.test(line) && locate(program, line)
    return place ? `${line} ${place}` : line
}

/**
 * What a program's image holds of each source file.
 * @param {Program} program
 * @returns {{ file: string, name: string, bytes: number }[]} its functions, with the size of their code
 */
export function functionsOf(program) {
    const { functions, sources } = program.debug
    return functions.map(({ name, location, size }) => {
        let end = 0 // a location is a position in all the sources, one behind the other
        const source = sources.find(
            ({ length }) => location[0] < (end += length)
        )
        return { file: source.path, name, bytes: size }
    })
}

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
 * @param {import("../vm/clock.mjs").Clock} clock
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
