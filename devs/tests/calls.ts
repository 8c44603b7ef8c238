// Tasks that make one blocking call each.

import * as ds from "@devicescript/core"
import { check, KernelQueue, MsgPriority, ReceivedMessage } from "../../src"
import { equal, until, within } from "./support"

enum Ticks {
    /** No task is later than this, whoever else waits. */
    Fair = 20,
}

/** Sends bytes without waiting: "1,2,3". */
export function fill(queue: KernelQueue, bytes: number[]) {
    const message = Buffer.alloc(1)
    for (const byte of bytes) {
        message.setAt(0, "u8", byte)
        check(queue.send(message))
    }
}

/** What came of a task's call. */
export class Call {
    fiber: ds.Fiber
    readonly into = Buffer.alloc(4)
    readonly message = new ReceivedMessage()
    /** Undefined as long as the task waits. */
    result: number = undefined
    begin = -1
    end = -1
}

/** Starts a task for a call. */
export function start(call: Call, work: () => Promise<number>): Call {
    const run = async () => {
        call.begin = ds.millis()
        call.result = await work()
        call.end = ds.millis()
    }
    call.fiber = run.start()
    return call
}

export function startReceive(queue: KernelQueue, timeout: number): Call {
    const call = new Call()
    return start(
        call,
        async () =>
            await queue.recvTypedTimeout(call.into, call.message, timeout)
    )
}

export function startSend(
    queue: KernelQueue,
    msg: Buffer,
    timeout: number,
    priority?: MsgPriority
): Call {
    return start(
        new Call(),
        async () => await queue.sendTimeout(msg, timeout, priority)
    )
}

/** Waits for a call's result, and expects it. */
export async function endsWith(call: Call, result: number, promise: string) {
    await until(() => call.end >= 0)
    equal(call.result, result, promise)
}

/**
 * Starts a task that sleeps as long as a call that has begun before may last, and for the ticks that it may
 * be late. By the VM's own timers: what delays the one delays the other.
 */
export function startSleep(ticks: number): Call {
    return start(new Call(), async () => {
        await ds.sleep(ticks)
        await ds.sleep(Ticks.Fair)
        return 0
    })
}

/** Expects that a call has ended no later than a sleep. */
export async function endsInTime(call: Call, sleep: Call, promise: string) {
    await until(() => call.end >= 0 && sleep.end >= 0)
    within(call.end, call.begin, sleep.end, promise)
}
