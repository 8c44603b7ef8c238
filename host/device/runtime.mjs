// DeviceScript's runtime for a board as a file: from the CLI's cache, or downloaded into it.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { CommandError } from "../terminal/commandline.mjs"
import { loadBoardTools } from "../devicescript/definitions.mjs"
import { root } from "../project/root.mjs"
import { beginStep } from "../terminal/progress.mjs"

const cacheFolder = join(".devicescript", "cache")

/**
 * @param {import("./boards.mjs").Hardware} hardware
 * @param {boolean | undefined} refresh  download it even if it is in the cache
 * @returns {Promise<string>} the file, relative to the project; for a custom board with its definition in it
 * @throws {CommandError} if it cannot be downloaded, or is of another version than the CLI
 */
export async function runtimeFor({ board, arch }, refresh) {
    const url = board.$fwUrl ?? arch.bareUrl
    const file = join(cacheFolder, basename(url))
    if (refresh || !existsSync(join(root, file))) await download(url, file)
    checkKind(file)
    checkVersion(file, board)
    return board.$fwUrl ? file : await patchFor(board, arch, file)
}

async function download(url, file) {
    beginStep(`fetching ${url}`)
    const bytes = await fetchBytes(url).catch(error => {
        throw new CommandError(
            `cannot fetch DeviceScript's runtime (${error.cause?.code ?? error.message}): ` +
                `fetch ${url} by hand and put it at ${file}`
        )
    })
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), bytes)
}

async function fetchBytes(url) {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`status ${response.status}`)
    return Buffer.from(await response.arrayBuffer())
}

/** Who fetched it by hand may have saved a page of the web. */
function checkKind(file) {
    if (!file.endsWith(".uf2") || isUf2(readFileSync(join(root, file)))) return
    throw new CommandError(`${file} is no UF2 file: --refresh fetches it anew`)
}

/**
 * A runtime runs programs of its major version, up to its minor one. Files that do not tell their version, as one
 * that you have built yourself may, pass.
 */
function checkVersion(file, { archId }) {
    const { cliVersion } = loadBoardTools()
    const minor = version => /^v\d+\.\d+/.exec(version)?.[0]
    const versions = readVersions(readFileSync(join(root, file)), archId)
    if (versions.length === 0) return
    if (!versions.some(version => minor(version) === minor(cliVersion)))
        throw new CommandError(
            `${file} is firmware ${versions[0]}, the CLI is ${cliVersion}: --refresh fetches it anew`
        )
}

/** @returns {string[]} e.g. "v2.16.0": all that might be the runtime's */
function readVersions(bytes, archId) {
    const text = payloadOf(bytes).toString("latin1")
    const versions = [...text.matchAll(/v\d+\.\d+\.\d+(?=[-.\w]*\0)/g)]
    const isOfIdf = version =>
        archId.startsWith("esp32") && /^v[45]/.test(version)
    return versions.map(([version]) => version).filter(each => !isOfIdf(each))
}

const blockBytes = 512

function isUf2(bytes) {
    const magic = 0x0a324655
    return bytes.length >= blockBytes && bytes.readUInt32LE(0) === magic
}

/** What a UF2 file carries, its block headers left out; any other file as it is. */
function payloadOf(bytes) {
    const [dataAt, sizeAt] = [32, 16]
    if (!isUf2(bytes)) return bytes
    const parts = []
    for (let at = 0; at + blockBytes <= bytes.length; at += blockBytes) {
        const size = bytes.readUInt32LE(at + sizeAt)
        parts.push(bytes.subarray(at + dataAt, at + dataAt + size))
    }
    return Buffer.concat(parts)
}

/** Puts a custom board's definition into the bare firmware of its processor, as the CLI does. */
async function patchFor(board, arch, file) {
    const { patchCustomBoard } = loadBoardTools()
    const patched = file.replace(
        /(.*-)([a-z]\w+)/i,
        (_, start) => start + board.id
    )
    const bytes = await patchCustomBoard(join(root, file), board, arch)
    writeFileSync(join(root, patched), bytes)
    return patched
}
