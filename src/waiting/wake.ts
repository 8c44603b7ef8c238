/**
 * The VM's wake times, and where they wrap around.
 *
 * A wake time has 32 bits of milliseconds. As it wraps, at each multiple of 2^32 ms (every 49.7 days of uptime), a task
 * that is parked on one does not wake for another 49.7 days. So no task of ours is: whoever waits for a tick behind the
 * horizon is parked without a wake time, and the gate's keeper resumes it (gate.ts, Crossing).
 */

import * as ds from "@devicescript/core"
import { isAlive, Outcome, Task } from "./tasks"

export enum WrapTicks {
    /** From one wrap to the next: 2^32. */
    Period = 4294967296,
    /** For so long before it the keeper looks at the deadlines itself: Guarded, and a call that holds the processor. */
    Approach = 140,
    /** No task is left to the VM's wake times for so long before: twice what a task may hold the processor for. */
    Guarded = 100,
    /** The keeper is due all the while for so long before: 50 that a task may hold the processor for, and a margin. */
    StaysDue = 60,
    /** 12 days. The VM takes a sleep of 2^32 - 1 ticks for one without end. */
    LongestSleep = 0x3fffffff,
}

/**
 * The horizon: a task may be left to the VM's wake times up to this tick. It may lie nearer than it could: whoever is behind
 * it asks `needsGuard`, which looks anew.
 */
export let safeUntil = -1

/** Whether the VM cannot be trusted with a deadline. */
export function needsGuard(deadline: number): boolean {
    const now = ds.millis()
    const end = now + ticksToWrap(now) - WrapTicks.Guarded
    safeUntil = Math.min(end, now + WrapTicks.LongestSleep)
    if (deadline === Infinity) return false
    return deadline >= end
}

/** From 1 to 2^32. */
export function ticksToWrap(now: number): number {
    return WrapTicks.Period - (now >>> 0)
}

/** Whether the wrap is so near that the keeper looks at the deadlines itself. */
export function isWrapNear(now: number): boolean {
    return ticksToWrap(now) <= WrapTicks.Approach
}

/** At the very tick of the wrap the VM starts no task, and a sleep of 0 never ends. */
export function isAtWrap(): boolean {
    return ds.millis() >>> 0 === 0
}

/** Parks the calling task behind all that was due before. */
export async function giveTurn(): Promise<void> {
    await ds.suspend(isAtWrap() ? 1 : 0)
}

/**
 * Resumes tasks that wait for a tick up to `until`, so many of them at most, from a record on.
 * @returns the record behind the last
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
