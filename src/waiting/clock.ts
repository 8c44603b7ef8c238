/**
 * Ticks and deadlines. A tick is one millisecond of the board's hardware timer.
 *
 * The tick stands still while a task runs: it is read anew each time that a task is entered.
 */

import * as ds from "@devicescript/core"

/** A timeout without limit. */
export const FOREVER = Infinity

/** Whether a value is a timeout: a number of ticks, 0 or more, fractions and FOREVER too. */
export function isTimeout(value: any): boolean {
    if (typeof value === "number") return value >= 0
    return false
}

/** The tick at which a timeout that begins now has passed. Fractions round up. */
export function deadlineAfter(timeout: number): number {
    return ds.millis() + Math.ceil(timeout)
}
