// What CONTRACT says of the calls that may park: what they do at once, what they return, and when.

import { dueOf, enter, errors, Message, Queue, Wait, withdraw } from "../model"
import { Call, Field, timeouts } from "../programs/calls"
import {
    Board,
    expectInto,
    expectMessage,
    expectRecord,
    offerOf,
    Pending,
    priorityOf,
    roomOf,
} from "./board"
import { Begin, End } from "./trace"

/** Of a call that may park: what the model makes of its beginning. */
export function begin(board: Board, { tick, index }: Begin) {
    const call = board.field(Field.Call) as Call
    const timeout = timeouts[board.field(Field.Timeout)]
    const isTimeout = typeof timeout === "number" && timeout >= 0
    const pending: Pending = {
        ...{ index, tick, deadline: Infinity },
        ...{ result: undefined, message: undefined, wait: undefined },
    }
    board.pending[board.task] = pending
    if (call === Call.Sleep || call === Call.VmSleep) {
        // the VM's own takes whole ticks
        const round = call === Call.Sleep ? Math.ceil : Math.floor
        pending.deadline = tick + (isTimeout ? round(timeout) : 0)
        return
    }
    const attempt = attemptOf(board, call, isTimeout)
    pending.result = attempt.result
    pending.message = attempt.message
    const isLacking =
        attempt.result === errors.queueFull ||
        attempt.result === errors.queueEmpty
    if (!isLacking) return
    pending.result = undefined
    pending.deadline = tick + Math.ceil(timeout)
    if (timeout > 0 && attempt.wait) {
        pending.wait = attempt.wait
        enter(attempt.wait, attempt.places)
    } else expire(pending, attempt.places)
}

/** Out of time. */
function expire(pending: Pending, places: Queue[]) {
    pending.result = errors.timeout
    for (const queue of places) queue.timeouts++
}

interface Attempt {
    result: number
    message?: Message
    /** How it waits, should it have to, and where. */
    wait?: Wait
    places: Queue[]
}

function attemptOf(board: Board, call: Call, isTimeout: boolean): Attempt {
    const places = [board.queue]
    const isSend =
        call === Call.SendTimeout ||
        call === Call.SendDescriptorTimeout ||
        call === Call.SendRecordTimeout
    if (isSend) {
        const offer = offerOf(board, call)
        if (typeof offer === "number" || !isTimeout)
            return { result: errors.invalidArgument, places }
        const priority = priorityOf(board) as number
        const result = board.queue.send(offer, priority)
        const wait = new Wait(board.task, offer, priority, 0)
        return { result, wait, places }
    }
    if (call === Call.RecvAny) return attemptAny(board, isTimeout)
    const isRecord = call === Call.RecvRecordTimeout
    const room = isRecord ? Infinity : roomOf(board)
    const isWrong =
        !isTimeout ||
        room === undefined ||
        (call !== Call.RecvTimeout && board.field(Field.Object) !== 0) ||
        (isRecord && board.queue.shape.schemaSize === undefined)
    if (isWrong) return { result: errors.invalidArgument, places }
    const received = board.queue.receive(room)
    if (typeof received !== "number")
        return {
            result: received.bytes.length,
            message: received,
            places,
        }
    const wait = new Wait(board.task, undefined, 0, room)
    return { result: received, wait, places }
}

function attemptAny(board: Board, isTimeout: boolean): Attempt {
    const kind = board.field(Field.Second)
    const mask = board.field(Field.First)
    const list = board.queues.filter((_, i) => (mask & (1 << i)) !== 0)
    if (kind === 1) list.reverse()
    const room = roomOf(board)
    const isWrong =
        !isTimeout ||
        kind > 1 ||
        list.length === 0 ||
        room === undefined ||
        board.field(Field.Object) !== 0
    if (isWrong) return { result: errors.invalidArgument, places: list }
    const due = dueOf(list)
    const indexOf = new Map(list.map((queue, i) => [queue, i]))
    const wait = new Wait(board.task, undefined, 0, room, indexOf)
    if (typeof due === "number") return { result: due, wait, places: list }
    const received = due.receive(room)
    if (typeof received === "number") return { result: received, places: list }
    const result = indexOf.get(due) as number
    return { result, message: received, places: list }
}

/** Of a call that may park: its return. */
export function finish(board: Board, end: End) {
    const call = board.field(Field.Call) as Call
    const pending = board.pending[board.task]
    if (pending?.index !== end.index)
        board.fail("a return", end.index, pending?.index)
    board.pending[board.task] = undefined
    const { tick } = end
    if (call === Call.Sleep || call === Call.VmSleep) {
        if (tick < pending.deadline)
            board.fail("a pause that ends", tick, pending.deadline)
        const kind = call === Call.Sleep ? "pause" : "timer"
        board.noteLate(kind, pending.tick, pending.deadline)
        return
    }
    settle(board, pending, end)
    const result = pending.result as number
    board.expect("the result", end.result, result)
    const { message } = pending
    const room = roomOf(board)
    const typed = call === Call.RecvTypedTimeout || call === Call.RecvAny
    if (call === Call.RecvTimeout || typed) {
        expectInto(board, end.more, room, message?.bytes ?? [])
        if (typed && message) expectMessage(board, end.more, message)
    } else if (call === Call.RecvRecordTimeout && message)
        expectRecord(board, end.more, message.bytes)
}

/** What a call that waited returns, and how late. */
function settle(board: Board, pending: Pending, { tick, result }: End) {
    const { wait, deadline } = pending
    if (!wait) {
        board.noteLate("at once", pending.tick, pending.tick)
        return
    }
    if (wait.outcome !== undefined) {
        pending.result = wait.outcome
        pending.message = wait.delivered
        board.noteLate("served", pending.tick, wait.servedAt)
        return
    }
    if (result !== errors.timeout)
        board.fail("a call that still waits returns", result, "nothing")
    if (tick < deadline) board.fail("a timeout at tick", tick, deadline)
    board.noteLate("timeout", pending.tick, deadline)
    const places = wait.indexOf ? [...wait.indexOf.keys()] : wait.places
    withdraw(wait)
    expire(pending, places)
}
