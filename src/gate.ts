/**
 * One gate for all queues: it keeps the tasks that wait in them fair to the rest of the board.
 *
 * The VM runs resumed tasks before all timers, and packets, services and the log have a chance only when no task is
 * due. So tasks that hand messages to each other, or always find one, would have the board to themselves. The gate
 * sees to it that they do not, and that nobody notices it on a board that has time to spare:
 *
 * - Look before you shut. Whoever is entered looks at the clock. After some ticks it starts a task that runs behind
 *   all that is due, once: if none of ours was entered meanwhile, timers and the board have what they need. Whoever
 *   runs out of time sees the same for nothing: if none of ours was entered at its tick yet, the board had a chance.
 * - Only if that look is overdue the gate closes: whoever returns from a blocking call parks there, and whoever is
 *   served is put there. When the timers have run, a task of ours, the keeper, lets them in, a few at a time.
 * - Only if the board has had no chance for long, the gate is shut until it had some.
 * - Who was let in longest ago goes first. The receiver of an Urgent message passes, so does who is sent something
 *   by a task that does not press, and who has slept: a few at a time.
 *
 * | phase  | who runs on              | ends when                          |
 * |--------|--------------------------|------------------------------------|
 * | Open   | all                      | whoever is entered finds it stale  |
 * | Look   | all, for a slice; then few | the look runs: Open or Admit     |
 * | Admit  | those who are let in     | none is left                       |
 * | Shut   | few                      | the board had its chances: Admit   |
 * | Cross  | all                      | the wrap has passed                |
 * | Spin   | all                      | the last tick before it has        |
 *
 * Time stands still for a task while it runs, so calls between two looks at the clock are counted.
 */

import * as ds from "@devicescript/core"
import { bury, freeTask, isAlive, newestTask } from "./tasks"
import { takeTask, Task } from "./tasks"
import { resumeWaiting, ticksToWrap, WrapTicks } from "./wrap"

enum Limit {
    /** Calls that return at once, and tasks resumed, before the clock must be looked at. */
    Credit = 8,
    /** Tasks that are let in at once. */
    Batch = 4,
    /** Chances that the board is given at once: of the four that a packet takes, as a rule. */
    Chances = 3,
    /** Of those who pass a closed gate, between two rounds. */
    Guests = 3,
    /** Beside them, receivers of Urgent messages. */
    Urgent = 2,
    Sleepers = 8,
    /** Calls of a task that was let in that return at once: who is late can catch up. */
    Calls = 2,
    /** Pauses in a row that are believed: a task that computes for long looks like one. */
    Trust = 8,
    /** Tasks that the keeper resumes in order to be resumed: one may be terminated. */
    Partners = 2,
}

enum Ticks {
    Slice = 4,
    /** None of ours was entered for so long: timers had their turn, and the board a chance. */
    Pause = 3,
    /** For so long the board needs no other chance. */
    Chance = 10,
    /** The board had a chance meanwhile, whatever tasks of others did. */
    LongPause = 6,
    /** When it has waited for so long the gate is shut. */
    BoardPeriod = 35,
    /** It is not held to have waited for longer. */
    LongestDebt = 60,
    /** For so long the gate is shut at most. */
    LongestShut = 60,
    /** Then it stays open for so long, whatever the board is owed: else those at it might wait for several times. */
    Relief = 6,
    /** A chance is given by sleeping for so long: the longer, the less do tasks of others mislead the keeper. */
    Nap = 3,
    /** Whoever sleeps for so long uses little. */
    Patient = 5,
    /** Whoever slept goes before those who were let in so long ago, and the receiver of an Urgent message. */
    Lead = 200,
}

/** See the table above. */
enum Phase {
    Open,
    Look,
    Admit,
    Shut,
    Cross,
    Spin,
}

let phase = Phase.Open
/** Made when it is first needed. */
let keeper: ds.Fiber
/** Whether the keeper may be resumed before its time. */
let canHasten = false
/** The wrap that the keeper guards, once it is near. */
let wrapAt = Infinity
/** Up to this tick whoever is entered may run on. */
let freshUntil = -1
/**
 * How many more calls may return, or resume a task, before the clock must be looked at. In the open, as a call
 * of `mayReturn` for each of them would cost more than all else that the gate costs.
 */
export const credit = { left: 0 }
/** When one of ours was last entered, and the one before. A fraction is none that presses. */
let lastEntered = -1
let enteredBefore = -1
/** Set by a look into the above: is it still there, none of ours was entered since. */
let lookMark = -1
/** The board has had what it needs up to this tick. */
let boardServed = 0
let trust = 0
let guestsLeft = 0
let sleepersLeft = 0
let firstAtGate: Task
/** A task may be left to the VM's wake times up to this tick, at any rate. */
export let safeUntil = -1
/** Whether some task waits for a deadline behind it. */
let guarding = false

// What tasks do.

/** Whether a blocking call may return now. If not, its task must give way. */
export function mayReturn(): boolean {
    if (credit.left <= 0) {
        if (phase === Phase.Open) startLook()
        if (credit.left <= 0) return false
    }
    credit.left--
    return true
}

/** Lets a task run that has its outcome: resumes it, or puts it at the gate. */
export function letRun(task: Task, isUrgent: boolean) {
    if (task.atGate) return
    if (!mayReturn()) {
        // whoever runs now and was not entered now is none of ours, or has slept
        if (isUrgent) task.letInAt = -1
        else if (lastEntered !== ds.millis()) task.letInAt = 0
        if (task.letInAt > 0 || guestsLeft <= (isUrgent ? -Limit.Urgent : 0))
            return putAtGate(task)
        guestsLeft--
    }
    task.fiber.resume(undefined)
}

/** A parked task stays so until it is let in: who was let in longest ago goes first. */
function putAtGate(task: Task) {
    let before: Task = undefined
    let next = firstAtGate
    while (next !== undefined && next.letInAt <= task.letInAt) {
        before = next
        next = next.nextAtGate
    }
    task.nextAtGate = next
    if (before === undefined) firstAtGate = task
    else before.nextAtGate = task
    task.atGate = true
    if (phase === Phase.Spin) hasten()
}

/** Each task of ours tells when it runs again. */
export function entered() {
    const now = ds.millis()
    enteredBefore = lastEntered
    lastEntered = now
    if (now <= freshUntil) credit.left = Limit.Credit
    else enteredLate(now)
}

function enteredLate(now: number) {
    credit.left = 0
    if (phase === Phase.Open) {
        const pause = now - enteredBefore
        if (pause > Ticks.LongestDebt) trust = Limit.Trust
        if (pause >= Ticks.Pause && --trust >= 0) {
            if (pause >= Ticks.LongPause) noteChance(now, pause)
            if (!isBoardWaiting(now)) return openGate(now)
        }
        startLook()
    } else if (phase === Phase.Spin || now >= wrapAt) {
        if (phase === Phase.Spin) credit.left = Limit.Credit
        hasten()
    }
}

/**
 * A task's time has come. Returns whether it may go on; if not, it is at the gate.
 * @param timeout for how long it has slept, in ticks of a millisecond
 */
export function mayEnd(task: Task, timeout: number): boolean {
    const now = ds.millis()
    const isPatient = timeout >= Ticks.Patient
    if (
        isPatient
            ? phase === Phase.Shut && --sleepersLeft < 0
            : credit.left <= 0
    ) {
        if (isPatient) task.letInAt = now - Ticks.Lead
        putAtGate(task)
        return false
    }
    task.letInAt = now
    lastEntered = now - 0.25
    const pause = task.deadline - enteredBefore
    const isOnTime = now === task.deadline && pause > 1
    if (phase === Phase.Open && (isOnTime || pause >= Ticks.LongPause)) {
        noteChance(now, pause)
        trust = Limit.Trust
        if (!isBoardWaiting(now)) openGate(now)
    }
    return true
}

/** For a blocking call that may not return now: parks its task until it may. */
export async function giveWay(): Promise<void> {
    const now = ds.millis()
    // near the wrap this wakes the keeper, who alone lets in who is at the gate
    if (phase === Phase.Open && now > freshUntil) startLook()
    // there nobody may be parked on a timer without a record
    if (
        ticksToWrap(now) > WrapTicks.Approach &&
        (now <= freshUntil || phase === Phase.Open)
    ) {
        await giveTurn()
        entered()
        if (mayReturn()) return
    }
    const task = takeTask(Infinity)
    task.outcome = 0
    if (--task.callsLeft < 0) {
        putAtGate(task)
        await passGate(task)
    }
    freeTask(task)
}

/** Parks the calling task as long as it is at the gate. */
export async function passGate(task: Task): Promise<void> {
    while (task.atGate) await park(Infinity)
}

/** Parks the calling task behind all that was due before. */
async function giveTurn(): Promise<void> {
    // at the very tick of the wrap a sleep of 0 never ends
    await ds.suspend(ds.millis() >>> 0 === 0 ? 1 : 0)
}

/**
 * Parks the calling task until it is resumed, or until a deadline, or for no reason at all.
 * @param deadline in the future; Infinity if there is none
 */
export async function park(deadline: number): Promise<void> {
    const now = ds.millis()
    if (deadline >= safeUntil) {
        const end = now + ticksToWrap(now) - WrapTicks.Guarded
        safeUntil = Math.min(end, now + WrapTicks.LongestSleep)
        if (deadline !== Infinity && deadline >= end) {
            if (!guarding) guarding = wakeKeeper()
            deadline = Infinity // the keeper resumes it
        }
    }
    if (deadline === Infinity) await ds.suspend(Infinity)
    else await ds.suspend(Math.min(deadline - now, WrapTicks.LongestSleep))
    entered()
}

// Whether it is time to close.

/** The board had a chance, as none of ours was entered for so long: a good one if that was long. */
function noteChance(now: number, pause: number) {
    const served = Math.max(boardServed, now - Ticks.LongestDebt)
    boardServed = Math.min(served + Ticks.Chance + 2 * pause, now)
}

function isBoardWaiting(now: number): boolean {
    return now - boardServed > Ticks.BoardPeriod
}

/** Not up to a tick near the wrap: there the keeper is to be woken. */
function openGate(now: number) {
    credit.left = Limit.Credit
    freshUntil = now + Ticks.Slice
    if (ticksToWrap(freshUntil) <= WrapTicks.Approach) freshUntil = -1
}

/** Near the wrap it is the keeper that lets tasks go on: one that is started then may never run. */
function startLook() {
    const now = ds.millis()
    if (ticksToWrap(now) <= WrapTicks.Approach) {
        wakeKeeper()
        return
    }
    if (now >>> 0 === 0) return // at the very tick of the wrap the VM starts none
    openGate(now)
    phase = Phase.Look
    if (lookMark < 0) boardServed = now // the first ever
    lookAgain(now)
}

function lookAgain(now: number) {
    guestsLeft = Limit.Guests
    lookMark = now + 0.5
    lastEntered = lookMark
    look.start()
}

/** Started last, it runs behind all that was due then. */
async function look(): Promise<void> {
    if (phase !== Phase.Look) return
    const now = ds.millis()
    if (firstAtGate === undefined) {
        const isIdle = lastEntered === lookMark
        if (isIdle) {
            noteChance(now, Ticks.LongPause)
            trust = Limit.Trust
        } else if (now <= freshUntil) return lookAgain(now)
        if (isIdle || !isBoardWaiting(now)) {
            phase = Phase.Open
            return openGate(now)
        }
    }
    phase = Phase.Admit
    wakeKeeper()
}

/** Returns whether there is one: at the very tick of the wrap the VM starts none. */
function wakeKeeper(): boolean {
    if (keeper !== undefined) hasten()
    else if (ds.millis() >>> 0 !== 0) keeper = keep.start()
    return keeper !== undefined
}

/** Has the keeper run before all timers: also one that is parked on a timer for ever, behind the wrap. */
function hasten() {
    if (!canHasten && ds.millis() < wrapAt) return
    canHasten = false
    keeper.resume(undefined)
}

// What the keeper does.

async function keep(): Promise<void> {
    for (;;) {
        const now = ds.millis()
        if (ticksToWrap(now) <= WrapTicks.Approach) await crossWrap()
        else if (phase === Phase.Admit) await admitAll()
        else {
            const left = ticksToWrap(now) - WrapTicks.Approach
            canHasten = true
            await ds.suspend(
                guarding ? Math.min(left, WrapTicks.LongestSleep) : Infinity
            )
            canHasten = false
        }
    }
}

/** Lets in all that are at the gate, and the timers between them. */
async function admitAll(): Promise<void> {
    credit.left = 0
    freshUntil = -1
    await giveTurn() // those that were resumed before run first, and all timers that are due
    const start = ds.millis()
    if (isBoardWaiting(start)) await serveBoard()
    else openGate(start)
    while (firstAtGate !== undefined) {
        const now = ds.millis()
        if (
            (now > freshUntil && firstAtGate.letInAt >= start) ||
            ticksToWrap(now) <= WrapTicks.Approach
        )
            return
        if (isBoardWaiting(now)) await serveBoard()
        admitBatch()
        await giveTurn()
    }
    phase = Phase.Open
    startLook()
}

function admitBatch() {
    const now = ds.millis()
    let admitted = 0
    guestsLeft = Limit.Guests
    while (firstAtGate !== undefined && admitted < Limit.Batch) {
        const task = firstAtGate
        firstAtGate = task.nextAtGate
        task.atGate = false
        task.letInAt = now
        task.callsLeft = Limit.Calls
        if (isAlive(task.fiber)) {
            task.fiber.resume(undefined)
            admitted++
        } else bury(task)
    }
}

/**
 * The gate is shut, so soon all tasks of ours are parked, and a moment comes at which every task is. The keeper knows:
 * it was not due yet when the last of ours was entered, so in between the VM had nothing to run. (A task of others may
 * mislead it: that is why there are several chances.)
 */
async function serveBoard(): Promise<void> {
    phase = Phase.Shut
    credit.left = 0
    freshUntil = -1
    sleepersLeft = Limit.Sleepers
    guestsLeft = Limit.Guests
    const latest = ds.millis() + Ticks.LongestShut
    let left: number = Limit.Chances
    while (left > 0 && ds.millis() < latest) {
        const due = ds.millis() + Ticks.Nap
        await ds.suspend(Ticks.Nap)
        if (lastEntered < due) {
            noteChance(ds.millis(), 0)
            left--
        }
    }
    const latestServed = ds.millis() - Ticks.BoardPeriod + Ticks.Relief
    boardServed = Math.max(boardServed, latestServed)
    phase = Phase.Admit
    openGate(ds.millis())
}

/**
 * Guards the deadlines where the VM's wake times wrap around. The keeper looks at them itself, at each tick, and in the
 * end at any moment: it is due all the while then. A task that is due when another is entered runs next, for however
 * long that one holds the processor, and whatever tick it is by then.
 */
async function crossWrap(): Promise<void> {
    phase = Phase.Cross
    wrapAt = ds.millis() + ticksToWrap(ds.millis())
    while (ds.millis() < wrapAt - 1) {
        const tick = ds.millis()
        credit.left = Limit.Credit
        freshUntil = tick + 1
        await resumeAll(tick)
        if (ds.millis() === tick && tick < wrapAt - WrapTicks.StaysDue)
            await ds.suspend(1)
    }
    // In the last tick nobody may be parked on a timer: it is resumed by those whom it resumes.
    phase = Phase.Spin
    freshUntil = -1
    while (ds.millis() < wrapAt) {
        credit.left = Limit.Credit
        resumeWaiting(newestTask, ds.millis(), Infinity)
        resumeWaiting(newestTask, Infinity, Limit.Partners)
        admitBatch()
        canHasten = true
        await ds.suspend(Infinity)
        canHasten = false
    }
    phase = Phase.Cross
    boardServed = ds.millis() - Ticks.BoardPeriod / 2 // looks decide
    wrapAt = Infinity
    guarding = false
    credit.left = 0
    freshUntil = -1
    await resumeAll(ds.millis())
    await resumeAll(Infinity) // who waits for longer parks anew
    phase = firstAtGate === undefined ? Phase.Open : Phase.Admit
}

/** Resumes all that wait for a tick up to `until`, a batch at a time and timers in between. */
async function resumeAll(until: number): Promise<void> {
    let next = newestTask
    for (;;) {
        next = resumeWaiting(next, until, Limit.Batch)
        admitBatch()
        if (ds.millis() >= wrapAt - 1) return
        await giveTurn()
        if (next === undefined) return
    }
}
