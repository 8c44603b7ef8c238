// The same events through ds.emitter and through a kernel queue: 100 in bursts of 8, one burst a task switch.

import * as ds from "@devicescript/core"
import { check, KernelQueue } from "../../src"

enum Events {
    Count = 100,
    Burst = 8,
}

const emitter = ds.emitter<number>()
const queue = new KernelQueue({ maxMsgSize: 2 })
let emitted = 0
let received = 0

emitter.subscribe(async () => {
    emitted++
})

async function consume() {
    const into = Buffer.alloc(2)
    while ((await queue.recvTimeout(into, 50)) >= 0) received++
}
consume.start()

const message = Buffer.alloc(2)
for (let i = 0; i < Events.Count; ++i) {
    emitter.emit(i)
    message.setAt(0, "u16", i)
    check(await queue.sendTimeout(message, 50))
    if (i % Events.Burst === 0) await ds.sleep(1)
}
await ds.sleep(100)
console.log("emitter", emitted)
console.log("queue", received)
ds.restart()
