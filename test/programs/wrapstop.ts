// Waits end just before the wrap: the keeper still resumes them in the last tick, and the last of these tasks lets another run
// that holds the processor across the wrap. The wait that ends behind it must end nevertheless.

import * as ds from "@devicescript/core"
import { FOREVER, KernelQueue } from "../../src"

enum Ticks {
    Wrap = 4294967296,
    Behind = 60,
    Tasks = 8,
}

const empty = new KernelQueue({ ringSize: 1, maxMsgSize: 4 })
let left = Ticks.Tasks as number

async function hold(): Promise<void> {
    await ds.suspend(FOREVER)
    console.log("hold", 45) // the host lets so much time pass
}

const hog = hold.start()

async function endAt(deadline: number): Promise<void> {
    await empty.recvTimeout(Buffer.alloc(4), deadline - ds.millis())
    if (--left === 0) hog.resume(0)
    console.log("late", ds.millis() - deadline)
}

for (let i = 0; i < Ticks.Tasks; ++i) endAt.start(Ticks.Wrap - 2)
endAt.start(Ticks.Wrap + Ticks.Behind)
