// Every form of waiting, until a tick before or behind the wrap: the tick at which the VM's 32-bit wake times
// wrap around, at 2^32 ms of uptime and each multiple.

import * as ds from "@devicescript/core"
import { check, KernelError, KernelQueue } from "../../src"
import { ReceivedMessage, recvAny, sleep } from "../../src"

/** The nearest. */
export const wrap = Math.round(ds.millis() / 4294967296) * 4294967296

export const forms = ["send", "recv", "recvTyped", "recvAny", "sleep"]

/** How many waits have begun and not ended. */
export let waiting = 0

const full = new KernelQueue({ ringSize: 1, maxMsgSize: 1 })
const empty = new KernelQueue({ ringSize: 1, maxMsgSize: 1 })
const empty2 = new KernelQueue({ ringSize: 1, maxMsgSize: 1 })
const queues = [empty, empty2]
const into = Buffer.alloc(1)
const message = new ReceivedMessage()
check(full.send(into))

/** Waits by one of the forms, which must run out of time. */
export async function pass(form: string, timeout: number) {
    let result: number = -KernelError.Timeout
    if (form === "send") result = await full.sendTimeout(into, timeout)
    if (form === "recv") result = await empty.recvTimeout(into, timeout)
    if (form === "recvTyped")
        result = await empty.recvTypedTimeout(into, message, timeout)
    if (form === "recvAny")
        result = await recvAny(queues, into, message, timeout)
    if (form === "sleep") await sleep(timeout)
    if (result !== -KernelError.Timeout) throw new Error("no timeout")
}

/** Prints what waited, until when from the wrap on, and how late it was. */
export async function passUntil(form: string, at: number) {
    waiting++
    await pass(form, wrap + at - ds.millis())
    waiting--
    console.log("wait", form, at, ds.millis() - wrap - at)
}

/** Starts a task for each form and end. */
export function passAllUntil(ends: number[]) {
    for (const at of ends) for (const form of forms) passUntil.start(form, at)
}

/** The host chooses one of several cases by the second, before the wrap, in which it starts the program. */
export function caseOf(firstSecond: number): number {
    return Math.floor((wrap - ds.millis()) / 1000) - firstSecond
}

/** The calling task computes for so long: the host charges the time for it. */
export function hold(ticks: number) {
    console.log("hold", ticks)
}
