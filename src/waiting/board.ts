/**
 * What the board is owed. Its outer loop (packets, services, log) runs only at a moment in which no task is due: a
 * chance. It is kept as the tick up to which the board has had enough of them.
 */

export enum BoardTicks {
    /** For so long the board needs no other chance. */
    Chance = 10,
    /** When it has waited for so long the gate is shut. With LongestShut and a batch that is below 100: ten turns a second. */
    Period = 35,
    /** It is not held to have waited for longer: a debt from a long burst is not paid for ever. */
    LongestDebt = 60,
    /** For so long the gate is shut at most. */
    LongestShut = 60,
    /** Of what is owed after a shut: so the gate is open for six ticks, else those at it might wait for several shuts. */
    OwedAfterShut = 29,
}

let servedUntil = 0

/**
 * The board had a chance.
 * @param pause for so long none of our tasks ran: the longer, the better the chance
 */
export function noteChance(now: number, pause: number) {
    const served = Math.max(servedUntil, now - BoardTicks.LongestDebt)
    servedUntil = Math.min(served + BoardTicks.Chance + 2 * pause, now)
}

/** What is owed is forgiven, but for so many of the last ticks. */
export function forgiveDebt(now: number, waited: number) {
    servedUntil = Math.max(servedUntil, now - waited)
}

export function isBoardWaiting(now: number): boolean {
    return now - servedUntil > BoardTicks.Period
}
