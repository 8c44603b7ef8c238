import * as ds from "@devicescript/core"
import { MsgPriority } from "../../src"
import { Inbox } from "./inbox"
import { Action } from "./messages"
import { Outbox } from "./outbox"
import {
    alarmLimit,
    controllerWorkMs,
    fanOffBelow,
    fanOnAbove,
    silenceTimeoutMs,
} from "./settings"

/** The controller task: from each reading a command. An alarm is answered with an alarm, and at once. */
export async function runController(inbox: Inbox, outbox: Outbox) {
    const reading = inbox.message
    const command = outbox.message
    command.action = Action.Off
    while (true) {
        if (!(await inbox.receive(silenceTimeoutMs))) {
            console.log("controller: the sensor is silent")
            continue
        }
        const urgent = inbox.isUrgent()
        if (!urgent) await ds.sleep(controllerWorkMs)
        command.sample = reading.sample
        command.value = reading.value
        command.action = decide(reading.value, command.action)
        await outbox.send(urgent ? MsgPriority.Urgent : MsgPriority.Normal)
    }
}

/** Between the two thresholds the fan stays as it is, else it would chatter. */
function decide(value: number, before: number): number {
    if (value > alarmLimit) return Action.Alarm
    if (value > fanOnAbove) return Action.On
    if (value < fanOffBelow) return Action.Off
    return before === Action.Off ? Action.Off : Action.On
}
