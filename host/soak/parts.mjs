// The parts of the soak, and how much each runs.

import { compile } from "../devicescript/compiler.mjs"
import { beginStep, endStep } from "../terminal/progress.mjs"
import { firmwareSource, soakFirmware } from "./firmware.mjs"
import { mixSource, soakMessages } from "./messages.mjs"
import { soakUptime, uptimeSource } from "./uptime.mjs"

const million = 1_000_000
const minuteMs = 60_000
const kiB = 1024

/** 400 days with a message a minute. */
const uptime = { messages: 400 * 24 * 60, minutes: 1 }
/**
 * Exactly so large: see host/vm/heap.mjs. In the smaller there is no room for all tasks of a round at once; in two groups it
 * depends on how the heap is split up (31 KB may do where 32 do not), in three 29 KB are enough.
 */
const heaps = [
    { heapBytes: 64 * kiB, groups: 1 },
    { heapBytes: 32 * kiB, groups: 3 },
]

/** Each runs, prints its figures by `say`, and gives its problems. */
export const parts = {
    async messages() {
        return [await run(mixSource, soakMessages, { messages: 10 * million })]
    },
    async firmware() {
        return [await run(firmwareSource, soakFirmware, { ms: 60 * minuteMs })]
    },
    async uptime() {
        return [await run(uptimeSource, soakUptime, uptime)]
    },
    async heaps() {
        const ran = []
        for (const { heapBytes, groups } of heaps) {
            const messages = { messages: million / 5, groups, heapBytes }
            ran.push(await run(mixSource, soakMessages, messages))
            const firmware = { ms: 10 * minuteMs, heapBytes }
            ran.push(await run(firmwareSource, soakFirmware, firmware))
        }
        return ran
    },
}

async function run(source, soak, wanted) {
    const words = Object.entries(wanted).map(([name, value]) => {
        return `${name} ${value.toLocaleString("en-US")}`
    })
    beginStep(`running ${source}: ${words.join(", ")}`)
    const program = await compile(source)
    endStep() // from here on its rows tell how far it is
    return await soak(program, wanted, line => console.log(line))
}
