// The first blocking call of a program that has run for some seconds: all waits before are the VM's own. Then
// a message for a task that waits FOREVER, and one for a task that waits up to a deadline.

import * as ds from "@devicescript/core"
import { check, FOREVER, KernelQueue, sleep } from "../../src"
import { forms, hold, pass, wrap } from "./uptimeforms"

/** So many times this after its start is the call made, close to the wrap: the host chooses the case so. */
const period = 4000
const start = ds.millis()
const kind = Math.round((wrap - start) / period)
const endless = new KernelQueue({ ringSize: 1, maxMsgSize: 4 })
const finite = new KernelQueue({ ringSize: 1, maxMsgSize: 4 })
const message = Buffer.alloc(4)

function report(what: string, timeout: number, since: number) {
    console.log("wait", what, timeout, ds.millis() - since - timeout)
}

async function receive(from: KernelQueue, timeout: number) {
    const into = Buffer.alloc(4)
    await ds.suspend(Infinity)
    check(await from.recvTimeout(into, timeout))
    report("message", 0, into.getAt(0, "u32") + start)
}

async function giveMessage(to: KernelQueue) {
    message.setAt(0, "u32", ds.millis() - start)
    check(to.send(message))
    await sleep(5)
}

async function begin() {
    await ds.suspend(Infinity)
    console.log("first", ds.millis() - wrap)
    const form = forms[kind - 1]
    for (const timeout of [1, 2, 14, 15, 16, 17, 100, 1000]) {
        const since = ds.millis()
        if (form === undefined) {
            await sleep(0)
            report("sleep", 0, since)
        } else {
            await pass(form, timeout)
            report(form, timeout, since)
        }
    }
    for (const receiver of receivers) receiver.resume(undefined)
    await sleep(10)
    await giveMessage(endless)
    await giveMessage(finite)
    ds.restart()
}

// resumed, not started: at the very tick of the wrap the VM starts no task
const receivers = [receive.start(endless, FOREVER), receive.start(finite, 5000)]
const beginner = begin.start()
await ds.sleep(1000)
// at the very tick of the wrap no timer runs, but this does
hold(kind * period - 1000)
beginner.resume(undefined)
