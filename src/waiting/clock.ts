/**
 * Ticks and deadlines. A tick is one millisecond of the board's hardware timer.
 *
 * The VM reads the timer only when it enters a task. While a task runs, its tick stands still.
 */

import * as ds from "@devicescript/core"

/** A timeout without limit. */
export const FOREVER = Infinity

/** Whether a value is a timeout: a number of ticks, 0 or more, fractions and FOREVER too. */
export function isTimeout(value: any): boolean {
    if (typeof value === "number") return value >= 0
    return false
}

/** The deadline of a timeout that begins now. Fractions of a tick round up. */
export function deadlineAfter(timeout: number): number {
    return ds.millis() + Math.ceil(timeout)
}
