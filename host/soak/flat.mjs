// Whether a heap stayed flat.

/**
 * A look at the heap after so much of the work; records of waiting tasks, where the program counts them.
 * @typedef {import("./machine.mjs").Look & { done: number, records?: number }} Measure
 */

/** The VM does not split a block for the sake of two words: each task at rest may hold a few bytes more or less. */
const slackBytes = 64
const slack = { bytes: slackBytes, objects: 0 }

/**
 * What is wrong with the heap of a program; nothing if as much of it is free at the end as it was early on.
 *
 * Records of waiting tasks are made when more tasks wait at once than ever before: they must have come to their
 * number by half-way, and from there on the heap is compared.
 * @param {Measure[]} measures  one after each equal part of the work
 * @param {{ bytes: number, objects: number }} allowed  by how much looks may differ
 * @returns {string[]}
 */
export function problemsOfHeap(measures, allowed = slack) {
    const records = measures.at(-1)?.records
    const settled = measures.filter(each => each.records === records)
    if (settled.length <= measures.length / 2 || settled.length < 2)
        return [
            `the records of waiting tasks still grow at the end: ${records}`,
        ]
    const [first] = settled
    const off = settled.find(
        ({ freeBytes, objects }) =>
            Math.abs(freeBytes - first.freeBytes) > allowed.bytes ||
            Math.abs(objects - first.objects) > allowed.objects
    )
    if (off === undefined) return []
    const describe = ({ done, freeBytes, objects }) =>
        `${freeBytes} bytes free beside ${objects} objects at ${done}`
    return [`heap not flat: ${describe(first)}, ${describe(off)}`]
}
