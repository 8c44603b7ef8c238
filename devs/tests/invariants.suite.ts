// The check of the invariants finds what is wrong: each is broken here, by hand. The suites run it after each step.

import * as ds from "@devicescript/core"
import { describe, test } from "@devicescript/test"
import {
    check,
    FOREVER,
    KernelQueue,
    MsgPriority,
    RingEntry,
    sleep,
} from "../../src"
import { flawOf } from "../../src/debug/flaws"
import { circleOf, insideOf } from "../../src/debug/inside"
import { Link, SlotLayout } from "../../src/ring/backing"
import { Header } from "../../src/ring/entry"
import { Signal, state, Step } from "../../src/ring/state"
import { pool } from "../../src/waiting/tasks"
import { byte, equal } from "./support"

/** Low, Normal, Normal and High, in a ring of eight. */
function mixedQueue(): KernelQueue {
    const queue = new KernelQueue({ ringSize: 8, maxMsgSize: 4 })
    check(queue.send(byte(1), MsgPriority.Normal))
    check(queue.send(byte(2), MsgPriority.Low))
    check(queue.send(byte(3), MsgPriority.Normal))
    check(queue.send(byte(4), MsgPriority.High))
    equal(flawOf(queue), "", "nothing is wrong at first")
    return queue
}

/** Makes one queue, breaks it, and expects the flaw. */
async function finds(flaw: string, breakIt: (queue: KernelQueue) => void) {
    await ds.sleep(1) // the VM's limit of opcodes
    const queue = mixedQueue()
    breakIt(queue)
    equal(flawOf(queue), flaw, "a broken invariant is found")
}

function slotOf(queue: KernelQueue, index: number): number {
    return circleOf(queue)[index]
}

/** Changes one variable of the core. */
function change(queue: KernelQueue, alter: () => void) {
    insideOf(queue).step(Step.Save)
    alter()
    insideOf(queue).step(Step.Load)
}

/** A queue in which a task waits for a message. */
async function awaitedQueue(): Promise<KernelQueue> {
    const queue = new KernelQueue({ ringSize: 2, maxMsgSize: 4 })
    const into = Buffer.alloc(4)
    const receive = async () => {
        await queue.recvTimeout(into, FOREVER)
    }
    receive.start()
    await ds.sleep(1)
    equal(flawOf(queue), "", "nothing is wrong at first")
    return queue
}

describe("the check of the invariants", () => {
    test("finds a link that leads astray, a slot that is left out, a slot that is there twice", async () => {
        await finds("a link leads out of the ring", queue =>
            insideOf(queue).memory.setAt(slotOf(queue, 1) + Link.Next, "u16", 7)
        )
        await finds("the circle is not closed", queue =>
            insideOf(queue).memory.setAt(
                slotOf(queue, 7) + Link.Next,
                "u16",
                slotOf(queue, 2)
            )
        )
        await finds("a slot is on the circle twice", queue =>
            insideOf(queue).memory.setAt(
                slotOf(queue, 5) + Link.Next,
                "u16",
                slotOf(queue, 0)
            )
        )
    })

    test("finds offsets and counts that are not those of the slots", async () => {
        await finds("taken is not what is reserved and fronted", queue =>
            change(queue, () => state.taken++)
        )
        await finds("the tail is not the last entry", queue =>
            change(queue, () => state.size--)
        )
        await finds("the last free slot is another", queue =>
            change(queue, () => (state.lastFree = state.head))
        )
        await finds("free is not behind the tail", queue =>
            change(queue, () => (state.free = state.lastFree))
        )
        await finds(
            "more is queued, dropped and purged than was accepted",
            queue => change(queue, () => state.purged++)
        )
        await finds("what is fronted is on the circle", queue => {
            const slot = queue.front(new RingEntry()) - Header.Size
            const { memory } = insideOf(queue)
            const tail = slotOf(queue, 2)
            const free = memory.getAt(tail + Link.Next, "u16")
            memory.setAt(tail + Link.Next, "u16", slot)
            memory.setAt(
                slot + Link.Next,
                "u16",
                memory.getAt(free + Link.Next, "u16")
            )
        })
    })

    test("finds an order that is none, and a last of a priority that is another", async () => {
        await finds("a message stands behind one of lower priority", queue =>
            insideOf(queue).memory.setAt(
                slotOf(queue, 1) + Header.Word,
                "u8",
                MsgPriority.Urgent
            )
        )
        await finds("a message overtook one of its own priority", queue =>
            insideOf(queue).memory.setAt(
                slotOf(queue, 1) + Header.Word + 2,
                "u16",
                9
            )
        )
        await finds("the last of priority 1 is another", queue =>
            insideOf(queue).memory.setAt(
                SlotLayout.OffsetSize,
                "u16",
                slotOf(queue, 1)
            )
        )
        await finds("a message is too long", queue =>
            insideOf(queue).memory.setAt(slotOf(queue, 3), "u32", 5)
        )
    })

    test("finds a task that nobody is told of, and one that waits beside a message", async () => {
        const queue = await awaitedQueue()
        const inside = insideOf(queue) as any
        inside.signal = Signal.None
        equal(
            flawOf(queue),
            "a task waits, and nobody is told to serve it",
            "the signal"
        )
        inside.signal = Signal.Room
        inside.step(Step.SendBatch, [], MsgPriority.Normal)
        const other = await awaitedQueue()
        const waiting = insideOf(other).waiting
        check(queue.send(byte(1)))
        equal(flawOf(queue), "", "the message went to the task")
        check(queue.send(byte(2)))
        ;(queue as any).waiting = waiting
        equal(
            flawOf(queue),
            "a task waits in another line",
            "a task in the line of another queue"
        )
        ;(queue as any).waiting = undefined
    })

    test("finds a record that is not free", async () => {
        const queue = mixedQueue()
        await sleep(1) // leaves a record of its own
        const record = pool.first
        equal(record !== undefined, true, "a pause has left a record")
        record.buffer = Buffer.alloc(1)
        equal(
            flawOf(queue),
            "a free record holds what a task brought",
            "what nobody needs is given up"
        )
        record.buffer = undefined
        record.fiber = ds.Fiber.self()
        equal(flawOf(queue), "a task's record is free", "a record has one user")
        record.fiber = undefined
        equal(flawOf(queue), "", "nothing is wrong at last")
    })
})
