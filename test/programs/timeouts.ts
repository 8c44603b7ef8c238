// Prints for each wait: what waited, its timeout, the ticks that it took. The VM's own sleep among them: it
// says how late a timer of this VM is by itself.

import * as ds from "@devicescript/core"
import { check, KernelError, KernelQueue, ReceivedMessage } from "../../src"

const into = Buffer.alloc(1)
const message = new ReceivedMessage()
const full = new KernelQueue({ ringSize: 1, maxMsgSize: 1 })
const empty = new KernelQueue({ ringSize: 1, maxMsgSize: 1 })
check(full.send(into))

function report(what: string, timeout: number, start: number, result: number) {
    const elapsed = ds.millis() - start
    if (result !== -KernelError.Timeout) throw new Error("no timeout")
    console.log(what, timeout, elapsed)
}

async function measure(timeout: number) {
    let start = ds.millis()
    report("send", timeout, start, await full.sendTimeout(into, timeout))
    start = ds.millis()
    report("recv", timeout, start, await empty.recvTimeout(into, timeout))
    start = ds.millis()
    const result = await empty.recvTypedTimeout(into, message, timeout)
    report("recvTyped", timeout, start, result)
    start = ds.millis()
    await ds.sleep(Math.ceil(timeout))
    console.log("sleep", timeout, ds.millis() - start)
}

for (const timeout of [0, 0.001, 7.2, 99.999, 1000, 60000])
    await measure(timeout)
for (let timeout = 1; timeout <= 100; ++timeout) await measure(timeout)
ds.restart()
