// The sensor-to-actor firmware:
//
//     table ==calibration==> sensor ==readings==> controller ==commands==> actor
//
// Each double arrow is a kernel queue. Sensor, controller and actor are tasks, and a fourth one reports; the table
// is what a board entry (devs/main.ts, devs/pico.ts, ...) calls `startFirmware` with, beside its sensor and actor.

import { Region } from "../../src"
import { Panel, runActor } from "./actor"
import { Calibration, straight } from "./calibration"
import { runController } from "./controller"
import { Actor, Sensor } from "./devices"
import { Link } from "./link"
import { runReport } from "./report"
import { runSensor } from "./sensor"

/** The queues of a firmware that runs. */
export class Firmware {
    calibration = new Calibration()
    readings = new Link("readings")
    commands = new Link("commands")
}

/**
 * Starts the tasks. The actor is off when it returns.
 * @param table the sensor's calibration: see `Calibration`. In flash it takes no memory
 */
export async function startFirmware(
    sensor: Sensor,
    actor: Actor,
    table = straight
): Promise<Firmware> {
    const firmware = new Firmware()
    const readings = firmware.readings
    const commands = firmware.commands
    const panel = new Panel()
    // Before the first message: a status light takes a second to answer its first packet.
    await actor.drive(false)
    // Consumers first, so that each message finds its task waiting.
    runActor.start(actor, commands.inbox, panel)
    runController.start(readings.inbox, commands.outbox)
    firmware.calibration.send(Region.immutable(table))
    runSensor.start(sensor, firmware.calibration, readings.outbox)
    runReport.start(readings, commands, panel, [
        readings.queue,
        commands.queue,
        firmware.calibration.queue,
    ])
    return firmware
}
