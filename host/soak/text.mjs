// How the soak's figures are printed.

/** @param {number} value  a number with its thousands apart */
export function count(value) {
    return Math.round(value).toLocaleString("en-US")
}

/**
 * A row: the first column to the left, the others to the right.
 * @param {(string | number)[]} cells
 */
export function row(cells) {
    const [first, ...others] = cells.map(cell =>
        typeof cell === "number" ? count(cell) : cell
    )
    return `  ${first.padEnd(16)}${others.map(each => each.padStart(13)).join("")}`
}

/** @param {number} ms */
export function duration(ms) {
    const [second, minute, hour, day] = [1000, 60_000, 3_600_000, 86_400_000]
    if (ms >= 2 * day) return `${(ms / day).toFixed(1)} days`
    if (ms >= 2 * hour) return `${(ms / hour).toFixed(1)} hours`
    if (ms >= 2 * minute) return `${(ms / minute).toFixed(1)} minutes`
    return `${(ms / second).toFixed(1)} s`
}

/**
 * How long a part took, of both kinds of time.
 * @param {import("./machine.mjs").SoakMachine} machine
 */
export function took({ virtualMs, realMs, turns, collections }) {
    return `  ${duration(virtualMs)} of the board's time in ${duration(realMs)}; ${count(turns)} turns of the outer loop, at least ${count(collections)} collections`
}

/**
 * The last line of a part.
 * @param {string[]} problems
 */
export function verdict(problems) {
    return problems.length === 0 ? "  ok" : `  FAILED: ${problems.join("; ")}`
}

/** Head of the rows that tell of the heap. */
export const measureHead = row([
    "after",
    ...["free bytes", "objects", "records", "real s"],
])

/**
 * @param {import("./flat.mjs").Measure} measure
 * @param {import("./machine.mjs").SoakMachine} machine
 */
export function measureRow({ done, freeBytes, objects, records }, { realMs }) {
    const numbers = [
        freeBytes,
        objects,
        records ?? "-",
        (realMs / 1000).toFixed(1),
    ]
    return row([typeof done === "number" ? count(done) : done, ...numbers])
}

/**
 * The last line of all.
 * @param {{ problems: string[] }[]} ran
 * @returns {{ line: string, exitCode: number }}
 */
export function conclude(ran) {
    const failed = ran.filter(({ problems }) => problems.length > 0).length
    const line = failed === 0 ? "soak: ok" : `soak: ${failed} FAILED`
    return { line, exitCode: failed === 0 ? 0 : 1 }
}
