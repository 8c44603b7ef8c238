/**
 * One gate for all queues. It keeps tasks that use queues from starving timers and the board. It owns `phase`: see the
 * table in phase.ts. "Ours" are tasks in a blocking call or `sleep` of this library.
 *
 * The VM runs resumed tasks before all timers. Packets, services and the log run only when no task is due. So tasks
 * that press (that hand messages to each other without a pause) would keep the processor. Only these the gate slows:
 *
 * - Look first. Each task that is entered checks the clock. After some ticks it starts a task, the look, which runs
 *   once, behind all that is due. If none of ours was entered meanwhile, timers and the board have had their turn.
 *   A timeout that ends before any other task of ours runs in its tick shows the same at no cost.
 * - If the look is overdue, the gate closes: tasks that return from a blocking call, or are served, park at it. When
 *   the timers have run, the keeper, a task of the library, lets them in, a few at a time.
 * - If the board has had no chance for long, all are kept at the gate until it had some.
 * - The task that was let in longest ago goes first. A few pass a closed gate: receivers of Urgent messages, tasks
 *   served by one that does not press, and tasks that have slept.
 *
 * The gate delays only the return of a call. What the call did is done, and no deadline counts the delay.
 */

import * as ds from "@devicescript/core"
import { BoardTicks, forgiveDebt, isBoardWaiting } from "./board"
import { noteChance } from "./board"
import { credit, freshUntil, giveCredit, giveCreditUntil, takeCredit } from "./credit"
import { admitBatch, firstAtGate, putAtGate } from "./entrance"
import { GiveWay, LetIn, Limit, Mark, Never, Phase, Ticks } from "./phase"
import { freeTask, newestTask, takeTask, Task } from "./tasks"
import { giveTurn, isAtWrap, isWrapNear, needsGuard } from "./wake"
import { resumeDue, safeUntil, ticksToWrap, WrapTicks } from "./wake"

let phase = Phase.Resting
/** The ticks at which tasks of ours were entered last, and before that: see `Mark`. */
let lastEntered = Never
let enteredBefore = Never
/** The value of `lastEntered` when the look was started. If it is unchanged, none of ours was entered since. */
let lookMark = Never
// What is left of `Limit.Trust`, `Guests` and `Sleepers`.
let trust = 0
let guestsLeft = 0
let sleepersLeft = 0
/** The task `keep`. Undefined until it is first needed. */
let keeper: ds.Fiber
/** Whether the keeper is parked and may be resumed early. */
let isKeeperIdle = false
/** Whether some task has a deadline that only the keeper can end: see wake.ts. */
let isGuarding = false
/** The tick of the next wrap, once the keeper guards it. */
let wrapAt = Infinity

// What tasks call.

/** Spends the credit for one return or resume. Returns false if there is none: then the task must give way. */
export function spendCredit(): boolean {
    if (credit.left <= 0) {
        if (phase === Phase.Resting) startLook()
        if (credit.left <= 0) return false
    }
    credit.left--
    return true
}

/** For a task that has its outcome: resumes it, or puts it at the gate. */
export function letRun(task: Task, isUrgent: boolean) {
    if (task.nextAtGate !== undefined) return
    if (!spendCredit()) {
        let most = 0
        if (isUrgent) {
            task.letInAt = LetIn.Urgent
            most = -Limit.Urgent
        } else if (lastEntered !== ds.millis()) task.letInAt = LetIn.Light // the sender is none of ours, or has slept
        if (task.letInAt > 0 || guestsLeft <= most) {
            detain(task)
            return
        }
        guestsLeft--
    }
    task.fiber.resume(undefined)
}

/** Puts a task at the gate. Returns false: it may not go on. */
function detain(task: Task): boolean {
    putAtGate(task)
    if (phase === Phase.LastTick) hasten()
    return false
}

/** Each task of ours calls this when it runs again. */
export function onEntered() {
    const now = ds.millis()
    enteredBefore = lastEntered
    lastEntered = now
    if (now <= freshUntil) credit.left = Limit.Credit
    else onEnteredLate(now)
}

function onEnteredLate(now: number) {
    credit.left = 0
    if (phase === Phase.Resting) {
        const pause = now - enteredBefore
        if (pause > BoardTicks.LongestDebt) trust = Limit.Trust
        if (pause >= Ticks.Pause)
            if (--trust >= 0) {
                if (pause >= Ticks.LongPause) noteChance(now, pause)
                if (!isBoardWaiting(now)) return giveCredit(now)
            }
        startLook()
    } else if (phase === Phase.LastTick) {
        credit.left = Limit.Credit
        hasten()
    } else if (now >= wrapAt) hasten()
}

/**
 * For a task whose deadline has come. Returns whether it may go on; if not, it is at the gate.
 * @param timeout how long it has slept, in ticks of a millisecond
 */
export function mayEnd(task: Task, timeout: number): boolean {
    const now = ds.millis()
    if (timeout >= Ticks.Patient) {
        if (phase === Phase.Board)
            if (--sleepersLeft < 0) {
                task.letInAt = now - Ticks.Lead
                return detain(task)
            }
    } else if (credit.left <= 0) return detain(task)
    task.letInAt = now
    lastEntered = now + Mark.Slept
    if (phase !== Phase.Resting) return true
    const pause = task.deadline - enteredBefore
    if (pause < Ticks.LongPause) {
        // proves an idle moment only if it woke on time, with none of ours just before
        if (now !== task.deadline) return true
        if (pause <= 1) return true
    }
    noteChance(now, pause)
    trust = Limit.Trust
    if (!isBoardWaiting(now)) giveCredit(now)
    return true
}

/** Parks the calling task until it may go on. */
export async function giveWay(why: GiveWay): Promise<void> {
    const now = ds.millis()
    // near the wrap this wakes the keeper: only it lets tasks in there
    if (phase === Phase.Resting) if (now > freshUntil) startLook()
    // near the wrap a task without a record must not park on a timer: nobody would resume it
    if (!isWrapNear(now) && (now <= freshUntil || phase === Phase.Resting)) {
        await giveTurn()
        onEntered()
        if (spendCredit()) return
    }
    const task = takeTask(Infinity)
    task.outcome = 0
    if (why === GiveWay.Pause) task.callsLeft = 0
    if (--task.callsLeft < 0) {
        detain(task)
        await passGate(task)
    }
    freeTask(task)
}

/** Parks the calling task until it is let in. Any other resume changes nothing. */
export async function passGate(task: Task): Promise<void> {
    while (task.nextAtGate !== undefined) await park(Infinity)
}

/**
 * Parks the calling task until it is resumed, or until a deadline. It may return early, so callers loop.
 * @param deadline a tick in the future; Infinity if there is none
 */
export async function park(deadline: number): Promise<void> {
    if (deadline >= safeUntil)
        if (needsGuard(deadline)) {
            if (!isGuarding) isGuarding = wakeKeeper()
            deadline = Infinity // the keeper resumes it
        }
    const left = deadline - ds.millis()
    await ds.suspend(deadline === Infinity ? Infinity : Math.min(left, WrapTicks.LongestSleep))
    onEntered()
}

// The look.

/** Near the wrap the keeper does its work: a task that is started there may never run. */
function startLook() {
    const now = ds.millis()
    if (isWrapNear(now)) wakeKeeper()
    else if (!isAtWrap()) {
        if (lookMark === Never) forgiveDebt(now, 0)
        giveCredit(now)
        phase = Phase.Open
        lookAgain(now)
    }
}

function lookAgain(now: number) {
    guestsLeft = Limit.Guests
    lookMark = now + Mark.Look
    lastEntered = lookMark
    look.start()
}

/** A task of its own. It was started last, so it runs behind all that was due then. */
async function look(): Promise<void> {
    if (phase !== Phase.Open) return
    const now = ds.millis()
    if (firstAtGate === undefined) {
        const isIdle = lastEntered === lookMark
        if (isIdle) {
            noteChance(now, Ticks.LongPause)
            trust = Limit.Trust
        } else if (now <= freshUntil) return lookAgain(now)
        if (isIdle || !isBoardWaiting(now)) {
            phase = Phase.Resting
            return giveCredit(now)
        }
    }
    phase = Phase.Shut
    wakeKeeper()
}

// The keeper.

/** Returns whether there is a keeper: at the very tick of the wrap the VM starts none. */
function wakeKeeper(): boolean {
    if (keeper !== undefined) hasten()
    else if (!isAtWrap()) keeper = keep.start()
    return keeper !== undefined
}

/** Resumes an idle keeper, so that it runs before all timers. Behind the wrap any keeper: its timer may never end. */
function hasten() {
    if (!isKeeperIdle) if (ds.millis() < wrapAt) return
    isKeeperIdle = false
    keeper.resume(undefined)
}

/** The keeper: one task for all phases that need one. */
async function keep(): Promise<void> {
    for (;;) {
        const now = ds.millis()
        if (isWrapNear(now)) await crossWrap()
        else if (phase === Phase.Shut) await admitAll()
        else {
            const left = ticksToWrap(now) - WrapTicks.Approach
            isKeeperIdle = true
            await ds.suspend(isGuarding ? Math.min(left, WrapTicks.LongestSleep) : Infinity)
            isKeeperIdle = false
        }
    }
}

/** Lets tasks in by batches, with timers in between, until none is left, or a slice is over and all had a turn. */
async function admitAll(): Promise<void> {
    takeCredit()
    await giveTurn() // tasks resumed before run first, and all timers that are due
    const start = ds.millis()
    if (isBoardWaiting(start)) await serveBoard()
    else giveCredit(start)
    while (firstAtGate !== undefined) {
        const now = ds.millis()
        if ((now > freshUntil && firstAtGate.letInAt >= start) || isWrapNear(now)) return
        if (isBoardWaiting(now)) await serveBoard()
        letSomeIn()
        await giveTurn()
    }
    phase = Phase.Resting
    startLook()
}

/**
 * Keeps all tasks at the gate until the board had some chances. A chance is proved when no task of ours was entered
 * after the keeper was due: then the VM had nothing of ours to run before it. A task of others may have run all the
 * same. That is why one chance is not enough.
 */
async function serveBoard(): Promise<void> {
    phase = Phase.Board
    takeCredit()
    sleepersLeft = Limit.Sleepers
    guestsLeft = Limit.Guests
    const latest = ds.millis() + BoardTicks.LongestShut
    let left: number = Limit.Chances
    while (left > 0 && ds.millis() < latest) {
        const due = ds.millis() + Ticks.Nap
        await ds.suspend(Ticks.Nap)
        if (lastEntered < due) {
            noteChance(ds.millis(), 0)
            left--
        }
    }
    const now = ds.millis()
    forgiveDebt(now, BoardTicks.OwedAfterShut)
    phase = Phase.Shut
    giveCredit(now)
}

/** One round: a batch is let in, and guests are counted anew. */
function letSomeIn() {
    guestsLeft = Limit.Guests
    admitBatch()
}

// The wrap of the VM's wake times: see wake.ts.

/**
 * Guards the deadlines across the wrap. The keeper checks them each tick. In the end it stays due all the time: a task
 * that is due when another one is entered runs next, however long that one holds the processor.
 */
async function crossWrap(): Promise<void> {
    phase = Phase.Crossing
    wrapAt = ds.millis() + ticksToWrap(ds.millis())
    while (ds.millis() < wrapAt - 1) {
        const tick = ds.millis()
        giveCreditUntil(tick + 1)
        await resumeAll(tick)
        if (ds.millis() === tick) if (tick < wrapAt - WrapTicks.StaysDue) await ds.suspend(1)
    }
    phase = Phase.LastTick
    while (ds.millis() < wrapAt) {
        giveCreditUntil(Never)
        resumeDue(newestTask, ds.millis(), Infinity)
        resumeDue(newestTask, Infinity, Limit.Partners)
        letSomeIn()
        isKeeperIdle = true
        await ds.suspend(Infinity)
        isKeeperIdle = false
    }
    phase = Phase.Crossing
    forgiveDebt(ds.millis(), BoardTicks.Period / 2) // looks decide anew
    wrapAt = Infinity
    isGuarding = false
    takeCredit()
    await resumeAll(ds.millis())
    await resumeAll(Infinity) // a task with a later deadline parks again
    phase = firstAtGate === undefined ? Phase.Resting : Phase.Shut
}

/** Resumes all tasks with a deadline up to `until`, a batch at a time, with timers in between. */
async function resumeAll(until: number): Promise<void> {
    let next = newestTask
    for (;;) {
        next = resumeDue(next, until, Limit.Batch)
        letSomeIn()
        if (ds.millis() >= wrapAt - 1) return
        await giveTurn()
        if (next === undefined) return
    }
}
