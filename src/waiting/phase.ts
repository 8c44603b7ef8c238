/**
 * The gate's phases and its figures. gate.ts says what the gate is for, and has the variable `phase`.
 *
 * | phase    | who may run               | a blocking call returns         | what ends the phase                      |
 * |----------|---------------------------|---------------------------------|------------------------------------------|
 * | Resting  | all                       | at once, and spends credit      | a task without credit: Open              |
 * | Open     | all for a slice, then few | at once; without credit as Shut | the look: Resting, Open again, or Shut   |
 * | Shut     | those let in, and a few   | when it is let in               | gate empty: Open. The board waits: Board |
 * | Board    | a few                     | when it is let in               | three chances, or 60 ticks: Shut         |
 * | Crossing | all                       | at once, and spends credit      | last tick: LastTick. Wrap: Resting, Shut |
 * | LastTick | all                       | at once, and wakes the keeper   | the wrap: Crossing                       |
 *
 * "A few" are the guests and sleepers of `Limit`. Crossing and LastTick are the time around the wrap, see wake.ts.
 * Resting needs no task of the library. All other phases but Open have the keeper, a task that is made at first need.
 */

/** See the table above. */
export enum Phase {
    Resting,
    Open,
    Shut,
    Board,
    Crossing,
    LastTick,
}

// Figures with no reason here were measured with `npm run load`: see docs/LOAD.md, and docs/DECISIONS.md for the trade.

/** How many at most. */
export enum Limit {
    /**
     * Calls that return, and tasks that are resumed, between two looks at the clock. At a millisecond each this is less
     * than half of the 20 ms that a timer may be late.
     */
    Credit = 8,
    /** Tasks that pass a closed gate in one round. */
    Guests = 3,
    /** Receivers of Urgent messages that pass in addition. */
    Urgent = 2,
    /** Tasks that have slept and may go on, in one Board phase. */
    Sleepers = 8,
    /** Pauses in a row that count as idle time, with no look. A task that computes for long looks like a pause. */
    Trust = 8,
    /** Chances for the board in one Board phase. A packet needs four as a rule. */
    Chances = 3,
    /** Tasks that the keeper resumes in the last tick, so that one resumes it in turn. One may be terminated. */
    Partners = 2,
    /** Tasks that are resumed near the wrap between two turns of the timers. */
    Batch = 4,
}

/** How long. */
export enum Ticks {
    /** Between two looks. Each wakes the outer loop: one a tick takes a third of the processor at 0.3 ms a reading. */
    Slice = 4,
    /** No task of ours was entered for this long: timers have run, and the board probably had a chance. */
    Pause = 3,
    /** No task of ours was entered for this long: the board had a chance, whatever tasks of others did. */
    LongPause = 6,
    /** The keeper's sleep that gives the board a chance. A longer one is less easily misread, see `serveBoard`. */
    Nap = 3,
    /** A task that sleeps for this long uses little of the processor. */
    Patient = 5,
    /** A sleeper that must stop at the gate counts as let in this long ago, so it goes first. */
    Lead = 200,
}

/** Why a task gives way. */
export enum GiveWay {
    /** A call is done: of a task that was just let in, it may return at once. */
    Call,
    /** A pause of 0 ticks: it parks in any case. */
    Pause,
}

/** Stands in place of a tick. It is before all ticks. */
export const Never = -1

/** Added to the tick in `lastEntered`: the task that was entered then was no pressing one. */
export enum Mark {
    /** The look was started in this tick. */
    Look = 0.5,
    /** A task whose time had come was entered in this tick. */
    Slept = -0.25,
}

/** Stands in place of the tick in `Task.letInAt`: the task may pass a closed gate. It is before all ticks. */
export enum LetIn {
    /** It receives an Urgent message. */
    Urgent = -1,
    /** It was served by a task that does not press. */
    Light = 0,
}
