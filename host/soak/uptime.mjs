// Months of uptime, with every form of waiting in use: test/programs/soakuptime.ts.

import { problemsOfHeap } from "./flat.mjs"
import { runProgram } from "./program.mjs"
import { count, duration, measureHead } from "./text.mjs"
import { measureRow, row, took, verdict } from "./text.mjs"

export const uptimeSource = "test/programs/soakuptime.ts"
/** Near a wrap the clock must go on a little at each reading, else the VM never leaves the last tick before. */
const chargeMs = 0.01
const wrapMs = 2 ** 32
/** CONTRACT: a wait ends within one tick; where wake times wrap around, within 20. */
const late = { ticks: 1, atWrapTicks: 20 }
/** Tasks wait all the while, some of them at their second park in a call: that is two frames. */
const slack = { bytes: 512, objects: 8 }
/** Tasks that send find room for their first message: it is not one of those that are taken out, one a period. */
const firstMessages = 3
const minuteMs = 60_000

/**
 * @param {import("../devicescript/program.mjs").Program} program
 * @param {{ messages: number, minutes: number, fault?: number }} wanted  a message each so many minutes
 * @param {(line: string) => void} say
 */
export async function soakUptime(program, wanted, say) {
    const { messages, minutes, fault } = wanted
    const shown = measure => ({
        ...measure,
        done: duration(measure.done * minutes * minuteMs),
    })
    say(measureHead)
    const ran = await runProgram(program, {
        ...{ amount: messages, variant: minutes, fault, chargeMs },
        silenceMs: 2 * minutes * minuteMs,
        onMeasure: (measure, machine) =>
            say(measureRow(shown(measure), machine)),
    })
    const { problems, measures, machine } = ran
    const forms = ran.words.filter(([word]) => word === "form").map(readForm)
    say(row(["form", "served", "timed out", "late", "worst", "at a wrap"]))
    for (const form of forms) say(row(Object.values(form)))
    const uptimeMs = Number(ran.words.find(([word]) => word === "uptime")?.[1])
    const wraps = Math.floor(uptimeMs / wrapMs)
    const served = forms.reduce((sum, form) => sum + form.served, 0)
    if (problems.length === 0) {
        if (served !== messages + firstMessages)
            problems.push(`${served} waits were served`)
        problems.push(...forms.flatMap(problemsOfForm))
        problems.push(...problemsOfHeap(measures, slack))
    }
    say(
        `  ${count(messages)} messages in ${duration(uptimeMs)}, across ${wraps} wraps; late: beyond a tick`
    )
    say(took(machine))
    say(verdict(problems))
    return { problems, measures, forms, served, uptimeMs, wraps }
}

function readForm(words) {
    const [served, timedOut, lateCount, worst, atWrap] = words
        .slice(2)
        .map(Number)
    return { name: words[1], served, timedOut, late: lateCount, worst, atWrap }
}

function problemsOfForm({ name, timedOut, worst, atWrap }) {
    const problems = []
    if (timedOut === 0) problems.push(`${name}: no wait ran out of time`)
    if (worst > late.ticks) problems.push(`${name}: ${worst} ticks late`)
    if (atWrap > late.atWrapTicks)
        problems.push(`${name}: ${atWrap} ticks late at a wrap`)
    return problems
}
