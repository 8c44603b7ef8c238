// A board as the model sees it: its queues, regions and tasks at one event of a trace, and what its calls are made with.

import { errors, Message, Offer, Queue, Wait } from "../model"
import {
    byteOf,
    Call,
    Coded,
    counts,
    Field,
    Fill,
    Given,
    Priorities,
    priorities,
    records,
} from "../programs/calls"
import {
    Descriptor,
    descriptorBytes,
    isDescriptor,
    misfitOf,
    recordBytes,
    recordOf,
    Region,
    Regions,
} from "./memory"
import { History, isJunk, schemaSize } from "./shape"
import { Begin, End, Reader } from "./trace"

/** The board has done something else than the model. */
export class Difference extends Error {
    constructor(
        { task, index }: { task: number; index: number },
        what: string,
        board: unknown,
        model: unknown
    ) {
        super(
            `task ${task}, call ${index}: ${what}: the board says ${show(board)}, the model ${show(model)}`
        )
    }
}

function show(value: unknown) {
    return Array.isArray(value) ? `[${value}]` : String(value)
}

/** A blocking call that has not returned. */
export interface Pending {
    index: number
    tick: number
    /** Of its end at the latest. */
    deadline: number
    /** What it returns, if that was certain at once. */
    result: number | undefined
    message: Message | undefined
    wait: Wait | undefined
}

/** How late a call returned, and how that is called. */
export interface Late {
    kind: "timeout" | "served" | "at once" | "pause" | "timer"
    ticks: number
    /** For how long it had waited when it could have returned. */
    waited: number
    task: number
    index: number
}

export class Board {
    readonly queues: Queue[]
    readonly regions = new Regions()
    /** What the driver has under each number. */
    readonly regionAt: Region[] = []
    readonly descriptorAt: Descriptor[] = []
    /** The handle of a queue's own region, once it was asked for. */
    ownRegion: Region | undefined
    readonly pending: (Pending | undefined)[] = []
    /** What a task sends: another may change it. */
    readonly outgoing: any[] = []
    readonly next: number[] = []
    readonly dead = new Set<number>()
    readonly started = new Set<number>()
    readonly late: Late[] = []
    /** How often each call returned what. */
    readonly results: Record<string, number> = {}
    /** The event that is compared. */
    event!: Begin | End
    call!: Uint8Array

    constructor(readonly history: History) {
        this.queues = history.queues.map(
            ({ ringSize, maxMsgSize, dropsOldest, hasSchema, before }) =>
                new Queue({
                    ...{ ringSize, maxMsgSize, dropsOldest },
                    schemaSize: hasSchema ? schemaSize : undefined,
                    before,
                })
        )
        history.tasks.forEach((_, task) => {
            this.next[task] = 0
            if (!history.sleeping.includes(task)) this.started.add(task)
        })
        const slabSize = Given.SlotSize * Given.SlotCount
        const [immutable, append, slab] = [
            new Region("immutable", 1, 1, 0),
            new Region("append", 2, 1, Given.AppendOnly),
            new Region("slab", 3, 1, slabSize, Given.SlotSize),
        ]
        immutable.bytes = [...flashBytes]
        for (const region of [immutable, append, slab]) {
            this.regions.add(region)
            this.regionAt.push(region)
        }
        for (let length = 1; length <= 3; ++length)
            this.descriptorAt.push({ id: 1, generation: 1, offset: 0, length })
    }

    fail(what: string, board: unknown, model: unknown): never {
        throw new Difference(this.event, what, board, model)
    }

    expect(what: string, board: unknown, model: unknown) {
        const isSame =
            Array.isArray(board) && Array.isArray(model)
                ? board.length === model.length &&
                  board.every((each, i) => Object.is(each, model[i]))
                : Object.is(board, model)
        if (!isSame) this.fail(what, board, model)
    }

    /** A call returns that began at a tick, and could return since another. */
    noteLate(kind: Late["kind"], began: number, due: number) {
        const { task, index, tick } = this.event
        const late = { ticks: tick - due, waited: due - began }
        this.late.push({ kind, ...late, task, index })
    }

    get queue(): Queue {
        return this.queues[this.call[Field.Target] % this.queues.length]
    }

    get task() {
        return this.event.task
    }

    field(which: Field) {
        return this.call[which]
    }

    get id() {
        return (this.event.task << 8) | this.event.index
    }
}

export const flashBytes = [0xf1, 0xf2, 0xf3, 0xf4]

export function payload(id: number, length: number) {
    return Array.from({ length }, (_, i) => byteOf(id, i))
}

/** The bytes of a message, undefined for junk. */
export function messageOf(board: Board): number[] | undefined {
    const code = board.field(Field.Buffer)
    let bytes: number[] | undefined
    if (code === Coded.Flash) bytes = [...flashBytes]
    else if (!isJunk(code)) bytes = payload(board.id, code)
    board.outgoing[board.task] = { bytes, isFlash: code === Coded.Flash }
    return bytes
}

/** The room of a buffer to fill, in bytes; undefined for what cannot be filled. */
export function roomOf(board: Board): number | undefined {
    const code = board.field(Field.Buffer)
    return code >= Coded.Junk ? undefined : code
}

export function priorityOf(board: Board): number | undefined {
    const index = board.field(Field.Priority)
    if (index >= Priorities.Bad) return undefined
    return priorities[index] ?? 1
}

/** What comes into a buffer, and what stays as it was behind it. */
export function expectInto(
    board: Board,
    more: Reader,
    room: number | undefined,
    bytes: number[]
) {
    if (room === undefined) return
    const rest = Array(room - bytes.length).fill(Fill.Untouched)
    board.expect("the buffer", more.list(), [...bytes, ...rest])
}

export function expectHeader(board: Board, more: Reader, message: Message) {
    board.expect("length", more.u16(), message.bytes.length)
    board.expect("priority", more.u8(), message.priority)
    board.expect("flags", more.u8(), message.isDescriptor ? 1 : 0)
    board.expect("isDescriptor()", more.u8(), message.isDescriptor ? 1 : 0)
    board.expect("sequence", more.u16(), message.sequence)
}

export function expectMessage(board: Board, more: Reader, message: Message) {
    expectHeader(board, more, message)
    board.expect("kind", more.u8(), message.isDescriptor ? 1 : 0)
    board.expect("has descriptor", more.u8(), message.isDescriptor ? 1 : 0)
    if (!message.isDescriptor) return
    const fields = Buffer.from(message.bytes)
    board.expect("region id", more.u32(), fields.readUInt32LE(0))
    board.expect("generation", more.u32(), fields.readUInt32LE(4))
    board.expect("offset", more.u32(), fields.readUInt32LE(8))
    board.expect("length", more.u32(), fields.readUInt32LE(16))
}

export function expectRecord(board: Board, more: Reader, bytes: number[]) {
    const expected = recordOf(bytes)
    const got = expected.map(() => more.value())
    board.expect("the record", got, expected)
}

/** What a send brings; a number is why it cannot. */
export function offerOf(board: Board, call: Call): Offer | number {
    const { invalidArgument } = errors
    if (call === Call.Send || call === Call.SendTimeout) {
        const bytes = messageOf(board)
        if (!bytes || priorityOf(board) === undefined) return invalidArgument
        const held = board.outgoing[board.task]
        const { length } = bytes
        return { isDescriptor: false, length, content: () => [...held.bytes] }
    }
    const code = board.field(Field.First)
    if (call === Call.SendDescriptor || call === Call.SendDescriptorTimeout) {
        const given =
            code >= Coded.Junk ? undefined : { ...board.descriptorAt[code] }
        if (!given || !isDescriptor(given)) return invalidArgument
        if (priorityOf(board) === undefined) return invalidArgument
        return descriptorOffer(board, given)
    }
    const record = code >= Coded.Junk ? undefined : { ...records[code] }
    board.outgoing[board.task] = { record }
    const hasSchema = board.queue.shape.schemaSize !== undefined
    if (!record || !hasSchema || priorityOf(board) === undefined)
        return invalidArgument
    const content = () =>
        misfitOf(record) === "" ? recordBytes(record) : errors.schemaMismatch
    return { isDescriptor: false, isRecord: true, length: schemaSize, content }
}

function descriptorOffer(board: Board, given: Descriptor): Offer {
    const content = () => {
        const region = board.regions.find(given)
        if (typeof region === "number") return region
        return descriptorBytes(given) ?? errors.invalidArgument
    }
    return { isDescriptor: true, length: 24, content }
}

export function countOf(board: Board, which: Field): any {
    return counts[board.field(which)]
}
