/** The ring with the most entries: 53,256 bytes of backing. */

import { check, KernelQueue } from "../../src"

const queue = new KernelQueue({ ringSize: 4096, maxMsgSize: 1 })
const into = Buffer.alloc(1)
for (let i = 0; i < 3; ++i) check(queue.send(Buffer.from([i])))
check(queue.recv(into))
console.log("entries", queue.capacity(), "free", queue.available())
