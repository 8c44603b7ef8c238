// In the very tick of the wrap, in which the VM starts no task, a task makes the first blocking call there is: it always finds
// a message, or waits for as long as there can be, and others feast beside it. The host chooses by the byte behind the mark.

import * as ds from "@devicescript/core"
import { check, FOREVER, KernelQueue } from "../../src"

const isLong = hex`626567 00 ff`.getAt(3, "u8") === 1

enum Ticks {
    Wrap = 4294967296,
}

enum Size {
    Calls = 5000,
}

async function feast(): Promise<void> {
    const queue = new KernelQueue({ ringSize: 1, maxMsgSize: 4 })
    const food = Buffer.alloc(4)
    await ds.suspend(FOREVER)
    console.log("first", ds.millis() - Ticks.Wrap)
    for (let i = 0; i < Size.Calls; ++i) {
        check(queue.send(food))
        check(await queue.recvTimeout(food, FOREVER))
    }
    console.log("done")
}

const feasters = [feast.start(), feast.start(), feast.start()]

function callFeasters() {
    for (const feaster of feasters) feaster.resume(0)
}

async function waitLong(): Promise<void> {
    const queue = new KernelQueue({ ringSize: 1, maxMsgSize: 4 })
    await ds.suspend(FOREVER)
    callFeasters()
    await queue.recvTimeout(Buffer.alloc(4), Ticks.Wrap)
}

const waiter = waitLong.start()
await ds.sleep(100)
console.log("hold", Ticks.Wrap - ds.millis()) // the host lets so much time pass
if (isLong) waiter.resume(0)
else callFeasters()
