// The VM's own sleeps that end at the last ticks before the wrap, and tasks that are started at each, while
// others wait across it.

import * as ds from "@devicescript/core"
import { sleep } from "../../src"
import { passAllUntil, wrap } from "./uptimeforms"

async function sleepUntil(at: number) {
    await ds.sleep(wrap + at - ds.millis())
    console.log("wait", "ds.sleep", at, ds.millis() - wrap - at)
}

async function run(at: number) {
    console.log("wait", "start", at, ds.millis() - wrap - at)
}

async function startEach() {
    for (let at = -60; at <= -4; ++at) {
        await sleep(wrap + at - ds.millis())
        run.start(ds.millis() - wrap)
    }
}

startEach.start()
passAllUntil([-1, 0, 20])
for (let at = -60; at <= -2; ++at) sleepUntil.start(at)
await sleep(wrap + 100 - ds.millis())
ds.restart()
