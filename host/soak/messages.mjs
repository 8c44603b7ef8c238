// Messages in all ways that the library has: test/programs/soakmix.ts.

import { problemsOfHeap } from "./flat.mjs"
import { runProgram } from "./program.mjs"
import { count, measureHead, measureRow } from "./text.mjs"
import { row, took, verdict } from "./text.mjs"

export const mixSource = "test/programs/soakmix.ts"
/** As docs/LOAD.md's second table: a board that is neither idle nor overloaded. */
const chargeMs = 0.1
/** Of the board's time: more than ten times what a message takes, and enough for the program to say what it misses. */
const [messageMs, graceMs] = [1, 60_000]
const tenths = 10
/** The program sends a thousand messages in a round, and comes to rest after each tenth of all. */
const messagesStep = tenths * 1000

/**
 * Checked on the device: each message comes once, and in its order; the books agree with the queues' own. Here: that all were
 * sent, and that the heap is flat.
 * @param {import("../devicescript/program.mjs").Program} program
 * @param {{ messages: number, groups?: number, heapBytes?: number, fault?: number }} wanted
 *     messages: a multiple of `messagesStep`; groups: in how many groups, one after another, the tasks of a round send
 * @param {(line: string) => void} say
 */
export async function soakMessages(program, wanted, say) {
    const { messages, groups = 1, heapBytes, fault } = wanted
    if (messages % messagesStep !== 0)
        throw new Error(`${messages} is no multiple of ${messagesStep}`)
    say(measureHead)
    const ran = await runProgram(program, {
        ...{ amount: messages, variant: groups, fault, chargeMs, heapBytes },
        silenceMs: (messages / tenths) * messageMs + graceMs,
        onMeasure: (measure, machine) => say(measureRow(measure, machine)),
    })
    const { problems, measures, machine } = ran
    const ways = ran.words.filter(([word]) => word === "way").map(readWay)
    say(row(["way", "sent", "received", "dropped", "timeouts"]))
    for (const way of ways) say(row(Object.values(way)))
    const sum = what => ways.reduce((all, way) => all + way[what], 0)
    if (problems.length === 0) {
        if (sum("sent") !== messages) problems.push(`${sum("sent")} sent`)
        if (sum("received") + sum("dropped") !== messages)
            problems.push(`${sum("received")} received`)
        problems.push(...problemsOfHeap(measures))
    }
    say(
        `  a heap of ${count(machine.heap.bytes)} bytes; ${count((messages * 1000) / machine.realMs)} messages a second`
    )
    say(took(machine))
    say(verdict(problems))
    return { problems, measures, ways, received: sum("received") }
}

/** Names may have two words. */
function readWay(words) {
    const name = words.slice(1, -4).join(" ")
    const [sent, received, dropped, timeouts] = words.slice(-4).map(Number)
    return { name, sent, received, dropped, timeouts }
}
