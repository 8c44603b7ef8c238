// A run of random histories: several processes of test/histories/worker.ts, and what becomes of a history that fails.

import { fork } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join, relative, resolve } from "node:path"
import { root } from "../project/root.mjs"
import { CommandError } from "../terminal/commandline.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"
import { add, nothingCovered, printCovered } from "./covered.mjs"

export const seedMax = 2 ** 31 - 1
const minuteMs = 60_000
/** Where a history that failed is kept. */
const folder = join(root, ".devicescript", "fuzz")

/** A process that sends its reports. */
function startWorker(words, onReport) {
    const worker = fork(join(root, "test/histories/worker.ts"), words, {
        cwd: root,
        execArgv: ["--import", "tsx"],
    })
    worker.on("message", onReport)
    const ended = new Promise((resolve, reject) => {
        worker.on("error", reject)
        worker.on("exit", (code, signal) =>
            code === 0 || signal
                ? resolve(undefined)
                : reject(new Error(`a worker ended with code ${code}`))
        )
    })
    return { worker, ended }
}

/** Shows a history that failed, and how to run it again. */
function keep({ seed, history, difference, program }) {
    mkdirSync(folder, { recursive: true })
    const file = join(folder, `${seed}.json`)
    writeFileSync(file, JSON.stringify({ seed, history, difference }))
    console.log(`\n${program}`)
    console.log(`FAILED: ${difference}`)
    const { chargeMs, gcStress, uptimeMs } = history
    const gc = gcStress ? ", garbage collected at each allocation" : ""
    console.log(
        `seed ${seed}; ${chargeMs} ms charged a clock reading, ${uptimeMs} ms of uptime${gc}`
    )
    const shown = relative(root, file).replaceAll("\\", "/")
    console.log(`again: npm run fuzz -- --replay ${shown}`)
}

/**
 * Runs a history that was kept again.
 * @param {string} file
 * @returns {Promise<number>} the exit code
 */
export async function replay(file) {
    const path = resolve(file)
    if (!existsSync(path)) throw new CommandError(`there is no file ${file}`)
    beginStep("compiling test/programs/driver.ts")
    let failure
    await startWorker(["replay", path], report => (failure = report.failure))
        .ended
    endStep()
    if (failure) keep(failure)
    else console.log("the board does what the model says")
    return failure ? 1 : 0
}

/**
 * Runs random histories until the time is over, there were enough, one fails, or at Ctrl-C.
 * @param {{ minutes: number, histories?: number, seed?: number, workers: number }} options
 * @returns {Promise<number>} the exit code
 */
export async function fuzz({ minutes, histories = Infinity, seed, workers }) {
    const first = seed ?? 1 + Math.floor(Math.random() * (seedMax - 1))
    const covered = nothingCovered()
    beginStep("compiling test/programs/driver.ts")
    const startMs = Date.now()
    let failure
    let shownMs = startMs
    const stop = () => all.forEach(({ worker }) => worker.kill())
    const onReport = report => {
        if (failure) return
        add(covered, report.covered)
        failure = report.failure
        const now = Date.now()
        const isDue = process.stdout.isTTY || now - shownMs > minuteMs
        const passed = ((now - startMs) / minuteMs).toFixed(1)
        if (isDue) shownMs = now
        if (isDue)
            beginStep(
                `running: ${covered.histories} histories, ${covered.calls} calls, ${passed} of ${minutes} minutes`
            )
        if (failure || covered.histories >= histories) stop()
    }
    const all = Array.from({ length: workers }, (_, i) =>
        startWorker(["fuzz", String(first + i), String(workers)], onReport)
    )
    const timer = setTimeout(stop, minutes * minuteMs)
    process.once("SIGINT", stop)
    try {
        await Promise.all(all.map(({ ended }) => ended))
    } finally {
        clearTimeout(timer)
        stop()
    }
    endStep()
    if (failure) keep(failure)
    printCovered(covered, first)
    return failure ? 1 : 0
}
