// Waits across the wrap beside a task that often holds the processor for long: one that pauses by the library,
// one by the VM's own sleep, or one that is handed a message each time.

import * as ds from "@devicescript/core"
import { check, FOREVER, KernelQueue, sleep } from "../../src"
import { caseOf, forms, hold, passUntil } from "./uptimeforms"
import { waiting, wrap } from "./uptimeforms"

enum Ticks {
    Hold = 45,
    Pause = 20,
}

const work = new KernelQueue({ ringSize: 1, maxMsgSize: 1 })

async function holdAndPause() {
    for (;;) {
        await sleep(Ticks.Pause)
        hold(Ticks.Hold)
    }
}

async function holdAndSleep() {
    // that does not work across the wrap
    while (ds.millis() < wrap - 2 * Ticks.Hold) {
        await ds.sleep(Ticks.Pause)
        hold(Ticks.Hold)
    }
    await holdAndPause()
}

async function holdForEach() {
    const into = Buffer.alloc(1)
    for (;;) {
        check(await work.recvTimeout(into, FOREVER))
        hold(Ticks.Hold)
    }
}

async function giveWork() {
    const message = Buffer.alloc(1)
    for (;;) {
        await sleep(Ticks.Pause)
        check(work.send(message))
    }
}

const holder = caseOf(3)
let i = 0
for (const at of [-100, -46, -30, -15, -1, 0, 1, 15, 30, 100])
    passUntil.start(forms[i++ % forms.length], at)
if (holder === 0) holdAndPause.start()
else if (holder === 1) holdAndSleep.start()
else {
    holdForEach.start()
    giveWork.start()
}
await sleep(wrap + 500 - ds.millis())
console.log("left", waiting)
ds.restart()
