// Waits of hours, of weeks and of months: begun on the first day, they end before the first wrap, between the
// two and behind the second. Longer waits than the VM's wake times can tell are among them.

import * as ds from "@devicescript/core"
import { sleep } from "../../src"
import { forms, pass } from "./uptimeforms"

enum Ticks {
    Hour = 3_600_000,
    Day = 24 * Hour,
    /** The most that is said of the time in which nothing is due: tasks are parked for so long at most. */
    Margin = 2000,
    Rest = 50,
}

const start = ds.millis()
let waiting = 0

async function passFor(form: string, timeout: number) {
    const end = ds.millis() + timeout
    waiting++
    await pass(form, timeout)
    waiting--
    console.log("wait", form, timeout, ds.millis() - end)
}

function passAll(timeout: number) {
    for (const form of forms) passFor.start(form, timeout)
}

/** Nothing is due up to then: the host may let the time go by in great steps. */
async function skipUntil(tick: number) {
    await sleep(Ticks.Rest) // what is due with the caller comes first
    console.log("idle", tick - ds.millis() - Ticks.Margin)
    await sleep(tick - ds.millis())
}

const timeouts = [
    ...[12 * Ticks.Day, 0x3fffffff, 20 * Ticks.Day, 0x7fffffff, 0x80000000],
    ...[0xfffffffe, 0xffffffff, 0x100000000, 60 * Ticks.Day, 110 * Ticks.Day],
]
for (let i = 0; i < timeouts.length; ++i)
    passFor.start(forms[i % forms.length], timeouts[i])

async function crossByHours(wrap: number) {
    await skipUntil(wrap - Ticks.Hour)
    passAll(Ticks.Hour)
    passAll(2 * Ticks.Hour)
    await skipUntil(wrap)
    await skipUntil(wrap + Ticks.Hour)
}

async function skipAll() {
    let crossed = 0
    for (const timeout of timeouts) {
        const end = start + timeout
        const wrap = 0x100000000 * (crossed + 1)
        if (end > wrap + Ticks.Day) {
            await crossByHours(wrap)
            crossed++
        }
        await skipUntil(end)
    }
}

await skipAll()
await sleep(100)
console.log("left", waiting)
ds.restart()
