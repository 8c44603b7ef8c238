// What the programs of the soak share: what the host chose, the books of a way that messages take, and the marks
// between which the host looks at the heap.

import * as ds from "@devicescript/core"
import { check, KernelQueue, QueueStats, sleep } from "../../src"
import { newestTask } from "../../src/waiting/tasks"

/** The host writes over what is behind the mark: how many messages, in which way, and what is to go wrong. */
const choice = hex`736f616b 00000000 0000 00 ff`
enum Choice {
    Amount = 4,
    Variant = 8,
    Fault = 10,
}
export const amount = choice.getAt(Choice.Amount, "u32")
/** What it means the program says. */
export const variant = choice.getAt(Choice.Variant, "u16")

/** What a program does wrong if it is told to: it shows that the soak would see it. */
export enum Fault {
    None,
    /** A few bytes are kept in each round. */
    Leak,
    /** A message is taken out and not looked at. */
    Lost,
    /** A message is sent twice. */
    Twice,
    /** Two messages change places. */
    Swapped,
    /** A wait goes on for longer than it was told. */
    Late,
    /** The program throws, and nobody catches it. */
    Panic,
    /** The program waits for what never comes. */
    Silent,
}
export const chosenFault = choice.getAt(Choice.Fault, "u8")

enum Limit {
    FaultsShown = 20,
}

export let faults = 0

/** Says what is wrong: the host counts these lines. */
export function fault(where: string, what: string) {
    faults++
    if (faults <= Limit.FaultsShown) console.log("fault", where, what)
}

const stats = new QueueStats()

/** Messages of one kind. Each has a number, which counts those of its priority. */
export class Way {
    sent = 0
    received = 0
    dropped = 0
    /** Calls that ran out of time. */
    timeouts = 0
    private numbers = [0, 0, 0, 0]
    private expected = [0, 0, 0, 0]

    constructor(
        readonly name: string,
        readonly queues: KernelQueue[]
    ) {}

    /** The number of the next message of a priority. */
    number(priority: number): number {
        const number = this.numbers[priority]
        this.numbers[priority] = number + 1
        this.sent++
        return number
    }

    /** A message that must be the next of its priority. */
    took(number: number, priority: number) {
        if (number !== this.expected[priority])
            fault(this.name, number + " for " + this.expected[priority])
        this.expected[priority] = number + 1
        this.received++
    }

    /** A message that must be newer than the one before: some may have been dropped. */
    tookNewer(number: number, priority: number) {
        if (number < this.expected[priority])
            fault(this.name, number + " after " + this.expected[priority])
        this.expected[priority] = number + 1
        this.received++
    }

    /** Whether nothing is on its way any more. What was dropped only the queues know. */
    isDone(): boolean {
        this.dropped = 0
        for (const queue of this.queues) {
            check(queue.stats(stats))
            this.dropped += stats.dropped
        }
        return this.sent === this.received + this.dropped
    }

    /**
     * Compares its books with what the queues say of themselves.
     * @param left so many messages are still in the queues
     */
    audit(left = 0) {
        let sent = 0
        let received = 0
        for (const queue of this.queues) {
            check(queue.stats(stats))
            sent += stats.sent
            received += stats.received
            left -= stats.size
        }
        if (left !== 0) fault(this.name, left + " more in its queues")
        if (sent !== this.sent) fault(this.name, "sent " + sent)
        if (received !== this.received)
            fault(this.name, "received " + this.received + " of " + received)
    }

    print() {
        const { name, sent, received, dropped, timeouts } = this
        console.log("way", name, sent, received, dropped, timeouts)
    }
}

enum Ticks {
    /** Longer than any timeout of a task that is not at rest yet. */
    Rest = 50,
}

/** All tasks but the caller's are at rest: what is free of the heap now is what the program does not need. */
export async function showHeap(messages: number) {
    await sleep(Ticks.Rest)
    let records = 0
    for (let task = newestTask; task !== undefined; task = task.older) records++
    console.log("at", messages, records)
    console.log("collect") // from here on the host has the VM collect at each allocation
    await sleep(1)
    console.log("free")
}

/** Ends the program: it has done all that it was to do. */
export function finish() {
    console.log("finished", faults)
    ds.restart()
}
