// The states that histories reach: a net that never meets one cannot find its faults.

import { Queue } from "../model"
import { Call, Field } from "../programs/calls"
import { Board } from "./board"

const sequenceCount = 2 ** 16
const wrapMs = 2 ** 32

type State = [name: string, isIn: (queue: Queue) => boolean]

const ofQueues: State[] = [
    ["a full ring", queue => queue.queued.length === queue.shape.ringSize],
    [
        "several priorities in a ring",
        ({ queued }) => queued[0]?.priority !== queued.at(-1)?.priority,
    ],
    [
        "no entry left by a reservation and a front",
        queue => queue.available === 0 && queue.queued.length === 0,
    ],
    ["an entry reserved", queue => queue.reserved !== undefined],
    ["an entry fronted", queue => queue.fronted !== undefined],
    ["a receiver waits", queue => queue.receivers.length > 0],
    ["several receivers wait", queue => queue.receivers.length > 1],
    ["a sender waits", queue => queue.senders.length > 0],
    [
        "senders of several priorities wait",
        ({ senders }) => new Set(senders.map(each => each.priority)).size > 1,
    ],
    [
        "a sender waits where the oldest are dropped",
        queue => queue.shape.dropsOldest && queue.senders.length > 0,
    ],
    [
        "senders and receivers wait in one queue",
        queue => queue.senders.length > 0 && queue.receivers.length > 0,
    ],
    [
        "a task waits in several queues",
        ({ receivers }) => receivers.some(each => each.places.length > 1),
    ],
    [
        "a record waits to be sent",
        ({ senders }) => senders.some(each => each.offer?.isRecord),
    ],
    [
        "a descriptor waits to be sent",
        ({ senders }) => senders.some(each => each.offer?.isDescriptor),
    ],
    ["a closed queue with messages", q => q.closed && q.queued.length > 0],
    ["a message dropped", queue => queue.dropped > 0],
    [
        "sequences that have wrapped",
        ({ sent, shape }) => shape.before > 0 && sent > sequenceCount,
    ],
]

/** What one task has done to another. */
const ofOthers: Partial<Record<Call, string>> = {
    [Call.Terminate]: "is terminated",
    [Call.Resume]: "is resumed by another",
    [Call.Scribble]: "has its message changed",
}

/** Says what a task that is about to be touched is in the middle of. */
function touched(board: Board, call: Call) {
    const what = ofOthers[call]
    const pending = board.pending[board.field(Field.First)]
    if (!what || !pending) return
    if (pending.wait && pending.wait.outcome === undefined)
        return `a task that waits ${what}`
    return pending.wait
        ? `a task that was served, and has not run, ${what}`
        : `a task at the gate, or that pauses, ${what}`
}

/** Tells of each state that the board is in before a call. */
export function tellStates(board: Board, tell: (name: string) => void) {
    for (const [name, isIn] of ofQueues) if (board.queues.some(isIn)) tell(name)
    const { event, history } = board
    const touch = touched(board, board.field(Field.Call) as Call)
    if (touch && event.kind === "end") tell(touch)
    if (event.kind !== "end") return
    const pending = board.pending[board.task]
    if (!pending) return
    if (pending.result !== undefined && event.tick > pending.tick)
        tell("a return that the gate has delayed")
    const begun = history.uptimeMs + pending.tick
    const ended = history.uptimeMs + event.tick
    if (begun < wrapMs && ended >= wrapMs) tell("a call across 2^32 ms")
}
