// npm run fuzz: random histories on the real VM against the model of CONTRACT, for as long as one likes.

import { fork } from "node:child_process"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { join, relative, resolve } from "node:path"
import {
    CommandError,
    defineCommand,
    runCommand,
    wholeNumber,
} from "../terminal/commandline.mjs"
import { root } from "../project/root.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"

const seedMax = 2 ** 31 - 1
const minuteMs = 60_000
/** Where a history that failed is kept. */
const folder = join(root, ".devicescript", "fuzz")

const command = defineCommand(
    "fuzz",
    "Runs random histories on the real VM, and compares each result, byte and tick with a model of the contract."
)
    .option("--minutes <n>", "for how long", wholeNumber(100_000), 1)
    .option("--histories <n>", "and at most so many", wholeNumber(1e9))
    .option(
        "--seed <n>",
        "where to begin; default: another each time",
        wholeNumber(seedMax)
    )
    .option(
        "--workers <n>",
        "processes at once",
        wholeNumber(64),
        availableParallelism()
    )
    .option("--replay <file>", "runs the history that failed again")

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

function addCounts(to, from) {
    for (const name in from) to[name] = (to[name] ?? 0) + from[name]
}

function add(to, from) {
    to.histories += from.histories
    to.calls += from.calls
    for (const part of ["configurations", "results", "states"])
        addCounts(to[part], from[part])
    for (const [name, ticks] of Object.entries(from.latest))
        to.latest[name] = Math.max(to.latest[name] ?? 0, ticks)
}

function print(title, counts) {
    console.log(`\n${title}`)
    for (const name of Object.keys(counts).sort())
        console.log(`${String(counts[name]).padStart(10)}  ${name}`)
}

function printCovered(covered, seed) {
    print(
        "histories by clock, uptime and garbage collection",
        covered.configurations
    )
    print("calls by result", covered.results)
    print("calls made in a state", covered.states)
    print("late by at most, in ticks", covered.latest)
    const { histories, calls } = covered
    console.log(`\n${histories} histories, ${calls} calls, seed ${seed}`)
}

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

async function replay(file) {
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

async function fuzz({ minutes, histories = Infinity, seed, workers }) {
    const first = seed ?? 1 + Math.floor(Math.random() * (seedMax - 1))
    const covered = { histories: 0, calls: 0 }
    for (const part of ["configurations", "results", "states", "latest"])
        covered[part] = {}
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

await runCommand("fuzz", command, options =>
    options.replay ? replay(options.replay) : fuzz(options)
)
