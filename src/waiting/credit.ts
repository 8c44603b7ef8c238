/**
 * What tasks may do between two looks at the clock: it stands still while a task runs, so calls are counted.
 *
 * Invariant: there is credit only up to `freshUntil`. Whoever is entered later has none, until somebody has looked.
 */

import { Limit, Never, Ticks } from "./phase"
import { isWrapNear } from "./wake"

/**
 * How many more calls may return, or resume a task. In the open, as a call for each of them would cost more than all else
 * that the gate costs.
 */
export const credit = { left: 0 }
/** Up to this tick whoever is entered has new credit. */
export let freshUntil = Never

/** Not up to a tick near the wrap: there only the keeper gives credit. */
export function giveCredit(now: number) {
    giveCreditUntil(now + Ticks.Slice)
    if (isWrapNear(freshUntil)) freshUntil = Never
}

export function giveCreditUntil(tick: number) {
    credit.left = Limit.Credit
    freshUntil = tick
}

/** Whoever is entered from now on is late, until there is new credit. */
export function takeCredit() {
    credit.left = 0
    freshUntil = Never
}
