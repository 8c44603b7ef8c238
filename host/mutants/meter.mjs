// How far a run is, and for how long still.

import { beginStep, endStep, say, updateStep } from "../terminal/progress.mjs"

const sayEveryMs = 60_000

export class Meter {
    #stage
    #states
    #left
    #done = 0
    #beginMs = Date.now()
    #saidMs = Date.now()

    /**
     * @param {string} stage  "the suites"
     * @param {Map<string, string>} states  of the mutants so far, by their ids
     * @param {number} left  how many are to be judged now
     */
    constructor(stage, states, left) {
        this.#stage = stage
        this.#states = states
        this.#left = left
        beginStep(this.#text())
    }

    /**
     * One more is judged.
     * @param {string} id
     * @param {string} state
     */
    note(id, state) {
        this.#done++
        this.#states.set(id, state)
        const isDue = Date.now() - this.#saidMs > sayEveryMs
        if (isDue) this.#saidMs = Date.now()
        updateStep(this.#text(), isDue)
        if (state === "survived") say(`  survived  ${id}`)
    }

    #text() {
        const states = [...this.#states.values()]
        const count = (/** @type {string[]} */ ...wanted) =>
            states.filter(state => wanted.includes(state)).length
        const killed = count("killed", "timed out")
        const counts = `${killed} killed, ${count("survived")} survived`
        return `${this.#stage}: ${this.#done} of ${this.#left} mutants${this.#rest()}; in all ${counts}`
    }

    #rest() {
        if (this.#done === 0) return ""
        const eachMs = (Date.now() - this.#beginMs) / this.#done
        const restMs = eachMs * (this.#left - this.#done)
        return `, ${Math.ceil(restMs / 60_000)} min left`
    }

    end() {
        updateStep(this.#text(), true)
        endStep()
    }
}
