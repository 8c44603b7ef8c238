// The net: a random history runs on the VM, and is compared with the model. What it covered is counted.

import fc from "fast-check"
import { Board, Difference } from "./board"
import { compare, expectNobodyForgotten } from "./compare"
import { histories } from "./generate"
import { Outcome, Runner } from "./machine"
import { History } from "./shape"

enum Latest {
    /** Of a task that uses little, under any load: ticks, from CONTRACT. */
    Patient = 50,
    /** Whoever has waited for so long uses little. */
    Waited = 20,
    /** Of a task that presses: CONTRACT grants it no limit, but it must go on. */
    Pressing = 500,
}

/** Up to this charge the tasks of a history leave the board time to spare. */
const lightLoadMs = 0.3

/** Near the wrap the VM's clock must go on at each reading. */
const crawlMs = 0.01

/** What was run: how often, by name. */
export type Counts = Record<string, number>

export interface Coverage {
    histories: number
    calls: number
    /** By clock, garbage collection and uptime. */
    configurations: Counts
    /** How often each call returned what. */
    results: Counts
    /** States that the model was in. */
    states: Counts
    /** The latest of each kind, in ticks. */
    latest: Counts
}

export const nothingCovered = (): Coverage => ({
    ...{ histories: 0, calls: 0 },
    ...{ configurations: {}, results: {}, states: {}, latest: {} },
})

function count(counts: Counts, name: string, by = 1) {
    counts[name] = (counts[name] ?? 0) + by
}

function configurationOf({ chargeMs, gcStress, uptimeMs }: History) {
    const uptime = ["start", "2^31 ms", "2^32 ms"][
        Math.round(uptimeMs / 2 ** 31)
    ]
    const gc = gcStress ? ", collecting at each allocation" : ""
    return `${chargeMs} ms a clock reading, at ${uptime}${gc}`
}

/**
 * Runs a history, and compares.
 * @throws {Difference} where the board and the model differ
 */
export async function judge(
    runner: Runner,
    history: History,
    covered: Coverage = nothingCovered(),
    fresh = false
): Promise<Board> {
    const outcome = await runner.run(history, fresh)
    const board = compare(history, outcome.trace, (name: string) =>
        count(covered.states, name)
    )
    expectEnd(board, outcome)
    expectOnTime(board)
    expectOuterLoop(board, outcome)
    covered.histories++
    count(covered.configurations, configurationOf(history))
    for (const name in board.results) {
        covered.calls += board.results[name]
        count(covered.results, name, board.results[name])
    }
    for (const { kind, ticks } of board.late) {
        const name = `${kind}, ${history.chargeMs} ms a reading`
        covered.latest[name] = Math.max(covered.latest[name] ?? 0, ticks)
    }
    const loop = `outer loop's gap, ${history.chargeMs} ms a reading`
    const gapMs = Math.ceil(outcome.gapMs)
    covered.latest[loop] = Math.max(covered.latest[loop] ?? 0, gapMs)
    return board
}

/** Where a history ended. */
const endOf = ({ event }: Board) => event ?? { task: 0, index: 0 }

function expectEnd(board: Board, { panic, broken }: Outcome) {
    const end = endOf(board)
    if (panic !== undefined)
        throw new Difference(end, "the program", panic, "goes on")
    if (broken)
        throw new Difference(end, "behind a queue", "written", "untouched")
    expectNobodyForgotten(board)
}

/** Where time stands still each return is exact to the tick. */
function latestOf({ chargeMs }: History, waited: number): number {
    if (chargeMs === 0) return 0
    if (chargeMs === crawlMs) return 1
    const isPatient = waited >= Latest.Waited || chargeMs <= lightLoadMs
    return isPatient ? Latest.Patient : Latest.Pressing
}

function expectOnTime(board: Board) {
    for (const late of board.late) {
        const limit = latestOf(board.history, late.waited)
        const what = `late (${late.kind}), in ticks`
        if (late.ticks > limit)
            throw new Difference(late, what, late.ticks, `at most ${limit}`)
    }
}

const secondMs = 1000
const turnsPerSecond = 10

/** Near it the outer loop has no turn for a while: docs/WAITING.md. */
const wrapMs = 2 ** 32 - 1000

/** It runs at least ten times a second: on a board with time to spare at any moment, else as a rule. */
function expectOuterLoop(board: Board, { gapMs, turns, virtualMs }: Outcome) {
    const longestMs = secondMs / turnsPerSecond
    const end = endOf(board)
    const { chargeMs, uptimeMs } = board.history
    const isLight = chargeMs <= lightLoadMs && uptimeMs < wrapMs
    const gap = "the outer loop's longest gap, in ms"
    if (isLight && gapMs > longestMs)
        throw new Difference(end, gap, gapMs, `at most ${longestMs}`)
    const seconds = virtualMs / secondMs
    const rate = turns / seconds
    const wanted = `at least ${turnsPerSecond}`
    if (seconds >= 1 && rate < turnsPerSecond)
        throw new Difference(end, "turns of the outer loop", rate, wanted)
}

/** What fast-check is asked to refute. */
const property = (runner: Runner, covered: Coverage) =>
    fc.asyncProperty(histories, async history => {
        try {
            await judge(runner, history, covered)
        } catch (error) {
            // on a machine of its own, as in a replay; what is left then is small, and fails each time
            await judge(runner, history, covered, true)
            throw error // it does so only where others have run
        }
    })

/** A history that failed, as small as it could be made. */
export interface Failure {
    seed: number
    history: History
    difference: string
}

/** Runs so many histories. Returns the shrunk failure, if there is one. */
export async function check(
    runner: Runner,
    { seed, count: numRuns }: { seed: number; count: number },
    covered: Coverage
): Promise<Failure | undefined> {
    const details = await fc.check(property(runner, covered), { seed, numRuns })
    if (!details.failed) return undefined
    const [history] = details.counterexample as [History]
    const error = details.errorInstance
    if (!(error instanceof Difference)) throw error
    return { seed, history, difference: error.message }
}
