// What CONTRACT says of a queue's calls that do not park, and of what tasks do to each other.

import { errors, Queue, withdraw } from "../model"
import {
    batchLength,
    Call,
    Coded,
    Field,
    Fill,
    records,
} from "../programs/calls"
import {
    Board,
    countOf,
    expectHeader,
    expectInto,
    expectMessage,
    expectRecord,
    offerOf,
    payload,
    priorityOf,
    roomOf,
} from "./board"
import { isCount } from "./memory"
import { End, Reader } from "./trace"

type Expectation = (board: Board, end: End) => void

/** Whether the call got what it asks for, and no junk. */
const hasObject = (board: Board) => board.field(Field.Object) === 0

function send(board: Board, { result }: End) {
    const offer = offerOf(board, board.field(Field.Call) as Call)
    const expected =
        typeof offer === "number"
            ? offer
            : board.queue.send(offer, priorityOf(board) as number)
    board.expect("the result", result, expected)
}

function recv(board: Board, { result, more }: End) {
    const call = board.field(Field.Call) as Call
    const isRecord = call === Call.RecvRecord
    const room = isRecord ? Infinity : roomOf(board)
    const isWrong =
        room === undefined ||
        (call !== Call.Recv && !hasObject(board)) ||
        (isRecord && board.queue.shape.schemaSize === undefined)
    const got = isWrong ? errors.invalidArgument : board.queue.receive(room)
    const message = typeof got === "number" ? undefined : got
    const expected = typeof got === "number" ? got : got.bytes.length
    board.expect("the result", result, expected)
    if (!isRecord) expectInto(board, more, room, message?.bytes ?? [])
    if (!message) return
    if (isRecord) expectRecord(board, more, message.bytes)
    else if (call === Call.RecvTyped) expectMessage(board, more, message)
}

function peek(board: Board, { result, more }: End) {
    const isPlain = board.field(Field.First) === 0xee
    const index = isPlain ? 0 : countOf(board, Field.First)
    const { queued } = board.queue
    let expected = 0
    if (!hasObject(board) || !isCount(index)) expected = errors.invalidArgument
    else if (index >= queued.length) expected = errors.queueEmpty
    board.expect("the result", result, expected)
    if (expected === 0) expectHeader(board, more, queued[index])
}

function sendBatch(board: Board, { result }: End) {
    const { queue, id } = board
    const count = board.field(Field.Buffer)
    const priority = priorityOf(board)
    const bad = board.field(Field.Object)
    let accepted = 0
    let failure = 0
    if (count >= Coded.Junk || priority === undefined)
        failure = errors.invalidArgument
    for (let i = 0; failure === 0 && i < count; ++i) {
        const first = board.field(Field.First)
        const length = batchLength(first, i, queue.shape.maxMsgSize)
        const content = () => payload(id + i, length)
        failure =
            bad > 0 && i === bad % count
                ? errors.invalidArgument
                : queue.send(
                      { isDescriptor: false, length, content },
                      priority as number
                  )
        if (failure === 0) accepted++
    }
    board.expect("the result", result, accepted > 0 ? accepted : failure)
}

function recvBatch(board: Board, { result, more }: End) {
    const room = roomOf(board)
    const max = countOf(board, Field.First)
    const bytes: number[] = []
    const lengths: number[] = []
    let failure = 0
    if (room === undefined || !hasObject(board) || !isCount(max))
        failure = errors.invalidArgument
    else
        while (lengths.length < max) {
            const got = board.queue.receive(room - bytes.length)
            if (typeof got === "number") {
                failure = got
                break
            }
            bytes.push(...got.bytes)
            lengths.push(got.bytes.length)
        }
    const expected = lengths.length > 0 ? lengths.length : failure
    board.expect("the result", result, expected)
    expectInto(board, more, room, bytes)
    board.expect("the lengths", more.list(), lengths)
}

/** What is reserved was left alone: undefined where nothing was written yet. */
function expectReserved(board: Board, more: Reader) {
    const expected = board.queue.reserved?.bytes ?? []
    board.expect("the reserved bytes", more.list(), expected)
}

function reserve(board: Board, { result }: End) {
    const length = countOf(board, Field.First)
    const priority = priorityOf(board)
    const { queue } = board
    const expected =
        isCount(length) && priority !== undefined
            ? queue.reserve(length, priority)
            : errors.invalidArgument
    if (expected < 0) return board.expect("the result", result, expected)
    queue.reserved?.bytes.fill(Fill.Reserved)
    if (result === undefined || result < 0)
        board.fail("the result", result, "an offset")
}

function commit(board: Board, { result, more }: End) {
    const { queue } = board
    const length = countOf(board, Field.First)
    expectReserved(board, more)
    const bytes = queue.reserved?.bytes
    // the driver writes before it calls
    if (bytes && typeof length === "number" && length >= 0)
        if (length <= bytes.length)
            for (let i = 0; i < length; ++i)
                bytes[i] = payload(board.id, i + 1)[i]
    const expected = isCount(length)
        ? queue.commit(length)
        : errors.invalidArgument
    board.expect("the result", result, expected)
}

function cancel(board: Board, { result, more }: End) {
    expectReserved(board, more)
    board.expect("the result", result, board.queue.cancel())
}

function front(board: Board, { result, more }: End) {
    const got = hasObject(board) ? board.queue.front() : errors.invalidArgument
    if (typeof got === "number") return board.expect("the result", result, got)
    if (result === undefined || result < 0)
        board.fail("the result", result, "an offset")
    expectHeader(board, more, got)
    board.expect("the front's bytes", more.list(), got.bytes)
}

function release(board: Board, { result, more }: End) {
    const bytes = board.queue.fronted?.bytes ?? []
    board.expect("the front's bytes", more.list(), bytes)
    board.expect("the result", result, board.queue.release())
}

function observe(board: Board, { result, more }: End) {
    const { queue } = board
    const { shape, available } = queue
    const flag = (value: boolean) => (value ? 1 : 0)
    board.expect("size", more.u8(), queue.queued.length)
    board.expect("available", more.u8(), available)
    board.expect("capacity", more.u8(), shape.ringSize)
    board.expect("isEmpty", more.u8(), flag(queue.queued.length === 0))
    board.expect("isFull", more.u8(), flag(available === 0))
    board.expect("isClosed", more.u8(), flag(queue.closed))
    board.expect("sendCount", more.u32(), queue.sent)
    board.expect("recvCount", more.u32(), queue.received)
    board.expect("config().ringSize", more.u8(), shape.ringSize)
    board.expect("config().maxMsgSize", more.u8(), shape.maxMsgSize)
    const filled = hasObject(board) ? 0 : errors.invalidArgument
    board.expect("the result of stats()", result, filled)
}

function terminate(board: Board, { result }: End) {
    const target = board.field(Field.First)
    const hasEnded = board.next[target] === board.history.tasks[target]?.length
    const isLiving =
        target !== board.task &&
        board.started.has(target) &&
        !board.dead.has(target) &&
        !hasEnded
    board.expect("terminated", result, isLiving ? 1 : 0)
    if (!isLiving) return
    board.dead.add(target)
    const wait = board.pending[target]?.wait
    if (wait) withdraw(wait)
}

function start(board: Board, { result }: End) {
    const target = board.field(Field.First)
    const isNew =
        target < board.history.tasks.length && !board.started.has(target)
    board.expect("started", result, isNew ? 1 : 0)
    if (isNew) board.started.add(target)
}

/** Another task's message is what its bytes are when it is admitted. */
function scribble(board: Board) {
    const held = board.outgoing[board.field(Field.First)]
    if (held?.bytes && !held.isFlash)
        held.bytes.splice(0, Infinity, ...payload(board.id, held.bytes.length))
    if (!held?.record) return
    const { a, b, c, d, e, f } = records[board.field(Field.Second)]
    Object.assign(held.record, { a, b, c, d, e, f })
}

const plain =
    (result: (queue: Queue) => number): Expectation =>
    (board, end) =>
        board.expect("the result", end.result, result(board.queue))

const expectations: Partial<Record<Call, Expectation>> = {
    [Call.Send]: send,
    [Call.SendDescriptor]: send,
    [Call.SendRecord]: send,
    [Call.Recv]: recv,
    [Call.RecvTyped]: recv,
    [Call.RecvRecord]: recv,
    [Call.Peek]: peek,
    [Call.SendBatch]: sendBatch,
    [Call.RecvBatch]: recvBatch,
    [Call.Reserve]: reserve,
    [Call.Commit]: commit,
    [Call.Cancel]: cancel,
    [Call.Front]: front,
    [Call.Release]: release,
    [Call.Observe]: observe,
    [Call.Terminate]: terminate,
    [Call.Start]: start,
    [Call.Scribble]: scribble,
    [Call.Resume]: () => {}, // means nothing to whoever waits
    [Call.Purge]: plain(queue => queue.purge()),
    [Call.Close]: plain(queue => {
        queue.close()
        return 0
    }),
}

export function expectQueueCall(board: Board, end: End, call: Call) {
    const expectation = expectations[call]
    if (!expectation) throw new Error(`no expectation of call ${call}`)
    expectation(board, end)
}
