/**
 * Where the VM's wake times wrap around: at each multiple of 2^32 ms, every 49.7 days. A task that is parked on
 * one of them as the wrap passes does not wake. What the gate's keeper needs in order to look after such tasks.
 */

import { isAlive, Outcome, Task } from "./tasks"

export enum WrapTicks {
    /** From one to the next. */
    Period = 4294967296,
    /** For so long before it the keeper looks at the deadlines itself. */
    Approach = 140,
    /** No task is left to the VM's wake times for so long before. */
    Guarded = 100,
    /** The keeper is due all the while for so long before: longer than anybody may hold the processor. */
    StaysDue = 60,
    /** 12 days. The VM takes a sleep of 2^32 - 1 ticks for one without end. */
    LongestSleep = 0x3fffffff,
}

/** From 1 to 2^32. */
export function ticksToWrap(now: number): number {
    return WrapTicks.Period - (now >>> 0)
}

/**
 * Resumes tasks that wait for a tick up to `until`, so many of them at most, from a record on.
 * @returns the record behind the last
 */
export function resumeWaiting(task: Task, until: number, max: number): Task {
    while (task !== undefined && max > 0) {
        if (task.fiber !== undefined && task.outcome === Outcome.None)
            if (task.deadline <= until && isAlive(task.fiber)) {
                task.fiber.resume(undefined)
                max--
            }
        task = task.older
    }
    return task
}
