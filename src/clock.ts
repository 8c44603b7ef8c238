/**
 * Ticks and deadlines. A tick is one millisecond of the board's hardware timer.
 *
 * The tick stands still while a task runs: it is read anew each time that a task is entered.
 */

import * as ds from "@devicescript/core"

/** A timeout without limit. */
export const FOREVER = Infinity

enum Ticks {
    /** The longest single sleep, 12 days: the VM takes one of 2^32 - 1 ticks or more for one without end. */
    LongestSleep = 0x3fffffff,
}

/** Whether a value is a timeout: a number of ticks, 0 or more, fractions and FOREVER too. */
export function isTimeout(value: any): boolean {
    return typeof value === "number" && value >= 0
}

/** The tick at which a timeout that begins now has passed. Fractions round up. */
export function deadlineAfter(timeout: number): number {
    return ds.millis() + Math.ceil(timeout)
}

/** Whether the time has come. */
export function hasPassed(deadline: number): boolean {
    return ds.millis() >= deadline
}

/** Parks the calling task until it is resumed, or the deadline has come, or for no reason at all. */
export async function parkUntil(deadline: number): Promise<void> {
    if (deadline === FOREVER) await ds.suspend(FOREVER)
    else await ds.suspend(Math.min(deadline - ds.millis(), Ticks.LongestSleep))
}
