// In the last tick before the wrap a task of others terminates the waiting task that the keeper has just resumed. The
// waits that end behind the wrap must end nevertheless.

import * as ds from "@devicescript/core"
import { FOREVER, KernelQueue } from "../../src"

enum Ticks {
    Wrap = 4294967296,
    Behind = 50,
}

const empty = new KernelQueue({ ringSize: 1, maxMsgSize: 4 })
let killer: ds.Fiber
let partner: ds.Fiber

async function wait(ticks: number): Promise<void> {
    await empty.recvTimeout(Buffer.alloc(4), ticks)
}

/** The oldest task: its wait makes the keeper. It ends in the last tick. */
async function callKiller(): Promise<void> {
    await wait(Ticks.Wrap - 1 - ds.millis())
    killer.resume(0)
}

/** Younger than the keeper, and older than its partner: so it runs between them. */
async function kill(): Promise<void> {
    await ds.suspend(FOREVER)
    console.log("terminated at", ds.millis() - Ticks.Wrap)
    partner.terminate()
}

async function endBehind(): Promise<void> {
    const deadline = Ticks.Wrap + Ticks.Behind
    await wait(deadline - ds.millis())
    console.log("late by", ds.millis() - deadline)
}

async function waitForEver(): Promise<void> {
    await wait(FOREVER)
}

callKiller.start()
await ds.sleep(20)
killer = kill.start()
await ds.sleep(20)
endBehind.start()
await ds.sleep(20)
waitForEver.start()
await ds.sleep(20)
partner = waitForEver.start() // the newest: the keeper resumes it first
