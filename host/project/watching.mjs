// Seeing that a source file was saved.

import { once } from "node:events"
import { setTimeout as sleep } from "node:timers/promises"
import { watch } from "chokidar"
import { root } from "./root.mjs"

const folders = ["devs", "src", "boards"]
const settleMs = 300 // an editor writes a file in several steps

export class SourceWatcher {
    #watcher
    #saved = false

    /** Resolves when each save from now on is seen. */
    static async start() {
        const sources = new SourceWatcher()
        const watcher = watch(folders, { cwd: root, ignoreInitial: true })
        sources.#watcher = watcher
        watcher.on("all", (_, file) => {
            if (/\.(ts|json)$/.test(file)) sources.#saved = true
        })
        await once(watcher, "ready")
        console.log(`watching ${folders.join(", ")}`)
        return sources
    }

    /** Whether a file was saved since the last time; then its editor is done with it. */
    async takeSave() {
        if (!this.#saved) return false
        await sleep(settleMs)
        this.#saved = false
        return true
    }

    /** It would keep this process alive. */
    async stop() {
        await this.#watcher.close()
    }
}
