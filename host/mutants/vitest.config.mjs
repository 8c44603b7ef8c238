// vitest in a worker's copy of the project: the files that MUTANTS_FILES names, in that order, one after the other. What
// happens goes to the file MUTANTS_EVENTS, a line of JSON each.

import { appendFileSync } from "node:fs"
import { defineConfig } from "vitest/config"
import { limitMs } from "../../test/limit.mjs"

const names = (process.env.MUTANTS_FILES ?? "").split(" ")
const events = process.env.MUTANTS_EVENTS ?? ""

const rank = ({ moduleId }) =>
    names.findIndex(name => moduleId.endsWith(`/${name}`))

class GivenOrder {
    shard(files) {
        return files
    }
    sort(files) {
        return [...files].sort((a, b) => rank(a) - rank(b))
    }
}

function tell(event) {
    appendFileSync(events, `${JSON.stringify(event)}\n`)
}

const reporter = {
    onTestModuleQueued(module) {
        tell({ kind: "begin", file: module.relativeModuleId, at: Date.now() })
    },
    onTestCaseResult(test) {
        const { state, errors } = test.result()
        if (state !== "failed") return
        tell({
            kind: "failure",
            file: test.module.relativeModuleId,
            test: test.fullName,
            error: errors?.[0]?.message,
        })
    },
    onTestModuleEnd(module) {
        const file = module.relativeModuleId
        for (const { message } of module.errors())
            tell({ kind: "failure", file, test: "", error: message })
        tell({ kind: "end", file, at: Date.now() })
    },
}

export default defineConfig({
    test: {
        include: names,
        maxWorkers: 1,
        pool: "forks",
        isolate: false,
        testTimeout: limitMs,
        hookTimeout: limitMs,
        sequence: { sequencer: GivenOrder },
        reporters: [reporter],
    },
})
