// Tasks that do nothing but blocking calls are fair to the rest of the board, on a processor that takes time
// for them. What has nothing to do with queues is watched: timers, tasks, the VM's outer loop, a packet.

import { beforeAll, describe, expect, test } from "vitest"
import { VirtualClock } from "../host/vm/clock.mjs"
import { compile } from "../host/devicescript/compiler.mjs"
import { endedWell, runVirtual, Simulator } from "../host/vm/simulator.mjs"
import { deviceOf, isUptimeAnswer, uptimeQuestion } from "./jacdac"

const program = await compile("test/programs/fairness.ts")

const wayCount = 19

/** What is promised. */
const lateMax = 20
const turnsPerSecondMin = 10
const gapMsMax = 150
/** A question waits for a turn of the outer loop, is taken, and its answer is sent: three turns at most. */
const answerMsMax = 3 * (1000 / turnsPerSecondMin)

/** The VM is taken to hang if its outer loop has not run for so long. */
const hangMs = 3000

/** One way to keep the processor busy. */
interface Way {
    name: string
    /** Of the outer loop, and the time that passed meanwhile. */
    turns: number
    virtualMs: number
    /** The longest time without a turn. */
    gapMs: number
    /** How long answers to packets took. */
    answersMs: number[]
    /** What the program says of it: see there. */
    figures: Record<string, number[]>
}

/** Virtual time that tells the host of each reading, and ends a VM whose outer loop has stopped. */
class WatchedClock extends VirtualClock {
    onReading = () => {}
    turnMs = this.nowMs
    turns = 0
    gapMs = 0

    override now() {
        if (this.nowMs - this.turnMs > hangMs)
            throw new Error(`the outer loop has not run for ${hangMs} ms`)
        this.onReading()
        return super.now()
    }

    override runNext() {
        this.turnMs = Math.max(this.nowMs, this.nextMs)
        this.turns++
        const ran = super.runNext()
        this.gapMs = Math.max(this.gapMs, this.nowMs - this.turnMs)
        return ran
    }
}

/** Somebody on the packet bus who asks again and again, at any moment, and notes how long answers take. */
class Asker {
    answersMs: number[] = []
    #device: Uint8Array | undefined
    #askedMs = NaN
    #nextMs: number

    /** @param pauseMs  from an answer to the next question */
    constructor(
        readonly clock: VirtualClock,
        readonly pauseMs: number
    ) {
        this.#nextMs = clock.nowMs + pauseMs
    }

    hear(frame: Uint8Array) {
        this.#device ??= deviceOf(frame)
        if (!isUptimeAnswer(frame)) return
        this.answersMs.push(this.clock.nowMs - this.#askedMs)
        this.#nextMs = this.clock.nowMs + this.pauseMs
    }

    /** The question that is due, if any. */
    question() {
        if (!this.#device || this.clock.nowMs < this.#nextMs) return
        this.#askedMs = this.clock.nowMs
        this.#nextMs = Infinity
        return uptimeQuestion(this.#device)
    }
}

/**
 * Runs the program, and puts together what it says and what its host sees.
 * @param questionPauseMs  after so long a packet asks the VM something, again and again; by default none does:
 *     the VM takes a packet that has come meanwhile in a turn that its host does not see
 */
async function keepBusy(chargeMs: number, questionPauseMs = Infinity) {
    const clock = new WatchedClock({ chargeMs })
    const asker = new Asker(clock, questionPauseMs)
    const ways: Way[] = []
    const onLine = (line: string) => {
        const [mark, word, ...rest] = line.split(" ")
        if (mark !== ">") return
        if (word === "begin") ways.push(beginWay(rest.join(" "), clock, asker))
        else if (word === "end") endWay(ways.at(-1)!, clock, asker)
        else ways.at(-1)!.figures[word] = rest.map(Number)
    }
    const onFrame = (frame: Uint8Array) => asker.hear(frame)
    const run = await Simulator.start(program, { clock, onLine, onFrame })
    clock.onReading = () => {
        const question = asker.question()
        if (question) run.receiveFrame(question)
    }
    while (!run.ended && clock.runNext());
    run.stop()
    return { run, ways }
}

function beginWay(name: string, clock: WatchedClock, asker: Asker): Way {
    asker.answersMs = []
    const { turns, nowMs } = clock
    clock.gapMs = 0
    const begun = { turns, virtualMs: nowMs, gapMs: 0 }
    return { name, ...begun, answersMs: [], figures: {} }
}

function endWay(way: Way, clock: WatchedClock, asker: Asker) {
    way.turns = clock.turns - way.turns
    way.virtualMs = clock.nowMs - way.virtualMs
    way.gapMs = Math.max(clock.gapMs, clock.nowMs - clock.turnMs)
    way.answersMs = asker.answersMs
}

describe.each([0.1, 0.3, 0.5, 0.8, 1.2])(
    "at %d ms a clock reading, tasks that do nothing but blocking calls",
    chargeMs => {
        let run: Simulator
        let ways: Way[]

        beforeAll(async () => {
            ;({ run, ways } = await keepBusy(chargeMs))
        })

        test("never trip the step limit", () => {
            expect(endedWell(run), run.lines.join("\n")).toBe(true)
            expect(ways).toHaveLength(wayCount)
        })

        test("make no timer and no other task late", () => {
            for (const { name, figures } of ways)
                for (const late of figures.late)
                    expect(late, name).toBeLessThanOrEqual(lateMax)
        })

        test("leave the outer loop its turns", () => {
            for (const { name, turns, virtualMs } of ways)
                expect((turns / virtualMs) * 1000, name).toBeGreaterThanOrEqual(
                    turnsPerSecondMin
                )
        })

        test("leave it no long gap", () => {
            for (const { name, gapMs } of ways)
                expect(gapMs, name).toBeLessThanOrEqual(gapMsMax)
        })

        test("go on, each of them", () => {
            for (const { name, figures } of ways)
                expect(figures.calls[0], name).toBeGreaterThan(0)
        })

        test("lose nothing", () => {
            for (const { name, figures } of ways) {
                const [, , workers] = figures.calls
                const [sends, receipts, sent, received, others] =
                    figures.messages
                expect(sent, name).toBe(received + others)
                // of the calls that have not returned yet, each may have moved a message
                for (const open of [sent - sends, received - receipts]) {
                    expect(open, name).toBeGreaterThanOrEqual(0)
                    expect(open, name).toBeLessThanOrEqual(workers)
                }
            }
        })
    }
)

describe.each([0.5, 1.2])("at %d ms a clock reading", chargeMs => {
    test("a packet gets through to a VM with such tasks, and an answer back", async () => {
        const { run, ways } = await keepBusy(chargeMs, 37)
        expect(endedWell(run), run.lines.join("\n")).toBe(true)
        expect(ways).toHaveLength(wayCount)
        for (const { name, answersMs } of ways) {
            expect(answersMs.length, name).toBeGreaterThan(0)
            const longest = Math.max(...answersMs)
            expect(longest, name).toBeLessThanOrEqual(answerMsMax)
        }
    })
})

// The VM's own sleep(0) lets the task run each time but the first, on such a processor.
test.each([1, 1.2])(
    "a pause of 0 lets others run, also of a task that was just let in, at %d ms a reading",
    async chargeMs => {
        const pauses = await compile("test/programs/pause.ts")
        const { output, lines } = await runVirtual(pauses, {
            chargeMs,
            limitMs: 60_000,
        })
        expect(output, lines.join("\n")).toEqual([
            "pauses 300 without a turn 1",
        ])
    }
)
