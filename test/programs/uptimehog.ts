// A task that never held the processor before holds it for 45 ms, from a timer of the VM on, four to eight seconds
// after the start of the program: across the wrap. Alone, or with a task of others that goes on right after it; then
// three seconds behind that task calls the library: it sends, or pauses. Or all waits end before the wrap.

import * as ds from "@devicescript/core"
import { check, FOREVER, KernelQueue, sleep } from "../../src"
import { caseOf, forms, hold, passAllUntil } from "./uptimeforms"
import { passUntil, waiting, wrap } from "./uptimeforms"

enum Case {
    Alone,
    Sends,
    Pauses,
    AllBefore,
    /** Alone too, and created after all tasks of the library: the VM runs timers in this order. */
    Young,
}

const start = ds.millis()
const chosen = caseOf(4)
const queue = new KernelQueue({ ringSize: 1, maxMsgSize: 1 })

async function receive() {
    check(await queue.recvTimeout(Buffer.alloc(1), FOREVER))
    console.log("received")
}

async function call() {
    await ds.suspend(Infinity)
    await ds.sleep(3000)
    if (chosen === Case.Sends) check(queue.send(Buffer.alloc(1)))
    else await sleep(1)
    await ds.sleep(20)
    console.log("left", waiting)
    ds.restart()
}

async function end() {
    await sleep(wrap + 1000 - ds.millis())
    console.log("left", waiting)
    ds.restart()
}

async function passAndEnd(form: string, at: number) {
    await passUntil(form, at)
    if (waiting > 0) return
    console.log("left", waiting)
    ds.restart()
}

if (chosen === Case.AllBefore)
    for (const form of forms) passAndEnd.start(form, -1)
else {
    passAllUntil([-300, -1, 0, 1, 500])
    receive.start()
}
if (chosen === Case.Alone || chosen === Case.Young) end.start()
const caller = call.start()

async function hog() {
    await ds.sleep(start + 4000 + chosen * 1000 - ds.millis())
    console.log("hog", ds.millis() - wrap)
    hold(45)
    if (chosen === Case.Sends || chosen === Case.Pauses)
        caller.resume(undefined)
}

if (chosen === Case.Young) {
    await ds.sleep(100)
    hog.start()
} else await hog()
