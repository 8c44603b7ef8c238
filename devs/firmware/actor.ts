import * as ds from "@devicescript/core"
import { Actor } from "./devices"
import { Inbox } from "./inbox"
import { Action } from "./messages"
import { actorSettleMs, silenceTimeoutMs } from "./settings"

/** The log shows what the actor did last: written by the actor task, read by the report. */
export class Panel {
    value = 0
    action: number = Action.Off
}

/**
 * The actor task: drives the output as the commands say.
 *
 * Priorities change the order between commands: after an alarm come commands that were decided before it.
 * They are received and counted, but not obeyed, or a stale "off" would stop the fan in the middle of an alarm.
 */
export async function runActor(actor: Actor, inbox: Inbox, panel: Panel) {
    const command = inbox.message
    let newestSample = 0
    let alarms = 0
    while (true) {
        if (!(await inbox.receive(silenceTimeoutMs))) {
            console.log("actor: no commands, going to the safe state")
            panel.action = Action.Off
            await actor.drive(false)
            continue
        }
        if (((command.sample - newestSample) | 0) < 0) continue // older, also past 2^32
        newestSample = command.sample
        panel.value = command.value
        panel.action = command.action
        if (command.action === Action.Alarm) alarms++
        await actor.drive(isLit(command.action, alarms))
        if (!inbox.isUrgent()) await ds.sleep(actorSettleMs)
    }
}

/** An alarm blinks: a new state at every fourth alarm, five times a second as long as it lasts. */
function isLit(action: number, alarms: number): boolean {
    if (action === Action.Alarm) return (alarms & 4) === 0
    return action === Action.On
}
