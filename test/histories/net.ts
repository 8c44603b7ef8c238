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

export function add(to: Coverage, from: Coverage) {
    to.histories += from.histories
    to.calls += from.calls
    for (const part of ["configurations", "results", "states"] as const)
        for (const name in from[part]) count(to[part], name, from[part][name])
    for (const name in from.latest)
        to.latest[name] = Math.max(to.latest[name] ?? 0, from.latest[name])
}

export function configurationOf({ chargeMs, gcStress, uptimeMs }: History) {
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

function expectEnd(board: Board, { panic, broken }: Outcome) {
    const { task, index } = board.event ?? { task: 0, index: 0 }
    if (panic !== undefined)
        throw new Difference(task, index, "the program", panic, "goes on")
    if (broken)
        throw new Difference(
            ...([task, index, "memory behind a queue"] as const),
            ...(["written", "untouched"] as const)
        )
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
    for (const { kind, ticks, waited, task, index } of board.late) {
        const limit = latestOf(board.history, waited)
        if (ticks > limit)
            throw new Difference(
                ...([task, index, `late (${kind}), in ticks`] as const),
                ...([ticks, `at most ${limit}`] as const)
            )
    }
}

const secondMs = 1000
const turnsPerSecond = 10

/** It runs at least ten times a second: on a board with time to spare at any moment, else as a rule. */
function expectOuterLoop(board: Board, { gapMs, turns, virtualMs }: Outcome) {
    const longestMs = secondMs / turnsPerSecond
    const { task, index } = board.event ?? { task: 0, index: 0 }
    const isLight = board.history.chargeMs <= lightLoadMs
    if (isLight && gapMs > longestMs)
        throw new Difference(
            ...([task, index, "the outer loop's longest gap, in ms"] as const),
            ...([gapMs, `at most ${longestMs}`] as const)
        )
    const seconds = virtualMs / secondMs
    if (seconds >= 1 && turns / seconds < turnsPerSecond)
        throw new Difference(
            ...([task, index, "turns of the outer loop a second"] as const),
            ...([turns / seconds, `at least ${turnsPerSecond}`] as const)
        )
}

/** What fast-check is asked to refute. */
export const property = (runner: Runner, covered: Coverage) =>
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
