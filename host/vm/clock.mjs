// The time that a virtual machine sees. The VM asks for it at every task switch and every turn of its
// outer loop, and sleeps by one host timer: both are given to it by a Clock.

/**
 * @typedef {object} Clock
 * @property {() => number} now  milliseconds
 * @property {(f: () => void, ms: number) => unknown} setTimeout
 * @property {(id: unknown) => void} clearTimeout
 */

/** @type {Clock} */
export const realClock = {
    now: () => Date.now(),
    setTimeout: (f, ms) => setTimeout(f, ms),
    clearTimeout: id => clearTimeout(/** @type {any} */ (id)),
}

/** The VM reads the clock some ten times a timer: with tasks that poll, or never let time pass, it would never stop. */
const readingsMax = 1_000_000

/**
 * Virtual time: it jumps to the next timer instead of waiting for it.
 *
 * With `chargeMs` 0 it stands still while tasks run, so timing is exact to the tick. But such a clock
 * hides whatever is late because tasks take time; with a charge each reading by the VM costs that much.
 */
export class VirtualClock {
    #nowMs
    #readings = 0 // since the clock last moved from one timer to the next
    #movedMs = 0
    #timers = []
    #lastId = 0

    constructor({ chargeMs = 0, startMs = 1_000_000 } = {}) {
        this.chargeMs = chargeMs
        this.#nowMs = startMs
    }

    now() {
        const nowMs = this.#nowMs
        this.#nowMs += this.chargeMs
        this.#readings++
        if (this.#readings > readingsMax)
            throw new Error("tasks keep the processor: time stands still")
        return nowMs
    }

    /** The time, read by the host: it costs the VM nothing. */
    get nowMs() {
        return this.#nowMs
    }

    /** Lets time pass at once: what was due meanwhile is late. */
    skip(ms) {
        this.#nowMs += ms
    }

    setTimeout(f, ms) {
        this.#timers.push({ dueMs: this.#nowMs + ms, f, id: ++this.#lastId })
        return this.#lastId
    }

    clearTimeout(id) {
        this.#timers = this.#timers.filter(timer => timer.id !== id)
    }

    /** When the earliest timer is due. */
    get nextMs() {
        return Math.min(...this.#timers.map(({ dueMs }) => dueMs))
    }

    /** Runs the earliest timer, at its time. False if there is none. */
    runNext() {
        if (this.#timers.length === 0) return false
        const next = this.#timers.reduce((a, b) => (b.dueMs < a.dueMs ? b : a))
        this.clearTimeout(next.id)
        this.#nowMs = Math.max(this.#nowMs, next.dueMs)
        if (this.#nowMs > this.#movedMs) this.#readings = 0
        this.#movedMs = this.#nowMs
        next.f()
        return true
    }
}
