// The only wait there is ends shortly before the wrap, while a task of others holds the processor across it.

import * as ds from "@devicescript/core"
import { KernelQueue } from "../../src"

enum Ticks {
    Wrap = 4294967296,
    /** Before it. */
    Ends = 40,
    Holds = 44,
}

const empty = new KernelQueue({ ringSize: 1, maxMsgSize: 4 })

async function wait(): Promise<void> {
    const deadline = Ticks.Wrap - Ticks.Ends
    await empty.recvTimeout(Buffer.alloc(4), deadline - ds.millis())
    console.log("late", ds.millis() - deadline)
}

wait.start()
await ds.sleep(Ticks.Wrap - Ticks.Holds - ds.millis())
console.log("hold", 48) // the host lets so much time pass
