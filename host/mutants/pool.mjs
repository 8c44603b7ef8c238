// The workers: started, watched, and replaced when one hangs or has grown.

import { fork } from "node:child_process"
import { fileURLToPath } from "node:url"
import { copyProject } from "./workspace.mjs"

const script = fileURLToPath(new URL("worker.mjs", import.meta.url))
const rssMax = 1.5e9
const loadMs = 60_000

export class Worker {
    /** @type {import("node:child_process").ChildProcess | undefined} */
    #child
    #project
    #folder
    #hasChild = false

    /**
     * @param {string} project  which nobody changes meanwhile
     * @param {string} folder  for its copy
     */
    constructor(project, folder) {
        this.#project = project
        this.#folder = folder
        copyProject(project, folder)
    }

    /**
     * @param {object} order
     * @returns {Promise<any>} the worker's result, or `{ state: "timed out", by: { file } }` if a step took too long
     */
    async ask(order) {
        const child = (this.#child ??= fork(script, [this.#folder], {
            cwd: this.#folder,
            execArgv: ["--import", "tsx"], // the random histories are TypeScript
        }))
        let at = "the start"
        const { result, rss, isStuck } = await new Promise(
            (resolve, reject) => {
                const giveUp = () => resolve({ isStuck: true })
                let timer = setTimeout(giveUp, loadMs)
                child.on("message", (/** @type {any} */ message) => {
                    clearTimeout(timer)
                    if (message.kind === "done") return resolve(message)
                    at = message.what
                    this.#hasChild = message.hasChild
                    timer = setTimeout(giveUp, message.limitMs)
                })
                child.on("exit", code => {
                    clearTimeout(timer)
                    reject(new Error(`a worker ended at ${at} with ${code}`))
                })
                child.send(order)
            }
        )
        child.removeAllListeners()
        if (isStuck || rss > rssMax) this.stop()
        if (!isStuck) return result
        copyProject(this.#project, this.#folder) // it still has the mutant
        return { state: "timed out", by: { file: at } }
    }

    /** Ends the worker, and what works for it: that it sees to itself, unless it hangs; then there is none. */
    stop() {
        this.#child?.kill(this.#hasChild ? "SIGTERM" : "SIGKILL")
        this.#child = undefined
    }
}
