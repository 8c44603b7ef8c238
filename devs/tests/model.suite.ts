// Long random histories of a queue beside a naive model of it. A history is made from a seed, which every failure
// names.

import * as ds from "@devicescript/core"
import { describe, test } from "@devicescript/test"
import {
    FOREVER,
    KernelError,
    OverflowPolicy,
    ReceivedMessage,
} from "../../src"
import { SlotLayout } from "../../src/ring/backing"
import { Header } from "../../src/ring/entry"
import { History } from "./history"
import { Mark, Random, Sent, Size, Wait } from "./model"
import { until } from "./support"

enum Count {
    Tasks = 6,
    /** Steps after which a history gives way: the VM allows 131,072 opcodes. */
    Stride = 6,
}

enum Ticks {
    LongestTimeout = 6,
    /** Longer than anything that a history does: who waits for it and is served must not. */
    Long = 400,
    LongestPause = 3,
}

enum Action {
    Send,
    Receive,
    ReceiveTyped,
}

/** A task that makes one blocking call after another, as it is told. */
class Task {
    fiber: ds.Fiber
    /** What it is to do next; undefined if nothing. */
    action: Action
    timeout = 0
    /** Of the call that it is in; undefined if it is in none. */
    wait: Wait

    constructor(private readonly history: History) {}

    async run() {
        while (true) {
            while (this.action === undefined) await ds.suspend()
            const action = this.action
            this.action = undefined
            if (action === Action.Send) await this.send()
            else await this.receive(action === Action.ReceiveTyped)
            this.wait = undefined
        }
    }

    private async send() {
        const { model, queue, random } = this.history
        const message = this.history.message()
        this.timeout = randomTimeout(random)
        const wait = new Wait(message, 0, deadlineAfter(this.timeout))
        this.wait = wait
        wait.outcome = model.send(message)
        if (wait.outcome === -KernelError.QueueFull) {
            this.waitIn(model.senders)
        }
        const actual = await queue.sendTimeout(
            message.toBuffer(),
            this.timeout,
            message.priority
        )
        this.compareOutcome(actual, "sendTimeout")
    }

    private async receive(typed: boolean) {
        const { history } = this
        const { model, queue, random } = history
        const room = history.room()
        const header = new ReceivedMessage()
        this.timeout = randomTimeout(random)
        const wait = new Wait(
            undefined,
            room.length,
            deadlineAfter(this.timeout)
        )
        this.wait = wait
        wait.outcome = model.receive(room.length)
        if (wait.outcome >= 0) wait.delivered = model.taken
        if (wait.outcome === -KernelError.QueueEmpty)
            this.waitIn(model.receivers)
        const actual = typed
            ? await queue.recvTypedTimeout(room, header, this.timeout)
            : await queue.recvTimeout(room, this.timeout)
        this.compareOutcome(actual, "recvTimeout")
        history.compareBytes(room, wait.delivered)
        if (typed && wait.delivered !== undefined)
            history.compareHeader(header, wait.delivered)
    }

    private waitIn(waiting: Wait[]) {
        this.wait.outcome = Mark.Waits
        if (this.timeout > 0) waiting.push(this.wait)
    }

    private compareOutcome(actual: number, what: string) {
        const { history, wait } = this
        if (wait.outcome === Mark.Waits) {
            const now = ds.millis()
            wait.outcome = -KernelError.Timeout
            history.model.forget(wait)
            history.model.timeouts++
            history.compare(now >= wait.deadline, true, "a timeout's being due")
        }
        history.compare(actual, wait.outcome, what)
    }

    begin() {
        this.fiber = runTask.start(this)
    }

    /** Ends the task, wherever it is, and puts a younger one in its place. */
    replace() {
        this.fiber.terminate()
        if (this.wait !== undefined) this.history.model.forget(this.wait)
        this.wait = undefined
        this.action = undefined
        this.begin()
    }

    /** Resumes the task, whatever it waits for. */
    disturb() {
        if (this.fiber.suspended) this.fiber.resume(undefined)
    }
}

async function runTask(task: Task) {
    await task.run()
}

/** None, a whole number, with a fraction, or without limit. */
function randomTimeout(random: Random): number {
    const kind = random.below(8)
    if (kind === 0) return 0
    if (kind <= 2) return FOREVER
    const ticks = 1 + random.below(Ticks.LongestTimeout)
    if (kind === 4) return Ticks.Long
    return kind === 3 ? ticks - 0.5 : ticks
}

function deadlineAfter(timeout: number): number {
    return ds.millis() + Math.ceil(timeout)
}

/** A history with no tasks but the test's own. */
async function playAlone(history: History, stepCount: number) {
    const random = history.random
    for (let i = 0; i < stepCount; ++i) {
        history.step = i
        // filling and draining phases, else a large ring is never full
        const bias = i % 64 < 32 ? 70 : 30
        const kind = random.below(100)
        if (kind === 99) history.purge()
        else if (kind === 98) history.sendTooLarge()
        else if (kind > 70) history.actInPlace()
        else if (random.chance(bias)) history.send(history.message())
        else history.receive(random.chance(50))
        if (i % Count.Stride === 0) {
            history.compareOrder()
            history.compareFigures()
            await ds.sleep(1)
        }
        history.fail()
    }
}

/** A history with tasks that wait, are resumed by others and terminated; at its end it is closed. */
async function playTogether(history: History, stepCount: number) {
    const { random, model, queue } = history
    const tasks: Task[] = []
    for (let i = 0; i < Count.Tasks; ++i) {
        tasks.push(new Task(history))
        tasks[i].begin()
    }
    for (let i = 0; i < stepCount; ++i) {
        history.step = i
        const bias = i % 40 < 20 ? 90 : 10
        actOnce(history, tasks, bias)
        if (random.chance(50))
            await ds.sleep(random.below(Ticks.LongestPause + 1))
        history.compareFigures()
        if (i % Count.Stride === 0) {
            history.compareOrder()
            await ds.sleep(1)
        }
        history.fail()
    }
    model.close()
    queue.close()
    await until(() => tasks.every(task => task.wait === undefined))
    while (model.queued.length > 0) history.receive(true)
    history.receive(false)
    history.send(history.message())
    history.compareFigures()
    for (const task of tasks) {
        history.compare(task.wait === undefined, true, "the end of every wait")
        task.fiber.terminate()
    }
    history.fail()
}

function actOnce(history: History, tasks: Task[], bias: number) {
    const random = history.random
    const task = tasks[random.below(tasks.length)]
    const kind = random.below(100)
    if (kind < 4) history.purge()
    else if (kind < 9) task.replace()
    else if (kind === 9) for (const each of tasks) each.replace()
    else if (kind < 20) task.disturb()
    else if (kind < 30) history.actInPlace()
    else if (kind < 50) {
        if (random.chance(bias)) history.send(history.message())
        else history.receive(random.chance(50))
    } else if (task.wait === undefined && task.action === undefined) {
        task.action = random.chance(bias)
            ? Action.Send
            : Action.Receive + random.below(2)
        task.disturb()
    }
}

/** Every byte of a backing buffer that a send has no business with. */
function compareMemory(history: History, before: Buffer) {
    const { backing, model } = history
    const stride = SlotLayout.Overhead + (Size.MaxMsg as number)
    const firstHeader = SlotLayout.FirstHeader as number
    let written = 0
    for (let slot = 0; slot < model.ringSize; ++slot) {
        const header = firstHeader + slot * stride
        const payload = header + Header.Size
        const own = isWrittenAt(backing, header, model.taken)
        if (own) written++
        for (let i = 0; i < Size.MaxMsg; ++i)
            if (own && i < model.taken.length)
                history.compare(
                    backing[payload + i],
                    model.taken.byteAt(i),
                    "a queued byte"
                )
            else
                history.compare(
                    backing[payload + i],
                    before[payload + i],
                    "a byte that is not the entry's"
                )
    }
    history.compare(written, 1, "the number of entries with that header")
    for (
        let i = SlotLayout.FirstSlot + model.ringSize * stride;
        i < backing.length;
        ++i
    )
        history.compare(backing[i], Mark.Untouched, "a byte behind the ring")
}

/** Whether a header says, byte for byte, what the contract wants of a message. */
function isWrittenAt(backing: Buffer, header: number, message: Sent): boolean {
    const expected = Buffer.alloc(Header.Size)
    expected[0] = message.length
    expected[Header.Word] = message.priority
    expected[6] = message.sequence & 0xff
    expected[7] = message.sequence >> 8
    for (let i = 0; i < expected.length; ++i)
        if (backing[header + i] !== expected[i]) return false
    return true
}

/** As `playAlone`, with a look at the whole backing buffer after each send. */
async function playInMemory(history: History, stepCount: number) {
    const { random, model, backing } = history
    for (let i = 0; i < stepCount; ++i) {
        history.step = i
        const message = history.message()
        const before = backing.slice(0)
        const accepted = model.accepted
        history.send(message)
        model.taken = message
        if (model.accepted > accepted) compareMemory(history, before)
        else
            history.compare(
                backing.toString("hex"),
                before.toString("hex"),
                "memory after a failure"
            )
        if (random.chance(40)) history.receive(random.chance(50))
        history.fail()
        await ds.sleep(1)
    }
}

const ringSizes = [1, 2, 4, 8, 16]
const policies = [OverflowPolicy.Reject, OverflowPolicy.DropOldest]

describe("a queue beside its model", () => {
    test("a random history is delivered as the model says, by priority and first in, first out", async () => {
        for (const ringSize of ringSizes)
            for (const policy of policies) {
                const seed = 1000 + ringSize * 2 + policy
                await playAlone(new History(seed, ringSize, policy), 240)
            }
    })

    test("random waits end as the model says, whoever is resumed or terminated meanwhile", async () => {
        for (const ringSize of ringSizes)
            for (const policy of policies) {
                const seed = 2000 + ringSize * 2 + policy
                await playTogether(new History(seed, ringSize, policy), 260)
            }
    })

    test("a random history writes nothing outside an entry's own bytes", async () => {
        for (const ringSize of ringSizes)
            for (const policy of policies) {
                const seed = 3000 + ringSize * 2 + policy
                await playInMemory(new History(seed, ringSize, policy), 30)
            }
    })
})
