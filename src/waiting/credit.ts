/**
 * Credit: how much tasks may do between two looks at the clock. The tick stands still while a task runs, so calls are
 * counted in place of time.
 *
 * Invariant: only a task that is entered up to `freshUntil` gets new credit. One that is entered later has none until
 * the gate has looked whether the board keeps up. (In the last tick before a wrap each has some: see phase.ts.)
 */

import { Limit, Never, Ticks } from "./phase"
import { isWrapNear } from "./wake"

/**
 * `left`: how many more calls may return, or resume a task. Callers count it down themselves: a function call for each
 * would cost more than the rest of the gate.
 */
export const credit = { left: 0 }
/** A task that is entered up to this tick gets new credit. */
export let freshUntil = Never

/** Gives credit, and renews it for a slice. Near the wrap it is not renewed: there only the keeper does that. */
export function giveCredit(now: number) {
    giveCreditUntil(now + Ticks.Slice)
    if (isWrapNear(freshUntil)) freshUntil = Never
}

export function giveCreditUntil(tick: number) {
    credit.left = Limit.Credit
    freshUntil = tick
}

/** Ends all credit. Tasks that are entered from now on have none until it is given again. */
export function takeCredit() {
    credit.left = 0
    freshUntil = Never
}
