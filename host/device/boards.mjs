// The boards that the firmware supports. An entry in devs/ that imports the pins of a board of its own name is
// one; its first lines say what the board is called and how it is wired.

import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { CommandError } from "../terminal/commandline.mjs"
import { loadBoardTools } from "../devicescript/definitions.mjs"
import { root } from "../project/root.mjs"

/**
 * @typedef {object} Board
 * @property {string} id     as the CLI calls it
 * @property {string} entry  the firmware for it, relative to the project
 * @property {string} name   for people
 * @property {Record<string, string>} wiring  sensor, actor, log
 */

/** @returns {Board[]} */
export function listBoards() {
    return readdirSync(join(root, "devs"))
        .filter(file => file.endsWith(".ts"))
        .map(file => readEntry(file))
        .filter(board => board !== undefined)
}

function readEntry(file) {
    const id = file.slice(0, -".ts".length)
    const text = readFileSync(join(root, "devs", file), "utf8")
    if (!text.includes(`"@dsboard/${id}"`)) return
    const name = /^\/\/ (.*)/.exec(text)?.[1] ?? id
    const wiring = Object.fromEntries(
        ["sensor", "actor", "log"].map(what => [
            what,
            new RegExp(`^// ${what}: (.*)`, "m").exec(text)?.[1] ?? "",
        ])
    )
    return { id, entry: `devs/${file}`, name, wiring }
}

/**
 * @param {string | undefined} id as the user typed it
 * @returns {Board}
 * @throws {CommandError} if there is no such board: it lists them
 */
export function findBoard(id) {
    const boards = listBoards()
    const board = boards.find(each => each.id === id)
    if (board) return board
    const known = boards.map(each => each.id).join(", ")
    const hasEntry = id && existsSync(join(root, "devs", `${id}.ts`))
    const wrong =
        id === undefined
            ? "--board is missing"
            : hasEntry
              ? `devs/${id}.ts does not import "@dsboard/${id}"`
              : `there is no board "${id}"`
    throw new CommandError(`${wrong}; supported: ${known}`)
}

/**
 * @typedef {object} Hardware  what the CLI knows of a board
 * @property {any} board
 * @property {any} arch
 * @property {number} storeBytes  flash for programs and settings
 * @property {number} imageBytesMax  the largest program in it
 */

/**
 * @param {Board} board
 * @returns {Hardware}
 * @throws {CommandError} if its definition in boards/ is missing
 */
export function readHardware({ id }) {
    const { boards, archs } = loadBoardTools()
    const board = boards[id]
    if (!board)
        throw new CommandError(
            `the CLI knows no board "${id}": boards/${id}.board.json is missing`
        )
    const arch = archs[board.archId]
    const pageBytes = board.flashPageSize ?? arch.flashPageSize ?? 4096
    const pages = board.fstorPages ?? arch.fstorPages
    return {
        board,
        arch,
        storeBytes: pages * pageBytes,
        imageBytesMax: imageBytesMax(pages, pageBytes),
    }
}

/**
 * The store (jacdac-c, jd_fstor.c) keeps a sixteenth of its pages twice for its headers, and a page of the rest
 * free; in front of a program stand 128 bytes.
 */
function imageBytesMax(pages, pageBytes) {
    const headerPages = pages / 16
    return (pages - 2 * headerPages - 1) * pageBytes - 128
}

/**
 * Checks that a program fits: the CLI would try to send it again and again.
 * @throws {CommandError}
 */
export function checkImageSize(program, { id }, { imageBytesMax }) {
    const bytes = program.binary.length
    if (bytes > imageBytesMax)
        throw new CommandError(
            `the image of ${program.source} has ${bytes} bytes: ${id} has room for ${imageBytesMax}`
        )
}
