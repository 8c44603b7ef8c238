/** Shows a queue's inside: one in which messages are queued, one in which tasks wait. */

import * as ds from "@devicescript/core"
import {
    check,
    FOREVER,
    KernelQueue,
    MessageDescriptor,
    MsgPriority,
    Region,
} from "../../src"
import { dump } from "../../src/debug/dump"

const readings = new KernelQueue({
    ringSize: 4,
    maxMsgSize: 24,
    name: "readings",
})
const { id, generation } = Region.immutable(hex`0102`).handle
check(readings.send(hex`01`))
check(readings.send(hex`0203`, MsgPriority.Urgent))
check(readings.sendDescriptor(new MessageDescriptor(id, generation, 0, 2)))
check(readings.reserve(8))
dump(readings)

const commands = new KernelQueue({ ringSize: 1, name: "commands" })
const into = Buffer.alloc(4)
const receive = async (timeout: number) => {
    await commands.recvTimeout(into, timeout)
}
const first = receive.start(FOREVER)
receive.start(50)
await ds.sleep(1)
first.terminate()
dump(commands)
const inside = commands as any
inside.signal = 0
dump(commands)
