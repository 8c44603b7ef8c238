/**
 * How long the board has waited for its turn.
 *
 * The VM's outer loop (packets, services, log) runs only at a moment in which no task is due: a chance.
 * One tick is the whole account: up to `servedUntil` the board has had enough chances. From there to now is the debt.
 */

/** In ticks. */
export enum BoardTicks {
    /** A chance serves the board for this long. */
    Chance = 10,
    /** A debt above this shuts the gate. With LongestShut and a batch it stays below 100: ten turns a second. */
    Period = 35,
    /** The debt is never counted as more, so a long burst is soon paid. */
    LongestDebt = 60,
    /** A Board phase takes no longer. */
    LongestShut = 60,
    /** The debt that is left after a Board phase. Then the gate lets tasks in for six ticks before the next one. */
    OwedAfterShut = 29,
}

/** Not after now. */
let servedUntil = 0

/**
 * Notes that the board had a chance.
 * @param pause ticks in which none of our tasks ran: the longer, the more the chance is worth
 */
export function noteChance(now: number, pause: number) {
    const served = Math.max(servedUntil, now - BoardTicks.LongestDebt)
    servedUntil = Math.min(served + BoardTicks.Chance + 2 * pause, now)
}

/** Cuts the debt to at most `waited` ticks. */
export function forgiveDebt(now: number, waited: number) {
    servedUntil = Math.max(servedUntil, now - waited)
}

/** Whether the debt is so high that the gate must be shut. */
export function isBoardWaiting(now: number): boolean {
    return now - servedUntil > BoardTicks.Period
}
