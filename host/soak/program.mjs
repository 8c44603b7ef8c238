// Runs one of the soak's own programs, which count what goes wrong and say where the host shall look at the heap.

import { choose, SoakMachine } from "./machine.mjs"

/**
 * @typedef {object} Ran
 * @property {string[]} problems
 * @property {import("./flat.mjs").Measure[]} measures
 * @property {string[][]} words  of the lines in which the program gives its figures
 * @property {SoakMachine} machine
 */

/**
 * @param {import("../devicescript/program.mjs").Program} program
 * @param {{ amount: number, variant?: number, fault?: number, chargeMs: number,
 *     silenceMs: number, heapBytes?: number,
 *     onMeasure: (measure: import("./flat.mjs").Measure, machine: SoakMachine) => void }} options
 *     silenceMs: a program that writes nothing for so long of its own time hangs
 * @returns {Promise<Ran>}
 */
export async function runProgram(program, options) {
    const { chargeMs, silenceMs, heapBytes, onMeasure } = options
    const problems = []
    const measures = []
    const figures = []
    let [done, records, finished, heardMs] = [0, 0, false, 0]
    const handlers = {
        idle: ([ms], machine) => machine.idle(Number(ms)),
        at: words => ([done, records] = words.map(Number)),
        collect: (_, machine) => machine.collectAlways(true),
        free(_, machine) {
            machine.collectAlways(false)
            const measure = { done, records, ...machine.look() }
            measures.push(measure)
            onMeasure(measure, machine)
        },
        fault: words => problems.push(words.join(" ")),
        finished: () => (finished = true),
    }
    const onLine = (line, machine) => {
        if (!line.startsWith("> ")) return
        heardMs = machine.virtualMs
        const [word, ...rest] = line.slice(2).split(" ")
        const handle = handlers[word]
        if (handle) handle(rest, machine)
        else figures.push([word, ...rest])
    }
    const machine = await SoakMachine.start(choose(program, options), {
        ...{ chargeMs, heapBytes, onLine },
    })
    const isSilent = () => machine.virtualMs - heardMs > silenceMs
    while (!isSilent() && machine.turn());
    machine.stop()
    problems.push(...machine.trouble)
    if (!finished && problems.length === 0)
        problems.push(`the program has been silent for ${silenceMs} ms`)
    return { problems, measures, words: figures, machine }
}
