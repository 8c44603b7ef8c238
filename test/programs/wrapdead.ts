// Tasks that are terminated while they wait for a deadline behind the wrap of the VM's wake times. Says so when it has
// passed, and nobody has panicked.

import * as ds from "@devicescript/core"
import { KernelQueue, sleep } from "../../src"

async function waitBehindWrap() {
    const into = Buffer.alloc(4)
    await new KernelQueue({ ringSize: 1 }).recvTimeout(into, 2000)
}

async function pauseBehindWrap() {
    await sleep(2000)
}

const doomed = [
    waitBehindWrap.start(),
    pauseBehindWrap.start(),
    waitBehindWrap.start(),
]

/** Nobody makes a record after this: that would give those of the dead back. */
async function kill() {
    await ds.sleep(500)
    for (const task of doomed) task.terminate()
}

kill.start()
await sleep(2000)
console.log("all is well")
ds.restart()
