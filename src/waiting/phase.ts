/**
 * The gate's phases, and its figures.
 *
 * | phase    | who runs on                       | a return                 | what ends it                            |
 * |----------|-----------------------------------|--------------------------|-----------------------------------------|
 * | Resting  | all                               | at once, of credit       | one without credit: Open                |
 * | Open     | all for a slice, then a few       | at once, then as in Shut | the look: Resting, Open again, or Shut  |
 * | Shut     | those let in, and a few           | at the gate              | none is left: Open. The board: Board    |
 * | Board    | a few                             | at the gate              | three chances, or 60 ticks: Shut        |
 * | Crossing | all                               | at once, of credit       | the last tick: LastTick. Behind: Resting or Shut |
 * | LastTick | all                               | at once, wakes the keeper | the wrap: Crossing                     |
 *
 * Time stands still for a task while it runs, so what it may do between two looks at the clock is counted: its credit.
 * Resting needs no task of ours. The keeper is made when it is first needed, and is one for all that it does.
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

// Those with no other origin were measured with `npm run load`: docs/LOAD.md has the tables, docs/DECISIONS.md the trade.

export enum Limit {
    /**
     * Returns, and tasks resumed, between two looks at the clock: at a millisecond a call less than half of the 20 ms that a
     * timer may be late.
     */
    Credit = 8,
    /** Of those who pass a closed gate, between two rounds. */
    Guests = 3,
    /** Beside them, receivers of Urgent messages. */
    Urgent = 2,
    /** And of those who slept, while the board is served. */
    Sleepers = 8,
    /** Pauses in a row that are believed: a task that computes for long looks like one. */
    Trust = 8,
    /** Chances that the board is given at once: of the four that a packet takes, as a rule. */
    Chances = 3,
    /** Tasks that the keeper resumes in order to be resumed: one may be terminated. */
    Partners = 2,
    /** Of those who wait for a tick near the wrap: resumed between two turns of the timers. */
    Batch = 4,
}

export enum Ticks {
    /** Between two looks. Each wakes the outer loop: one a tick takes a third of the processor at 0.3 ms a reading. */
    Slice = 4,
    /** None of ours was entered for so long: timers had their turn, and the board a chance. */
    Pause = 3,
    /** The board had a chance meanwhile, whatever tasks of others did. */
    LongPause = 6,
    /** A chance is given by sleeping for so long: the longer, the less do tasks of others mislead the keeper. */
    Nap = 3,
    /** Whoever sleeps for so long uses little. */
    Patient = 5,
    /** Whoever slept goes before those who were let in so long ago, and the receiver of an Urgent message. */
    Lead = 200,
}

/** Why a task gives way. */
export enum GiveWay {
    /** A call is done: of a task that was just let in, it may return at once. */
    Call,
    /** A pause of 0 ticks: it parks in any case. */
    Pause,
}

/** What stands in place of a tick: it lies before all of them. */
export const Never = -1

/** Added to a tick in `lastEntered`, it tells that no task that presses was entered then. */
export enum Mark {
    Look = 0.5,
    Slept = -0.25,
}

/** When a task was let in, in place of a tick: it passes a closed gate. */
export enum LetIn {
    Urgent = -1,
    Light = 0,
}
