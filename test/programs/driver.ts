// Executes a random history: the host puts it behind the mark of `history`, and reads what came of it behind the mark of
// the trace. Knows nothing of what is right.

import * as ds from "@devicescript/core"
import {
    KernelQueue,
    MessageDescriptor,
    Region,
    requiredMemory,
} from "../../src"
import { Call, Field, Fill, Given, Head, isBlocking, Trace } from "./calls"
import {
    trace,
    startClock,
    tell,
    putBegin,
    beginEvent,
    endEvent,
} from "./drivertrace"
import {
    history,
    flash,
    schema,
    queues,
    regions,
    descriptors,
    Step,
    field,
} from "./driverstate"
import { callQueue, expectQueue } from "./driverqueue"
import { callMemory } from "./drivermemory"
import { runBlocking, putOutcome } from "./driverwait"

enum Size {
    /** Of a message before the history. */
    Warm = 1,
    /** Of those in a row. */
    Run = 200,
    Record = 12,
}

const isWatched = history[Head.Watched] === 1
/** Where the bytes behind each queue's own begin. */
const margins: number[] = []
/** Of each task. */
const fibers: ds.Fiber[] = []
const hasEnded: boolean[] = []
let alive = 0

function terminate(step: Step): number {
    const target = field(step.at, Field.First)
    if (
        target === step.task ||
        fibers[target] === undefined ||
        hasEnded[target]
    )
        return 0
    fibers[target].terminate()
    hasEnded[target] = true
    alive--
    return 1
}

function resume(step: Step): number {
    const fiber = fibers[field(step.at, Field.First)]
    if (fiber === undefined) return 0
    try {
        fiber.resume(1)
    } catch {
        // not parked, or gone: CONTRACT says nothing of those
    }
    return 0
}

function start(step: Step): number {
    const target = field(step.at, Field.First)
    if (target >= history[Head.TaskCount] || fibers[target] !== undefined)
        return 0
    startTask(target)
    return 1
}

function run(step: Step, call: Call): number {
    if (call === Call.Terminate) return terminate(step)
    if (call === Call.Resume) return resume(step)
    if (call === Call.Start) return start(step)
    return call >= Call.NewRegion
        ? callMemory(step, call)
        : callQueue(step, call)
}

/** An event: what was called, when, and what came of it; what the call adds stands behind. */
async function runCall(step: Step): Promise<void> {
    const { task, index } = step
    const call = field(step.at, Field.Call) as Call
    let result: any
    let event: number
    if (isBlocking(call)) {
        putBegin(task, index)
        tell(alive)
        result = await runBlocking(step, call)
        event = beginEvent(task, index)
        putOutcome(step, call, result)
    } else {
        event = beginEvent(task, index)
        result = run(step, call)
    }
    const isOfQueue = call <= Call.RecvRecordTimeout && isWatched
    endEvent(event, result, isOfQueue ? step.queue : undefined)
    checkMargins()
    tell(alive)
}

function checkMargins() {
    for (let i = 0; i < queues.length; ++i) {
        const backing = queues[i].backing()
        const untouched = 2779096485 // Fill.Untouched, four times
        for (let at = 0; at < Fill.Margin; at += 4)
            if (backing.getAt(margins[i] + at, "u32") !== untouched)
                trace.setAt(Trace.Broken, "u16", 1)
    }
}

async function runTask(task: number): Promise<void> {
    let at = Head.Calls as number
    for (let i = 0; i < task; ++i) at += history[Head.Tasks + i] * Field.Size
    const count = history[Head.Tasks + task]
    for (let index = 0; index < count; ++index) {
        await runCall({
            task,
            index,
            at,
            into: undefined,
            message: undefined,
            queue: queues[field(at, Field.Target) % queues.length],
        })
        at += Field.Size
    }
    hasEnded[task] = true
    alive--
    tell(alive)
}

function startTask(task: number) {
    alive++
    hasEnded[task] = false
    fibers[task] = runTask.start(task)
}

async function makeQueue(index: number): Promise<void> {
    const at = Head.Queues + index * Head.QueueSize
    const config = {
        ringSize: history[at],
        maxMsgSize: history[at + 1],
        overflow: history[at + 2],
        schema: history[at + 3] === 1 ? schema : undefined,
    }
    const size = requiredMemory(config)
    const backing = Buffer.alloc(size + Fill.Margin)
    backing.fillAt(0, size + Fill.Margin, Fill.Untouched)
    margins.push(size)
    const queue = new KernelQueue(config, backing)
    queues.push(queue)
    expectQueue()
    const count = history.getAt(at + 4, "u16")
    if (count > 0) await warm(queue, count)
}

/** So many messages go through before. */
async function warm(queue: KernelQueue, count: number): Promise<void> {
    const length = queue.config().schema === undefined ? Size.Warm : Size.Record
    const message = Buffer.alloc(length)
    for (let i = 0; i < count; ++i) {
        queue.send(message)
        queue.recv(message)
        // the VM allows so many steps in a row
        if (i % Size.Run === 0) await ds.sleep(1)
    }
}

for (let i = 0; i < history[Head.QueueCount]; ++i) await makeQueue(i)
regions.push(Region.immutable(flash))
regions.push(Region.appendOnly(Given.AppendOnly))
regions.push(Region.slab(Given.SlotSize, Given.SlotCount))
const { handle } = regions[0]
for (let length = 1; length <= 3; ++length)
    descriptors.push(
        new MessageDescriptor(handle.id, handle.generation, 0, length)
    )
startClock()
for (let i = 0; i < history[Head.TaskCount]; ++i)
    if ((history[Head.Sleeping] & (1 << i)) === 0) startTask(i)
tell(alive)
