/**
 * One gate for all queues: it keeps the tasks that wait in them fair to the rest of the board.
 *
 * The VM runs resumed tasks before all timers, and packets, services and the log have their turn only at a
 * moment at which every task is parked. So tasks that hand messages to each other, or always find one, would
 * have the board to themselves. A task of our own, the keeper, sees to it that they do not. It sleeps for
 * a slice of time: when it is overdue, the others hold the processor, and the gate is closed. Now whoever
 * returns from a blocking call parks at the gate first, and whoever is served is not resumed but put there.
 * Soon none of them runs, the timers that are due do, and the keeper among them. Before it lets the tasks
 * in, a few at a time, it gives the board a moment of its own if that had none for a while.
 *
 * Time stands still for a task while it runs, so calls between two looks at the clock are counted.
 *
 * The keeper also guards the deadlines behind the tick at which the VM's 32-bit wake times wrap around.
 */

import * as ds from "@devicescript/core"
import { bury, freeTask, isAlive, newestTask } from "./tasks"
import { Outcome, takeTask, Task } from "./tasks"

enum Limit {
    /** Calls that return at once, and tasks resumed, before the clock must be looked at. */
    Credit = 8,
    /** Tasks that are let in at once. */
    Batch = 4,
    /** Ticks in a row at which nobody holds the processor. */
    IdleTicks = 3,
    /** Tasks that the keeper resumes in order to be resumed: one may be terminated. */
    Partners = 2,
}

enum Ticks {
    Slice = 4,
    /** Tasks that have not run for so long are at rest. */
    Quiet = 5,
    /** From one moment of the board's own to the next, while our tasks are busy. */
    BoardPeriod = 40,
    /** Long enough for it after the last of our tasks has run, if it cannot be told for certain. */
    BoardTurn = 10,
    /** To wait for that at most. */
    LongestBoardTurn = 60,
    /** The VM's wake times wrap around at each multiple of this: every 49.7 days. */
    Wrap = 4294967296,
    /** For so long before it the keeper looks at the deadlines itself. */
    Approach = 200,
    /** No task is left to the VM's wake times for so long before. */
    Guarded = 100,
    /** The keeper is due all the while for so long before: longer than anybody may hold the processor. */
    StaysDue = 60,
    /** 12 days. The VM takes a sleep of 2^32 - 1 ticks for one without end. */
    LongestSleep = 0x3fffffff,
}

/** Made when it is first needed. */
let keeper: ds.Fiber
/** Whether the keeper may be resumed before its time. */
let canHasten = false
/** Whether the keeper sleeps until a task of ours runs. */
let resting = true
/** The wrap that the keeper guards, once it is near. */
let wrapAt = Infinity
/** Whether it is in the last tick before. */
let spinning = false
/** The gate is open up to this tick. */
let openUntil = -1
/**
 * How many more calls may return, or resume a task, before the clock must be looked at. In the open, as a call
 * of `mayReturn` for each of them would cost more than all else that the gate costs.
 */
export const credit = { left: 0 }
/** When one of our tasks was last entered. */
let lastEntered = -1
/** Whether our tasks have pressed for more time than they have, in this slice. */
let pressed = false
/** When the board last had a moment of its own. */
let lastBoardTurn = 0
let firstAtGate: Task
let lastAtGate: Task
/** A task may be left to the VM's wake times up to this tick, at any rate. */
export let safeUntil = -1
/** Whether some task waits for a deadline behind it. */
let guarding = false

/** Whether a blocking call may return now. If not, its task must park at the gate, or give way. */
export function mayReturn(): boolean {
    if (credit.left <= 0) {
        if (!resting) return false
        wakeKeeper()
    }
    credit.left--
    return true
}

/** Lets a task run that has its outcome: resumes it, or puts it at the gate. */
export function letRun(task: Task) {
    if (mayReturn()) task.fiber.resume(undefined)
    else putAtGate(task)
}

/** A parked task stays so until it is let in. */
export function putAtGate(task: Task) {
    if (task.atGate) return
    pressed = true
    task.atGate = true
    task.nextAtGate = undefined
    if (firstAtGate === undefined) firstAtGate = task
    else lastAtGate.nextAtGate = task
    lastAtGate = task
    hasten()
}

/**
 * Each task of ours tells when it runs again.
 * @param deadline until which it would have waited
 */
export function entered(deadline: number) {
    const now = ds.millis()
    // late, and right after another: they hold the processor
    if (now > deadline && now - lastEntered < Ticks.Quiet) pressed = true
    lastEntered = now
    credit.left = now <= openUntil ? Limit.Credit : 0
    if (spinning || now >= wrapAt) hasten()
}

/** For a blocking call that may not return now: parks its task until it may. */
export async function giveWay(): Promise<void> {
    if (resting) wakeKeeper()
    if (keeper === undefined) return await giveTurn() // the VM starts none now
    pressed = true
    // near the wrap nobody may be parked on a timer without a record
    if (wrapAt === Infinity && ds.millis() <= openUntil) {
        await giveTurn()
        entered(Infinity)
        if (mayReturn()) return
    }
    const task = takeTask(Infinity)
    task.outcome = 0
    putAtGate(task)
    await passGate(task)
    freeTask(task)
}

/** Parks the calling task as long as it is at the gate. */
export async function passGate(task: Task): Promise<void> {
    while (task.atGate) await park(Infinity)
}

/** Parks the calling task behind all that is due now. */
async function giveTurn(): Promise<void> {
    // at the very tick of the wrap a sleep of 0 never ends
    await ds.suspend(ds.millis() >>> 0 === 0 ? 1 : 0)
}

/**
 * Parks the calling task until it is resumed, or until a deadline, or for no reason at all.
 * @param deadline in the future; Infinity if there is none
 */
export async function park(deadline: number): Promise<void> {
    if (deadline < safeUntil || (deadline !== Infinity && isSafe(deadline)))
        await ds.suspend(longestSleep(deadline - ds.millis()))
    else await ds.suspend(Infinity)
    entered(deadline)
}

/** Whether a task may be left to the VM's wake times until then. If not, the keeper resumes it. */
function isSafe(deadline: number): boolean {
    const now = ds.millis()
    const end = now + ticksToWrap(now) - Ticks.Guarded
    safeUntil = Math.min(end, now + Ticks.LongestSleep)
    if (deadline < end) return true
    if (!guarding) {
        if (resting) wakeKeeper()
        guarding = keeper !== undefined
    }
    return false
}

function longestSleep(ticks: number): number {
    return Math.min(ticks, Ticks.LongestSleep)
}

/** From 1 to 2^32. */
function ticksToWrap(now: number): number {
    return Ticks.Wrap - (now >>> 0)
}

function wakeKeeper() {
    const now = ds.millis()
    credit.left = Limit.Credit
    if (keeper !== undefined) hasten()
    else if (now >>> 0 === 0)
        return // at the very tick of the wrap the VM starts no task
    else keeper = keep.start()
    resting = false
    openUntil = ticksToWrap(now) > Ticks.Approach ? now + Ticks.Slice : -1
}

/** Has the keeper run before all timers: also one that is parked on a timer for ever, behind the wrap. */
function hasten() {
    if (!canHasten && ds.millis() < wrapAt) return
    canHasten = false
    keeper.resume(undefined)
}

async function keep(): Promise<void> {
    lastBoardTurn = ds.millis()
    for (;;) {
        if (ticksToWrap(ds.millis()) <= Ticks.Approach) await crossWrap()
        else if (firstAtGate !== undefined || isBoardDue()) await admitAll()
        else if (!(await spendSlice())) await rest()
    }
}

/** Parks the keeper until then, or until it is hastened. */
async function sleep(ticks: number): Promise<void> {
    canHasten = true
    await ds.suspend(ticks)
    canHasten = false
}

function open(until: number) {
    openUntil = until
    credit.left = Limit.Credit
}

function close() {
    openUntil = -1
    credit.left = 0
}

/** Returns whether tasks of ours still run at its end. */
async function spendSlice(): Promise<boolean> {
    pressed = false
    open(ds.millis() + Ticks.Slice)
    await sleep(Ticks.Slice)
    if (!pressed) lastBoardTurn = ds.millis()
    return firstAtGate !== undefined || ds.millis() - lastEntered < Ticks.Quiet
}

async function rest(): Promise<void> {
    const left = ticksToWrap(ds.millis()) - Ticks.Approach
    if (left <= 0) return
    close()
    resting = true
    await sleep(guarding ? longestSleep(left) : Infinity)
    resting = false
    // the board may have had its moment; if not, it has it the sooner
    const half = ds.millis() - Ticks.BoardPeriod / 2
    lastBoardTurn = Math.max(lastBoardTurn, half)
}

function isBoardDue(): boolean {
    return pressed && ds.millis() - lastBoardTurn > Ticks.BoardPeriod
}

/** Lets in all that are at the gate, and the timers between them. */
async function admitAll(): Promise<void> {
    close()
    await giveTurn() // those that were resumed before run first, and all timers that are due
    if (isBoardDue()) await giveBoardTurn()
    open(ds.millis() + Ticks.Slice)
    while (firstAtGate !== undefined && ds.millis() <= openUntil) {
        admitBatch()
        await giveTurn()
    }
}

function admitBatch() {
    let admitted = 0
    while (firstAtGate !== undefined && admitted < Limit.Batch) {
        const task = firstAtGate
        firstAtGate = task.nextAtGate
        task.atGate = false
        if (isAlive(task.fiber)) {
            task.fiber.resume(undefined)
            admitted++
        } else bury(task)
    }
}

/**
 * The gate is closed, so soon all tasks of ours are parked, and a moment comes at which every task is. That
 * shows in the keeper's being on time and before all of ours, thrice: tasks of others might mislead it.
 */
async function giveBoardTurn(): Promise<void> {
    const start = ds.millis()
    const latest = start + Ticks.LongestBoardTurn
    let idle = 0
    let until: number = start + Ticks.BoardTurn
    while (idle < Limit.IdleTicks && ds.millis() < Math.min(until, latest)) {
        idle = (await isIdle()) ? idle + 1 : 0
        until = Math.max(start, lastEntered) + Ticks.BoardTurn
    }
    if (idle < Limit.IdleTicks) await ds.suspend(Ticks.BoardTurn)
    lastBoardTurn = ds.millis()
}

async function isIdle(): Promise<boolean> {
    const due = ds.millis() + 1
    await ds.suspend(1)
    return ds.millis() === due && lastEntered < due
}

/**
 * Guards the deadlines where the VM's wake times wrap around: a task that is parked on one of them as the
 * wrap passes does not wake. So the keeper looks at the deadlines itself, at each tick, and in the end at any
 * moment: it is due all the while then. A task that is due when another is entered runs next, for however long
 * that one holds the processor, and whatever tick it is by then.
 */
async function crossWrap(): Promise<void> {
    wrapAt = ds.millis() + ticksToWrap(ds.millis())
    while (ds.millis() < wrapAt - 1) {
        const tick = ds.millis()
        open(tick + 1)
        await resumeAll(tick)
        if (ds.millis() === tick && tick < wrapAt - Ticks.StaysDue)
            await ds.suspend(1)
    }
    // In the last tick nobody may be parked on a timer: it is resumed by those whom it resumes.
    spinning = true
    while (ds.millis() < wrapAt) {
        open(ds.millis())
        resumeWaiting(newestTask, ds.millis(), Infinity)
        resumeWaiting(newestTask, Infinity, Limit.Partners)
        admitBatch()
        await sleep(Infinity)
    }
    spinning = false
    wrapAt = Infinity
    guarding = false
    close()
    lastBoardTurn = ds.millis()
    await resumeAll(ds.millis())
    await resumeAll(Infinity) // who waits for longer parks anew
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

/** Resumes so many of them at most, from a record on. Returns the record behind the last. */
function resumeWaiting(task: Task, until: number, max: number): Task {
    while (task !== undefined && max > 0) {
        if (waitsUntil(task, until)) {
            task.fiber.resume(undefined)
            max--
        }
        task = task.older
    }
    return task
}

function waitsUntil(task: Task, tick: number): boolean {
    if (task.fiber === undefined || task.outcome !== Outcome.None) return false
    return task.deadline <= tick && isAlive(task.fiber)
}
