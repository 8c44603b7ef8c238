// Tasks that make one call each. A start function is named after the call: `startRecvTyped` makes `recvTypedTimeout`.
// A timeout that is left out is FOREVER.

import * as ds from "@devicescript/core"
import {
    check,
    FOREVER,
    KernelError,
    KernelQueue,
    MessageDescriptor,
    MsgPriority,
    ReceivedMessage,
    recvAny,
} from "../../src"
import { equal, settle, until, within } from "./support"

/** A task that makes a call, and what came of it. */
export class Task {
    fiber: ds.Fiber
    readonly message = new ReceivedMessage()
    /** What the call returned; undefined as long as it has not. */
    result: number = undefined
    /** The tick at which the task was entered, and that at which its call returned. */
    begin = -1
    end = -1

    constructor(readonly into: Buffer) {}

    /** In ticks; negative as long as the call has not returned. */
    elapsed(): number {
        return this.end - this.begin
    }
}

export function startTask(
    work: (task: Task) => Promise<number>,
    into = Buffer.alloc(4)
): Task {
    const task = new Task(into)
    const run = async () => {
        task.begin = ds.millis()
        task.result = await work(task)
        task.end = ds.millis()
    }
    task.fiber = run.start()
    return task
}

export function startRecv(
    queue: KernelQueue,
    timeout = FOREVER,
    into?: Buffer
): Task {
    return startTask(
        async task => await queue.recvTimeout(task.into, timeout),
        into
    )
}

export function startRecvTyped(
    queue: KernelQueue,
    timeout = FOREVER,
    into?: Buffer
): Task {
    return startTask(
        async task =>
            await queue.recvTypedTimeout(task.into, task.message, timeout),
        into
    )
}

export function startRecvAny(
    queues: KernelQueue[],
    timeout = FOREVER,
    into?: Buffer
): Task {
    return startTask(
        async task => await recvAny(queues, task.into, task.message, timeout),
        into
    )
}

export function startRecvRecord(
    queue: KernelQueue,
    record: any,
    timeout = FOREVER
): Task {
    return startTask(async () => await queue.recvRecordTimeout(record, timeout))
}

export function startSend(
    queue: KernelQueue,
    msg: Buffer,
    timeout = FOREVER,
    priority?: MsgPriority
): Task {
    return startTask(
        async () => await queue.sendTimeout(msg, timeout, priority)
    )
}

export function startSendDescriptor(
    queue: KernelQueue,
    descriptor: MessageDescriptor,
    timeout = FOREVER,
    priority?: MsgPriority
): Task {
    return startTask(
        async () =>
            await queue.sendDescriptorTimeout(descriptor, timeout, priority)
    )
}

export function startSendRecord(
    queue: KernelQueue,
    record: any,
    timeout = FOREVER,
    priority?: MsgPriority
): Task {
    return startTask(
        async () => await queue.sendRecordTimeout(record, timeout, priority)
    )
}

/**
 * Sleeps by the VM's own timers, and returns for how long it was to. What delays a call that begins after it delays
 * it, too: start it first.
 */
export function startSleep(ticks: number): Task {
    return startTask(async () => {
        await ds.sleep(Math.ceil(ticks))
        return Math.ceil(ticks)
    })
}

/** A task that runs at the next moment at which any other may, whoever else is due. */
export async function startDue(): Promise<Task> {
    const task = startTask(async () => {
        await ds.suspend(FOREVER)
        return 0
    })
    await settle()
    task.fiber.resume(0)
    return task
}

/** Makes a call that does not wait, and must succeed, when so many ticks have passed. */
export function startLater(ticks: number, call: () => number): Task {
    return startTask(async () => {
        await ds.sleep(ticks)
        return check(call())
    })
}

/** Waits for a task's call to return, and expects its result. */
export async function endsWith(task: Task, result: number, promise: string) {
    await until(() => task.end >= 0)
    equal(task.result, result, promise)
}

/** Expects that a call takes no longer than a sleep that was started before it, but for a tick. */
export async function endsInTime(task: Task, sleep: Task, promise: string) {
    await until(() => task.end >= 0 && sleep.end >= 0)
    within(task.elapsed(), 0, sleep.elapsed() + 1, promise)
}

/** Expects that it takes no less than the sleep was to, either. */
export async function lasts(task: Task, sleep: Task) {
    await endsInTime(task, sleep, "late")
    within(task.elapsed(), sleep.result, Infinity, "not before its tick")
}

/** Expects that it is out of time then. */
export async function timesOut(task: Task, sleep: Task) {
    await endsWith(task, -KernelError.Timeout, "out of time")
    await lasts(task, sleep)
}
