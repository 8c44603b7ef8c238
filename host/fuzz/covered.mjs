// What the random histories have covered: the workers' counts (test/histories/net.ts) in one.

const parts = ["configurations", "results", "states", "latest"]

export function nothingCovered() {
    return {
        ...{ histories: 0, calls: 0 },
        ...Object.fromEntries(parts.map(part => [part, {}])),
    }
}

function addCounts(to, from) {
    for (const name in from) to[name] = (to[name] ?? 0) + from[name]
}

/** Adds what a worker has covered. */
export function add(to, from) {
    to.histories += from.histories
    to.calls += from.calls
    for (const part of ["configurations", "results", "states"])
        addCounts(to[part], from[part])
    for (const [name, ticks] of Object.entries(from.latest))
        to.latest[name] = Math.max(to.latest[name] ?? 0, ticks)
}

function print(title, counts) {
    console.log(`\n${title}`)
    for (const name of Object.keys(counts).sort())
        console.log(`${String(counts[name]).padStart(10)}  ${name}`)
}

/**
 * @param {any} covered
 * @param {number} seed  of the first history
 */
export function printCovered(covered, seed) {
    print(
        "histories by clock, uptime and garbage collection",
        covered.configurations
    )
    print("calls by result", covered.results)
    print("calls made in a state", covered.states)
    print("late by at most, in ticks", covered.latest)
    const { histories, calls } = covered
    console.log(`\n${histories} histories, ${calls} calls, seed ${seed}`)
}
