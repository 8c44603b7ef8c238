// The VM's garbage-collected heap, read out of the machine's memory: a program cannot ask how much of it is free.
//
// Its layout is that of gc_alloc.c in DeviceScript's runtime (2.16): the collector's record, behind it one chunk, in
// it block after block, each begun by a word with its tag and its size in words; a final mark behind the last.

const wordBytes = 4

/** Of the collector's record, in words. */
const Record = { firstChunk: 1, threshold: 3, allocated: 4, words: 6 }
/** Of the chunk behind it. */
const Chunk = { next: 0, end: 1, words: 2 }

const tagShift = 24
const tagMask = 0x0f
const tagFree = 1
const sizeMask = 0xffffff
const finalMark = 0x4f000001
/** A collection is due after so much of the heap was allocated. */
const collectionFraction = 4

export class Heap {
    #simulator
    /** Where the collector's record is, in words. */
    #record

    /**
     * @param {import("./simulator.mjs").Simulator} simulator whose VM has begun its program
     * @throws {Error} if not exactly one heap is found: another version of the VM?
     */
    constructor(simulator) {
        this.#simulator = simulator
        const { memory } = simulator
        const found = []
        const last = memory.length - Record.words - Chunk.words
        for (let at = 0; at < last; ++at)
            if (isRecord(memory, at)) found.push(at)
        if (found.length !== 1)
            throw new Error(`the VM's memory shows ${found.length} heaps`)
        this.#record = found[0]
    }

    get #chunk() {
        return this.#record + Record.words
    }

    /** All its bytes. */
    get bytes() {
        const { memory } = this.#simulator
        const words = memory[this.#chunk + Chunk.end] / wordBytes - this.#chunk
        return (words + 1) * wordBytes // the final mark is a word, too
    }

    /**
     * The bytes that are free, and how many objects there are; garbage that has not been collected yet is among them.
     * @returns {{ freeBytes: number, objects: number }}
     */
    look() {
        let [freeBytes, objects] = [0, 0]
        for (const { words, free } of this.#blocks())
            if (free) freeBytes += words * wordBytes
            else objects++
        return { freeBytes, objects }
    }

    /** The words allocated since the last collection. */
    get allocated() {
        return this.#simulator.memory[this.#record + Record.allocated]
    }

    #blocks() {
        return blocksOf(this.#simulator.memory, this.#chunk)
    }

    /**
     * Makes the heap smaller, as if the VM had been built with a smaller one: what is cut off its end must be free.
     * @param {number} bytes
     */
    shrink(bytes) {
        const { memory } = this.#simulator
        const chunk = this.#chunk
        const end = chunk + bytes / wordBytes - 1
        const { at, words, free } = this.#blocks().slice(-1)[0]
        const left = end - at
        if (!free || left < 2 || left > words)
            throw new Error(`more than ${bytes} bytes of the heap are in use`)
        memory[at] = (tagFree << tagShift) | left
        memory[end] = finalMark
        memory[chunk + Chunk.end] = end * wordBytes
        memory[this.#record + Record.threshold] =
            bytes / wordBytes / collectionFraction
    }
}

/** Whether the collector's record is there: its pointers fit, and its blocks fill the chunk to the end. */
function isRecord(memory, at) {
    const chunk = at + Record.words
    if (memory[at + Record.firstChunk] !== chunk * wordBytes) return false
    if (memory[chunk + Chunk.next] !== 0) return false
    const end = memory[chunk + Chunk.end] / wordBytes
    if (memory[end] !== finalMark) return false
    const blocks = blocksOf(memory, chunk)
    const last = blocks.at(-1)
    return last !== undefined && last.at + last.words === end
}

/** @returns {{ at: number, words: number, free: boolean }[]} */
function blocksOf(memory, chunk) {
    const end = memory[chunk + Chunk.end] / wordBytes
    const blocks = []
    for (let at = chunk + Chunk.words; at < end;) {
        const words = memory[at] & sizeMask
        if (words === 0) return []
        const free = ((memory[at] >>> tagShift) & tagMask) === tagFree
        blocks.push({ at, words, free })
        at += words
    }
    return blocks
}
