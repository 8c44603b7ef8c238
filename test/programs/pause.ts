/** Greedy tasks close the gate; beside them one pauses for 0 ticks again and again: does each pause let a task run? */

import { check, FOREVER, KernelQueue, sleep } from "../../src"

enum Count {
    Greedy = 4,
    Pauses = 300,
}

const queue = new KernelQueue({ ringSize: 16, maxMsgSize: 4 })
const msg = Buffer.alloc(4)
let runs = 0

async function press() {
    const into = Buffer.alloc(4)
    while (true) {
        check(await queue.sendTimeout(msg, FOREVER))
        check(await queue.recvTimeout(into, FOREVER))
    }
}

async function note() {
    runs++
}

for (let i = 0; i < Count.Greedy; ++i) press.start()
let missed = 0
for (let i = 0; i < Count.Pauses; ++i) {
    const before = runs
    note.start()
    await sleep(0)
    if (runs === before) missed++
}
console.log("pauses", Count.Pauses, "without a turn", missed)
