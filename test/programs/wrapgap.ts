// Tasks that press: each finds a message every time, its own.

import { check, FOREVER, KernelQueue } from "../../src"

async function feast() {
    const queue = new KernelQueue({ ringSize: 1, maxMsgSize: 4 })
    const food = Buffer.alloc(4)
    for (;;) {
        check(queue.send(food))
        check(await queue.recvTimeout(food, FOREVER))
    }
}

for (let i = 0; i < 4; ++i) feast.start()
