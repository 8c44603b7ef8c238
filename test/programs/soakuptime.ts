// Waits of all forms for as long as the host says: messages one by one, one a period, to receivers and from senders
// that wait with timeouts from seconds to days and FOREVER (soaklanes.ts); and waits that nobody serves, some of which
// end where the VM's wake times wrap around (soakforms.ts). Prints
//
//     idle <ticks>    nothing is due for so long: the host may let the time go by
//     at <messages> <records of waiting tasks>
//     collect
//     free
//     form <name> <served> <timed out> <beyond a tick> <worst> <worst at a wrap>
//     uptime <ticks>
//     finished <faults>

import * as ds from "@devicescript/core"
import { sleep } from "../../src"
import { dues, forms, nextWrap, pause, startPassing, Ticks } from "./soakforms"
import { auditLanes, feed, startLanes } from "./soaklanes"
import { amount, faults, finish, showHeap, variant } from "./soakways"

/** From one message to the next. */
const period = variant * Ticks.Minute

enum Pace {
    /** In so many ticks all that was due is done. */
    Rest = 2,
    /** The VM has its turns again for so long before something is due. */
    Margin = 250,
    /** And for so long before a wrap. */
    WrapMargin = 2000,
    Tenths = 10,
}

/** Sleeps up to a tick, and says meanwhile when nothing is due. */
async function passTimeUntil(end: number) {
    while (ds.millis() < end) {
        // whose wait is over begins the next one first
        await pauseUntil(ds.millis() + Pace.Rest)
        const now = ds.millis()
        const wrap = nextWrap()
        const isNear = now >= wrap - Pace.WrapMargin
        let next = Math.min(end, wrap + (isNear ? 1001 : -Pace.WrapMargin))
        for (const due of dues) if (due < next) next = due
        next = Math.max(next, now + Pace.Rest)
        const idle = next - now - Pace.Margin
        if (idle > 0 && !isNear) console.log("idle", idle)
        await pauseUntil(next)
    }
}

async function pauseUntil(due: number) {
    await sleep(due - ds.millis())
    pause.timedOut++
    pause.note(due)
}

const start = ds.millis()

/** When a message is due. The one next to a wrap is: at its very tick. */
function dueOf(number: number): number {
    const due = start + number * period
    const wrap = nextWrap()
    return Math.abs(due - wrap) < period / 2 ? wrap : due
}

startPassing()
startLanes()
const tenth = Math.floor(amount / Pace.Tenths)
for (let i = 1; i <= amount && faults === 0; ++i) {
    await passTimeUntil(dueOf(i))
    await feed(i)
    if (i % tenth === 0) {
        await sleep(Pace.Rest)
        auditLanes()
        await showHeap(i)
    }
}
for (const form of forms) form.print()
console.log("uptime", ds.millis())
finish()
