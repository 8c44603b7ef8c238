import * as ds from "@devicescript/core"
import { MsgPriority } from "../../src"
import { Calibration } from "./calibration"
import { Sensor } from "./devices"
import { Message, next } from "./messages"
import { Outbox } from "./outbox"
import {
    alarmLimit,
    looksPerReport,
    readingsPerReport,
    watchEveryMs,
} from "./settings"

/**
 * The sensor task. It reports readings in bursts, which the controller works off at leisure; but it looks
 * more often than it reports, and what is over the limit goes out at once and ahead of all that is queued.
 */
export async function runSensor(
    sensor: Sensor,
    calibration: Calibration,
    outbox: Outbox
) {
    const message = outbox.message
    let looks = 0
    while (true) {
        calibration.update()
        if (looks === 0)
            for (let i = 0; i < readingsPerReport; ++i) {
                sample(sensor, calibration, message)
                await outbox.send(MsgPriority.Normal)
            }
        sample(sensor, calibration, message)
        if (message.value > alarmLimit) await outbox.send(MsgPriority.Urgent)
        looks = looks + 1 === looksPerReport ? 0 : looks + 1
        await ds.sleep(watchEveryMs)
    }
}

function sample(sensor: Sensor, calibration: Calibration, message: Message) {
    message.sample = next(message.sample)
    message.value = calibration.correct(sensor.read())
}
