// The boards that the CLI knows, those defined in boards/ among them.

import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { root } from "../project/root.mjs"
import { CommandError } from "../terminal/commandline.mjs"
import { loadBundle } from "./package.mjs"

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

/** The CLI says what is wrong in a definition of boards/, but not in which: an error that does. */
export function namingDefinition(error, folder) {
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
