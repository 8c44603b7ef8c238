// Prints for each of some messages: its sequence as peeked, as received, and by how much the counts have risen.

import { check, KernelQueue, MsgPriority } from "../../src"
import { ReceivedMessage, RingEntry } from "../../src"

const queue = new KernelQueue({ ringSize: 2, maxMsgSize: 1 })
const entry = new RingEntry()
const message = new ReceivedMessage()
const into = Buffer.alloc(1)
const sent = queue.sendCount() // the VM prints 15 digits only
const received = queue.recvCount()
for (let i = 0; i < 8; ++i) {
    check(queue.send(into, i & MsgPriority.Urgent))
    check(queue.peek(entry))
    check(queue.recvTyped(into, message))
    if (message.priority !== (i & MsgPriority.Urgent)) throw new Error("mixed")
    const rises = [queue.sendCount() - sent, queue.recvCount() - received]
    console.log(entry.sequence, message.sequence, rises.join(" "))
}
