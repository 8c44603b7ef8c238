import * as ds from "@devicescript/core"
import { KernelQueue, QueueStats } from "../../src"
import { Panel } from "./actor"
import { Link } from "./link"
import { Action } from "./messages"
import { reportEveryMs, reportsPerRecord } from "./settings"

/** The report task: one line a second about both links, and every ten seconds a record of each queue. */
export async function runReport(
    readings: Link,
    commands: Link,
    panel: Panel,
    queues: KernelQueue[]
) {
    const stats = new QueueStats()
    let due = ds.millis()
    let reports = 0
    while (true) {
        due += reportEveryMs // a fixed rhythm: a sleep of a second after each line would drift
        await ds.sleep(Math.max(0, due - ds.millis()))
        print(readings, commands, panel)
        reports = (reports + 1) % reportsPerRecord
        if (reports === 0)
            for (const queue of queues) {
                queue.stats(stats)
                console.data(JSON.stringify(stats)) // an object it would cut at a hundred characters
            }
    }
}

/**
 * The line is pairs of a name and a figure, so that a program can read it as well as a person: host/firmware/verdict.mjs
 * does. Counts are sums over both links; depth and high water are "readings+commands".
 */
function print(readings: Link, commands: Link, panel: Panel) {
    const into = readings.inbox
    const out = commands.inbox
    readings.queue.stats(readings.stats)
    commands.queue.stats(commands.stats)
    // the queues' own count: a producer may not have heard yet that its message was accepted
    const sent = readings.stats.sent + commands.stats.sent
    const counts = `tick ${ds.millis()}  sent ${sent}  received ${into.received + out.received}`
    const faults = `lost ${readings.lost() + commands.lost()}  disorder ${into.disorder + out.disorder}`
    const depth = `depth ${readings.stats.size}+${commands.stats.size}`
    const high = `high ${readings.stats.highWater}+${commands.stats.highWater}`
    const alarms = `alarms ${into.urgent}  overtook ${into.overtook + out.overtook}`
    const state = `value ${panel.value / 10}  actor ${actionName(panel.action)}`
    // names for the parts, because a call takes no more than eight
    console.log(`${counts}  ${faults}  ${depth}  ${high}  ${alarms}  ${state}`)
}

function actionName(action: number): string {
    if (action === Action.Alarm) return "ALARM"
    return action === Action.On ? "on" : "off"
}
