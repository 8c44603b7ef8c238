// Every 100 ticks three waits run out of time, in adjacent ticks: prints how late each of them is.

import * as ds from "@devicescript/core"
import { KernelQueue } from "../../src"

enum Count {
    Rounds = 50,
    Waits = 3,
}

enum Ticks {
    Round = 100,
}

const empty = new KernelQueue({ ringSize: 1, maxMsgSize: 1 })
const into = Buffer.alloc(1)

async function wait(deadline: number): Promise<void> {
    await empty.recvTimeout(into, deadline - ds.millis())
    console.log(ds.millis() - deadline)
}

for (let round = 0; round < Count.Rounds; ++round) {
    const first = ds.millis() + Ticks.Round / 2
    for (let i = 0; i < Count.Waits; ++i) wait.start(first + i)
    await ds.sleep(Ticks.Round)
}
ds.restart()
