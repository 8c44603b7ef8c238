/**
 * One gate for all queues: it keeps the tasks that wait in them fair to the rest of the board.
 *
 * The VM runs resumed tasks before all timers, and packets, services and the log have a chance only when no task is
 * due. So tasks that hand messages to each other, or always find one, would have the board to themselves. The gate
 * sees to it that they do not, and that nobody notices it on a board that has time to spare:
 *
 * - Look before you shut. Whoever is entered looks at the clock. After some ticks it starts a task, the look, that runs
 *   behind all that is due, once: if none of ours was entered meanwhile, timers and the board have what they need.
 *   Whoever runs out of time sees the same for nothing: if none of ours was entered at its tick yet.
 * - Only if the look is overdue the gate closes: whoever returns from a blocking call parks there, and whoever is
 *   served is put there. When the timers have run, a task of ours, the keeper, lets them in, a few at a time.
 * - Only if the board has had no chance for long, all are kept at the gate until it had some.
 * - Who was let in longest ago goes first. A few pass a closed gate: the receiver of an Urgent message, who is sent
 *   something by a task that does not press, and who has slept.
 *
 * phase.ts has a table of its phases: who runs on in each, and what ends it.
 *
 * Time stands still for a task while it runs, so what it may do between two looks at the clock is counted: its credit.
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
/** When one of ours was last entered, and the one before: see `Mark`. */
let lastEntered = Never
let enteredBefore = Never
/** What the last look wrote into `lastEntered`. Still there: none of ours was entered since. */
let lookMark = Never
// How many more pauses are believed, guests let in, and sleepers: see `Limit`.
let trust = 0
let guestsLeft = 0
let sleepersLeft = 0
/** Undefined until it is first needed. */
let keeper: ds.Fiber
/** Whether the keeper sleeps, and may be resumed before its time. */
let isKeeperIdle = false
/** Whether some task waits for a deadline that only the keeper can wake it at: see wake.ts. */
let isGuarding = false
/** The wrap that the keeper guards, once it is near. */
let wrapAt = Infinity

// What tasks do.

/** Takes what a return, or a resume, costs. If there is none left, the task must give way. */
export function spendCredit(): boolean {
    if (credit.left <= 0) {
        if (phase === Phase.Resting) startLook()
        if (credit.left <= 0) return false
    }
    credit.left--
    return true
}

/** Lets a task run that has its outcome: resumes it, or puts it at the gate. Returns whether it may go on. */
export function letRun(task: Task, isUrgent: boolean): boolean {
    if (task.nextAtGate !== undefined) return false
    if (!spendCredit()) {
        let most = 0
        if (isUrgent) {
            task.letInAt = LetIn.Urgent
            most = -Limit.Urgent
        } else if (lastEntered !== ds.millis()) task.letInAt = LetIn.Light // who sends was not entered now: it is none of ours, or has slept
        if (task.letInAt > 0) return detain(task)
        if (guestsLeft <= most) return detain(task)
        guestsLeft--
    }
    task.fiber.resume(undefined)
    return true
}

/** Keeps a task at the gate. Returns false: it may not go on. */
function detain(task: Task): boolean {
    putAtGate(task)
    if (phase === Phase.LastTick) hasten()
    return false
}

/** Each task of ours tells when it runs again. */
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
 * A task's time has come. Returns whether it may go on; if not, it is at the gate.
 * @param timeout for how long it has slept, in ticks of a millisecond
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
        // it must have been woken on time, with nobody of ours before it
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
    // near the wrap this wakes the keeper, who alone lets in who is at the gate
    if (phase === Phase.Resting) if (now > freshUntil) startLook()
    // there nobody may be parked on a timer without a record
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

/** Parks the calling task as long as it is at the gate. */
export async function passGate(task: Task): Promise<void> {
    while (task.nextAtGate !== undefined) await park(Infinity)
}

/**
 * Parks the calling task until it is resumed, or until a deadline, or for no reason at all.
 * @param deadline in the future; Infinity if there is none
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

/** Near the wrap it is the keeper that lets tasks go on: one that is started then may never run. */
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

/** Started last, it runs behind all that was due then. */
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

/** Returns whether there is one: at the very tick of the wrap the VM starts none. */
function wakeKeeper(): boolean {
    if (keeper !== undefined) hasten()
    else if (!isAtWrap()) keeper = keep.start()
    return keeper !== undefined
}

/** Has the keeper run before all timers: also one that is parked on a timer for ever, behind the wrap. */
function hasten() {
    if (!isKeeperIdle) if (ds.millis() < wrapAt) return
    isKeeperIdle = false
    keeper.resume(undefined)
}

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

/** Lets in all that are at the gate, and the timers between them. */
async function admitAll(): Promise<void> {
    takeCredit()
    await giveTurn() // those that were resumed before run first, and all timers that are due
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
 * All are kept at the gate, so soon all tasks of ours are parked, and a moment comes at which every task is. The keeper
 * knows: it was not due yet when the last of ours was entered, so in between the VM had nothing to run. (A task of others
 * may mislead it: that is why there are several chances.)
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

/** A round: a batch is let in, and there may be guests again. */
function letSomeIn() {
    guestsLeft = Limit.Guests
    admitBatch()
}

// Across the wrap of the VM's wake times: see wake.ts.

/**
 * Guards the deadlines. The keeper looks at them itself, at each tick, and in the
 * end at any moment: it is due all the while then. A task that is due when another is entered runs next, for however
 * long that one holds the processor, and whatever tick it is by then.
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
    forgiveDebt(ds.millis(), BoardTicks.Period / 2) // looks decide
    wrapAt = Infinity
    isGuarding = false
    takeCredit()
    await resumeAll(ds.millis())
    await resumeAll(Infinity) // who waits for longer parks anew
    phase = firstAtGate === undefined ? Phase.Resting : Phase.Shut
}

/** Resumes all that wait for a tick up to `until`, a batch at a time and timers in between. */
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
