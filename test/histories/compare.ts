// Compares what a board did with the model, event by event. As no task is interrupted, the order of the events is that
// of the calls: the model follows it, whatever the gate and the VM make of the schedule.

import { errors, Queue, time } from "../model"
import { Call, Field, isBlocking } from "../programs/calls"
import { Board, Difference } from "./board"
import { expectMemoryCall } from "./memorycalls"
import { expectQueueCall } from "./queuecalls"
import { History } from "./shape"
import { eventsOf, Reader } from "./trace"
import { tellStates } from "./states"
import { begin, finish } from "./waitingcalls"

/** Its figures add up, whatever the model says, and are the model's. */
function expectFigures(board: Board, figures: Reader, queue: Queue) {
    const [sent, received, dropped, purged, timedOut] = [
        ...[figures.u16(), figures.u16(), figures.u16()],
        ...[figures.u16(), figures.u16()],
    ]
    const [highWater, size] = [figures.u8(), figures.u8()]
    const sum = (received + size + dropped + purged) & 0xffff
    board.expect("sent = received + size + dropped + purged", sent, sum)
    board.expect("stats.sent", sent, queue.sent & 0xffff)
    board.expect("stats.received", received, queue.received & 0xffff)
    board.expect("stats.dropped", dropped, queue.dropped)
    board.expect("stats.purged", purged, queue.purged)
    board.expect("stats.timeouts", timedOut, queue.timeouts)
    board.expect("stats.highWater", highWater, queue.highWater)
    board.expect("stats.size", size, queue.queued.length)
    const { senders, receivers } = queue
    board.expect("stats.waitingSenders", figures.u8(), senders.length)
    board.expect("stats.waitingReceivers", figures.u8(), receivers.length)
}

/**
 * Follows a trace.
 * @param tell is told the states that the model was in
 * @throws {Difference} where the board leaves the model
 */
export function compare(
    history: History,
    trace: Buffer,
    tell: (state: string) => void = () => {}
): Board {
    const board = new Board(history)
    for (const event of eventsOf(trace)) {
        board.event = event
        time.now = event.tick
        const { task, index } = event
        board.call = Uint8Array.from(history.tasks[task]?.[index] ?? [])
        if (board.dead.has(task)) board.fail("a dead task", "runs", "does not")
        if (!board.started.has(task)) board.fail("a task", "runs", "sleeps")
        board.expect("the call that is made", index, board.next[task])
        tellStates(board, tell)
        if (event.kind === "begin") {
            begin(board, event)
            continue
        }
        board.next[task]++
        const call = board.field(Field.Call) as Call
        if (isBlocking(call)) finish(board, event)
        else if (call >= Call.NewRegion) expectMemoryCall(board, event, call)
        else expectQueueCall(board, event, call)
        const name = resultName(call, event.result)
        board.results[name] = (board.results[name] ?? 0) + 1
        if (!event.more.isAtEnd) board.fail("more than the call adds", 1, 0)
        if (event.figures) expectFigures(board, event.figures, board.queue)
    }
    return board
}

function isNearWrap({ history }: Board) {
    return history.uptimeMs > 2 ** 31 + 1000
}

/** At the end: who can return has returned. */
export function expectNobodyForgotten(board: Board) {
    board.history.tasks.forEach((calls, task) => {
        if (!board.started.has(task) || board.dead.has(task)) return
        const index = board.next[task]
        if (index === calls.length) return
        // the VM never runs a task that is started in the very tick of the wrap
        if (index === 0 && !board.pending[task] && isNearWrap(board)) return
        const pending = board.pending[task]
        const waitsForEver =
            pending?.wait?.outcome === undefined &&
            pending?.result === undefined &&
            pending?.deadline === Infinity
        if (!pending || !waitsForEver)
            throw new Difference(
                { task, index },
                "a call that can return",
                "waits for ever",
                "it returns"
            )
    })
}

const errorNames = new Map(
    Object.entries(errors).map(([name, code]) => [code, name])
)

/** A result's name, for the counts. */
function resultName(call: Call, result: number | undefined) {
    const what = Call[call]
    if (result === undefined) return `${what}: no integer`
    return `${what}: ${result >= 0 ? "done" : (errorNames.get(result) ?? result)}`
}
