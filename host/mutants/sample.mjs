// Which mutants are run when not all are: some of every file, in proportion to how many it has.

import { createHash } from "node:crypto"

/** Of each file there are so many, if it has them. */
const leastOfFile = 5

/**
 * The same seed takes the same ones, and more of them takes these and others.
 * @template {{ file: string, key: string, id: string }} T
 * @param {T[]} mutants  of some files, each file's together
 * @param {{ count: number, seed: number }} options
 * @returns {T[]} in the order given
 */
export function sample(mutants, { count, seed }) {
    if (mutants.length <= count) return mutants
    const files = groupByFile(mutants)
    const taken = new Set()
    for (const group of files.values()) {
        const share = Math.round((count * group.length) / mutants.length)
        const ordered = [...group].sort(byLot(seed))
        const quota = Math.max(share, leastOfFile)
        for (const mutant of ordered.slice(0, quota)) taken.add(mutant)
    }
    return mutants.filter(mutant => taken.has(mutant))
}

function groupByFile(mutants) {
    const files = new Map()
    for (const mutant of mutants) {
        const group = files.get(mutant.file) ?? []
        group.push(mutant)
        files.set(mutant.file, group)
    }
    return files
}

/** An order that has nothing to do with where the code stands: a line that moves takes its lot with it. */
function byLot(seed) {
    const lots = new Map()
    const lotOf = ({ key }) => {
        if (!lots.has(key))
            lots.set(
                key,
                createHash("sha256").update(`${seed} ${key}`).digest("hex")
            )
        return lots.get(key)
    }
    return (a, b) => (lotOf(a) < lotOf(b) ? -1 : 1)
}
