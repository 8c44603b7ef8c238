/** The benchmark is honest only if its ArrayKernel checks what the queue checks, with the same results. */

import { FOREVER, KernelQueue } from "../../src"
import { ArrayKernel } from "../../devs/bench/arraykernel"

const queue = new KernelQueue({ ringSize: 2, maxMsgSize: 4 })
const kernel = new ArrayKernel(2, 4)
const flash = hex`01020304`
const into = Buffer.alloc(4)
const tooSmall = Buffer.alloc(2)

const buffers: any[] = [undefined, null, "text", 7, {}, Buffer.alloc(5), into]
const priorities: any[] = [undefined, null, -1, 4, 1.5, NaN, "1", {}, 0, 3]
const targets: any[] = [...buffers, flash, tooSmall, flash]
const timeouts: any[] = [undefined, NaN, -1, "1", 0, 0.5, 2]

let calls = 0
function compare(what: string, ours: number, theirs: number) {
    calls++
    if (ours !== theirs) console.log("differs:", what, ours, theirs)
}

function compareSends() {
    for (let i = 0; i < buffers.length; ++i)
        for (let k = 0; k < priorities.length; ++k)
            compare(
                "send " + i + " " + k,
                queue.send(buffers[i], priorities[k]),
                kernel.send(buffers[i], priorities[k])
            )
}

function compareReceives() {
    for (let i = 0; i < targets.length; ++i)
        compare("recv " + i, queue.recv(targets[i]), kernel.recv(targets[i]))
}

async function compareWaits(): Promise<void> {
    for (let i = 0; i < targets.length; ++i)
        for (let k = 0; k < timeouts.length; ++k) {
            const ours = await queue.recvTimeout(targets[i], timeouts[k])
            const theirs = await kernel.recvTimeout(targets[i], timeouts[k])
            compare("recvTimeout " + i + " " + k, ours, theirs)
        }
}

compareReceives()
compareSends()
compareReceives()
await compareWaits()
queue.send(flash)
kernel.send(flash)
queue.close()
kernel.close()
compareSends()
compareReceives()
compareReceives()
compare(
    "recvTimeout",
    await queue.recvTimeout(into, FOREVER),
    await kernel.recvTimeout(into, FOREVER)
)
console.log("calls", calls)
