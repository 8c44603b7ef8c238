/**
 * The VM's wake times, and how the library gets past their wrap.
 *
 * A wake time has 32 bits of milliseconds. It wraps at each multiple of 2^32 ms, every 49.7 days of uptime. A task that
 * is parked with a wake time at that moment does not wake for another 49.7 days.
 *
 * Invariant: no task of ours is parked with a wake time across the wrap. A task with a deadline behind the horizon
 * (`safeUntil`) is parked without one, and the gate's keeper resumes it (gate.ts, `crossWrap`).
 */

import * as ds from "@devicescript/core"
import { isAlive, Outcome, Task } from "./tasks"

/** In ticks. Approach, Guarded and StaysDue are counted back from the wrap. */
export enum WrapTicks {
    /** From one wrap to the next: 2^32. */
    Period = 4294967296,
    /** The keeper checks the deadlines from here on: Guarded, and a call that holds the processor. */
    Approach = 140,
    /** No wake time is trusted from here on: twice the 50 for which a task may hold the processor. */
    Guarded = 100,
    /** The keeper is due all the time from here on: the 50 of one task, and a margin. */
    StaysDue = 60,
    /** 12 days. Longer waits are made of several sleeps: the VM takes a sleep of 2^32 - 1 ticks for one without end. */
    LongestSleep = 0x3fffffff,
}

/**
 * The horizon: wake times before this tick are safe. It may lie too near, never too far. For a deadline behind it,
 * `needsGuard` computes it anew and decides.
 */
export let safeUntil = -1

/** Whether the keeper must resume a task at this deadline, since the VM may not. Also moves the horizon. */
export function needsGuard(deadline: number): boolean {
    const now = ds.millis()
    const end = now + ticksToWrap(now) - WrapTicks.Guarded
    safeUntil = Math.min(end, now + WrapTicks.LongestSleep)
    if (deadline === Infinity) return false
    return deadline >= end
}

/** Ticks until the next wrap: 1 to 2^32. */
export function ticksToWrap(now: number): number {
    return WrapTicks.Period - (now >>> 0)
}

/** Whether the wrap is so near that the keeper checks the deadlines itself. */
export function isWrapNear(now: number): boolean {
    return ticksToWrap(now) <= WrapTicks.Approach
}

/** Whether this is the very tick of the wrap. In it the VM starts no task, and a sleep of 0 never ends. */
export function isAtWrap(): boolean {
    return ds.millis() >>> 0 === 0
}

/** Parks the calling task until all tasks that are due now have run. */
export async function giveTurn(): Promise<void> {
    await ds.suspend(isAtWrap() ? 1 : 0)
}

/**
 * Resumes tasks that wait and whose deadline is at most `until`.
 * @param task the record to begin with, in the list of all records
 * @param max the most tasks to resume
 * @returns the record to go on with; undefined at the end of the list
 */
export function resumeDue(task: Task, until: number, max: number): Task {
    while (task !== undefined && max > 0) {
        if (task.fiber !== undefined)
            if (task.outcome === Outcome.None)
                if (task.deadline <= until)
                    if (isAlive(task.fiber)) {
                        task.fiber.resume(undefined)
                        max--
                    }
        task = task.older
    }
    return task
}
