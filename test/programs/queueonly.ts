/** One queue, with all that a program without records, regions and batches may want of it. */

import * as ds from "@devicescript/core"
import {
    check,
    FOREVER,
    KernelQueue,
    MsgPriority,
    QueueStats,
    ReceivedMessage,
    recvAny,
    sleep,
} from "../../src"

const queue = new KernelQueue({ ringSize: 4, name: "only" })
const message = new ReceivedMessage()
const into = Buffer.alloc(64)
const stats = new QueueStats()

async function receive(): Promise<void> {
    check(await queue.recvTimeout(into, FOREVER))
    check(await queue.recvTypedTimeout(into, message, FOREVER))
    check(await recvAny([queue], into, message, FOREVER))
    check(queue.stats(stats))
    console.log("received", stats.received, message.priority, queue.purge())
    queue.close()
}

receive.start()
for (const priority of [0, 1, 2])
    check(await queue.sendTimeout(hex`0102`, FOREVER, priority as MsgPriority))
await sleep(ds.millis() > 0 ? 1 : 2)
