// Random histories: what fast-check makes of CONTRACT's calls. What is rare in a program is not rare here.

import fc from "fast-check"
import {
    Call,
    Coded,
    codes,
    configs,
    Counts,
    counts,
    Field,
    formats,
    Given,
    Head,
    junk,
    messageSizes,
    names,
    overflows,
    Priorities,
    priorities,
    Records,
    records,
    ringSizes,
    timeouts,
    Timeouts,
} from "../programs/calls"
import { History, QueueShape, schemaSize } from "./shape"

/** Wrong arguments: so many of a hundred. */
const wrongPercent = 2
/** Of a header: it wraps there. */
const sequenceCount = 2 ** 16
const longestMessage = 30
/** Calls; eight tasks of so many make a history of 200. */
const longestTask = 25

const index = (max: number, min = 0) => fc.integer({ min, max })

/** Mostly the one, seldom the other. */
function seldom<A, B>(usual: fc.Arbitrary<A>, rare: fc.Arbitrary<B>) {
    return fc.oneof(
        { weight: 100 - wrongPercent, arbitrary: usual },
        { weight: wrongPercent, arbitrary: rare }
    )
}

const queue = index(Head.QueuesMax - 1)
const anyJunk = index(Coded.Junk + junk.length - 1, Coded.Junk)
const noRecord = index(junk.length, 1)
const message = seldom(
    fc.oneof(
        { weight: 12, arbitrary: index(5) },
        { weight: 4, arbitrary: fc.constant(schemaSize) },
        { weight: 2, arbitrary: index(longestMessage) },
        { weight: 1, arbitrary: fc.constant(Coded.Flash as number) }
    ),
    anyJunk
)
const into = seldom(
    fc.oneof(
        { weight: 3, arbitrary: index(longestMessage) },
        { weight: 7, arbitrary: index(longestMessage, 24) }
    ),
    fc.oneof(anyJunk, fc.constant(Coded.Flash as number))
)
const object = seldom(fc.constant(0), noRecord)
const priority = seldom(
    index(Priorities.Bad - 1),
    index(priorities.length - 1, Priorities.Bad)
)
const timeout = seldom(
    fc.oneof(
        { weight: 12, arbitrary: index(Timeouts.Forever - 1) },
        { weight: 2, arbitrary: fc.constant(Timeouts.Forever as number) }
    ),
    index(timeouts.length - 1, Timeouts.Bad)
)
/** A small number, or one that is no count. */
const count = seldom(
    fc.oneof(
        { weight: 8, arbitrary: index(8) },
        { weight: 2, arbitrary: index(Counts.Huge - 1) }
    ),
    index(counts.length - 1, Counts.Huge)
)
/** What memory may be made of: the board has not much of it. */
const memorySize = seldom(index(8), index(counts.length - 1, Counts.Huge))
const record = seldom(
    fc.oneof(
        { weight: 8, arbitrary: index(Records.Bad - 1) },
        { weight: 2, arbitrary: index(records.length - 1, Records.Bad) }
    ),
    anyJunk
)
const slot = index(2)
/** Mostly the slab that is there from the start. */
const slabSlot = fc.oneof(fc.constant(2), slot)
const task = index(Head.TasksMax - 1)

type Fields = Partial<Record<Field, fc.Arbitrary<number>>>

/** What each call is made with, and how often it comes beside the others. */
const calls: [Call, number, Fields][] = [
    [Call.Send, 10, { [Field.Buffer]: message, [Field.Priority]: priority }],
    [Call.Recv, 8, { [Field.Buffer]: into }],
    [Call.RecvTyped, 4, { [Field.Buffer]: into, [Field.Object]: object }],
    [
        Call.Peek,
        1,
        {
            [Field.First]: fc.oneof(count, fc.constant(0xee)),
            [Field.Object]: object,
        },
    ],
    [
        Call.SendBatch,
        2,
        {
            [Field.Buffer]: seldom(index(5), anyJunk),
            [Field.First]: index(8),
            [Field.Object]: seldom(fc.constant(0), index(9, 1)),
            [Field.Priority]: priority,
        },
    ],
    [
        Call.RecvBatch,
        2,
        {
            [Field.Buffer]: into,
            [Field.First]: count,
            [Field.Object]: seldom(fc.constant(0), index(junk.length - 1, 1)),
        },
    ],
    [Call.Reserve, 4, { [Field.First]: count, [Field.Priority]: priority }],
    [Call.Commit, 4, { [Field.First]: count }],
    [Call.Cancel, 2, {}],
    [Call.Front, 4, { [Field.Object]: object }],
    [Call.Release, 4, {}],
    [Call.Purge, 1, {}],
    [Call.Close, 1, {}],
    [Call.Observe, 2, { [Field.Object]: object }],
    [
        Call.SendDescriptor,
        3,
        {
            [Field.First]: seldom(slot, anyJunk),
            [Field.Priority]: priority,
        },
    ],
    [Call.SendRecord, 3, { [Field.First]: record, [Field.Priority]: priority }],
    [Call.RecvRecord, 2, { [Field.Object]: object }],
    [
        Call.SendTimeout,
        16,
        {
            [Field.Buffer]: message,
            [Field.Priority]: priority,
            [Field.Timeout]: timeout,
        },
    ],
    [Call.RecvTimeout, 16, { [Field.Buffer]: into, [Field.Timeout]: timeout }],
    [
        Call.RecvTypedTimeout,
        6,
        {
            [Field.Buffer]: into,
            [Field.Object]: object,
            [Field.Timeout]: timeout,
        },
    ],
    [
        Call.SendDescriptorTimeout,
        5,
        {
            [Field.First]: seldom(slot, anyJunk),
            [Field.Priority]: priority,
            [Field.Timeout]: timeout,
        },
    ],
    [
        Call.SendRecordTimeout,
        5,
        {
            [Field.First]: record,
            [Field.Priority]: priority,
            [Field.Timeout]: timeout,
        },
    ],
    [
        Call.RecvRecordTimeout,
        5,
        { [Field.Object]: object, [Field.Timeout]: timeout },
    ],
    [
        Call.RecvAny,
        8,
        {
            [Field.First]: seldom(index(7, 1), fc.constant(0)),
            [Field.Second]: seldom(index(1), fc.oneof(index(3), anyJunk)),
            [Field.Buffer]: into,
            [Field.Object]: object,
            [Field.Timeout]: timeout,
        },
    ],
    [
        Call.Sleep,
        4,
        {
            [Field.Timeout]: seldom(
                index(Timeouts.Forever - 1),
                index(Timeouts.PauseEnd - 1, Timeouts.Forever)
            ),
        },
    ],
    [Call.VmSleep, 3, { [Field.Timeout]: index(Timeouts.Forever - 1) }],
    [Call.Terminate, 2, { [Field.First]: task }],
    [Call.Resume, 4, { [Field.First]: task }],
    [Call.Start, 3, { [Field.First]: task }],
    [
        Call.Scribble,
        2,
        { [Field.First]: task, [Field.Second]: index(records.length - 1) },
    ],
    [
        Call.NewRegion,
        1,
        {
            [Field.Target]: slot,
            [Field.Second]: index(2),
            [Field.First]: memorySize,
            [Field.Priority]: memorySize,
            [Field.Buffer]: message,
        },
    ],
    [Call.Append, 1, { [Field.Target]: slot, [Field.Buffer]: message }],
    [
        Call.ReadRegion,
        1,
        {
            [Field.Target]: slot,
            [Field.Buffer]: into,
            [Field.First]: count,
            [Field.Second]: count,
        },
    ],
    [
        Call.GetAt,
        1,
        {
            [Field.Target]: slot,
            [Field.First]: count,
            [Field.Second]: index(formats.length - 1),
            [Field.Object]: index(3),
        },
    ],
    [Call.Alloc, 2, { [Field.Target]: slabSlot }],
    [
        Call.Free,
        1,
        {
            [Field.Target]: slabSlot,
            [Field.First]: seldom(index(Given.SlotCount - 1), count),
        },
    ],
    [
        Call.Write,
        2,
        {
            [Field.Target]: slabSlot,
            [Field.First]: seldom(index(Given.SlotCount - 1), count),
            [Field.Second]: seldom(index(1), count),
            [Field.Buffer]: message,
        },
    ],
    [Call.Destroy, 1, { [Field.Target]: slot }],
    [
        Call.NewDescriptor,
        2,
        {
            [Field.Target]: slot,
            [Field.Buffer]: slot,
            [Field.First]: count,
            [Field.Second]: count,
            [Field.Object]: seldom(fc.constant(0), index(7, 1)),
        },
    ],
    [Call.ReadDescriptor, 1, { [Field.First]: slot, [Field.Buffer]: into }],
    [
        Call.ToBytes,
        1,
        { [Field.First]: slot, [Field.Buffer]: into, [Field.Second]: count },
    ],
    [Call.FromBytes, 1, { [Field.Buffer]: message, [Field.First]: count }],
    [
        Call.Encode,
        1,
        {
            [Field.First]: record,
            [Field.Second]: count,
            [Field.Buffer]: into,
        },
    ],
    [
        Call.Decode,
        1,
        {
            [Field.Buffer]: message,
            [Field.First]: count,
            [Field.Object]: object,
        },
    ],
    [Call.Explain, 1, { [Field.First]: record }],
    [
        Call.Config,
        1,
        {
            [Field.Buffer]: index(ringSizes.length - 1),
            [Field.Priority]: index(messageSizes.length - 1),
            [Field.Timeout]: seldom(index(2), index(overflows.length - 1)),
            [Field.First]: seldom(index(2), index(names.length - 1)),
            [Field.Second]: index(1),
            [Field.Object]: seldom(fc.constant(0), index(configs.length - 1)),
        },
    ],
    [
        Call.NewQueue,
        1,
        {
            [Field.Target]: index(3),
            [Field.Buffer]: seldom(index(4), index(ringSizes.length - 1)),
            [Field.Priority]: seldom(index(4), index(messageSizes.length - 1)),
            [Field.Timeout]: seldom(index(2), index(overflows.length - 1)),
            [Field.First]: seldom(index(2), index(names.length - 1)),
            [Field.Second]: index(1),
            [Field.Object]: seldom(fc.constant(0), index(configs.length - 1)),
        },
    ],
    [Call.ErrorName, 1, { [Field.First]: index(codes.length - 1) }],
    [Call.Check, 1, { [Field.First]: index(codes.length - 1) }],
]

function callOf([call, weight, fields]: [Call, number, Fields]) {
    const parts = Array.from({ length: Field.Size as number }, (_, i) => {
        if (i === Field.Call) return fc.constant(call as number)
        const given = fields[i as Field]
        if (given) return given
        const isOfQueue = i === Field.Target && call <= Call.RecvRecordTimeout
        return isOfQueue ? queue : fc.constant(0)
    })
    return { weight, arbitrary: fc.tuple(...parts) as fc.Arbitrary<number[]> }
}

const anyCall = fc.oneof(...calls.map(callOf))

const queueShape: fc.Arbitrary<QueueShape> = fc
    .record({
        ringSize: fc.constantFrom(1, 2, 4, 16),
        maxMsgSize: fc.constantFrom(1, 5, 7, 24, 28, 28),
        dropsOldest: fc.boolean(),
        hasSchema: fc.oneof(
            { weight: 3, arbitrary: fc.constant(false) },
            { weight: 1, arbitrary: fc.constant(true) }
        ),
        before: fc.oneof(
            { weight: 200, arbitrary: fc.constant(0) },
            // then the sequence wraps within the history
            { weight: 1, arbitrary: fc.constant(sequenceCount - 2) }
        ),
    })
    .map(shape =>
        shape.hasSchema
            ? { ...shape, maxMsgSize: Math.max(shape.maxMsgSize, schemaSize) }
            : shape
    )

const callsOf = (minLength: number, maxLength: number) =>
    fc.array(anyCall, { minLength, maxLength, size: "max" })

/** Short histories find simple faults, and are quick; long ones reach states. */
const taskCalls = fc.oneof(
    { weight: 1, arbitrary: callsOf(1, 8) },
    { weight: 5, arbitrary: callsOf(1, longestTask) }
)

const wrapMs = 2 ** 32
const signMs = 2 ** 31

export const chargesMs = [0, 0.1, 0.3, 1.2]

/** A program that begins in the very tick of the wrap never does: the VM starts no task there. */
const uptime = fc.oneof(
    { weight: 40, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: signMs - 400, max: signMs }) },
    {
        weight: 2,
        arbitrary: fc.integer({ min: wrapMs - 500, max: wrapMs - 30 }),
    }
)

export const histories: fc.Arbitrary<History> = fc
    .record({
        queues: fc.array(queueShape, {
            minLength: 1,
            maxLength: Head.QueuesMax,
            size: "max",
        }),
        tasks: fc.array(taskCalls, {
            minLength: 1,
            maxLength: Head.TasksMax,
            size: "max",
        }),
        sleeping: fc.subarray([1, 2, 3, 4, 5, 6, 7], { maxLength: 3 }),
        watched: fc.boolean(),
        chargeMs: fc.constantFrom(...chargesMs),
        gcStress: fc.oneof(
            { weight: 30, arbitrary: fc.constant(false) },
            { weight: 1, arbitrary: fc.constant(true) }
        ),
        uptimeMs: uptime,
    })
    .map(withItsLimits)

/** Near the wrap the VM's clock must go on a little at each reading, and the VM's own pauses may hang. */
function withItsLimits(history: History): History {
    if (history.uptimeMs < wrapMs - 1000) return history
    const chargeMs = history.chargeMs === 0 ? 0.01 : history.chargeMs
    const tasks = history.tasks.map(task =>
        task.map(call =>
            call[0] === Call.VmSleep ? [Call.Sleep, ...call.slice(1)] : call
        )
    )
    const queues = history.queues.map(queue => ({ ...queue, before: 0 }))
    return { ...history, chargeMs, tasks, queues }
}
