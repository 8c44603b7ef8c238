// A process of `npm run fuzz`: runs histories until it is stopped, and tells what it covered.

import { readFileSync } from "node:fs"
import { Difference } from "./board"
import { Runner } from "./machine"
import { check, Coverage, Failure, judge, nothingCovered } from "./net"
import { programOf } from "./program"

/** Between two reports: a few seconds. */
const chunk = 100

export interface Report {
    covered: Coverage
    failure?: Failure & { program: string }
}

const send = (report: Report) =>
    new Promise<void>(resolve =>
        process.send?.(report, undefined, undefined, () => resolve())
    )

/** Seeds from `seed` on, each worker its own. */
async function fuzz(runner: Runner, seed: number, step: number) {
    for (let each = seed; ; each += step) {
        const covered = nothingCovered()
        const found = await check(runner, { seed: each, count: chunk }, covered)
        const failure = found && {
            ...found,
            program: programOf(found.history),
        }
        await send({ covered, failure })
        if (failure) return
    }
}

/** Runs one again, on a machine of its own. */
async function replay(runner: Runner, file: string) {
    const covered = nothingCovered()
    const { seed, history } = JSON.parse(readFileSync(file, "utf8")) as Failure
    try {
        await judge(runner, history, covered, true)
        await send({ covered })
    } catch (error) {
        if (!(error instanceof Difference)) throw error
        const program = programOf(history)
        const { message: difference } = error
        await send({ covered, failure: { seed, history, difference, program } })
    }
}

const [what, ...words] = process.argv.slice(2)
const runner = await Runner.create()
if (what === "replay") await replay(runner, words[0])
else await fuzz(runner, Number(words[0]), Number(words[1]))
process.disconnect?.()
process.exit() // the machine's timers would keep it
