// The sensor-to-actor firmware:
//
//     sensor ==readings==> controller ==commands==> actor
//
// Each double arrow is a kernel queue, each name a task of its own, and a fourth task reports. A board entry
// (devs/main.ts, devs/pico.ts, ...) calls `startFirmware` with its sensor and its actor.

import { Panel, runActor } from "./actor"
import { runController } from "./controller"
import { Actor, Sensor } from "./devices"
import { Link } from "./link"
import { runReport } from "./report"
import { runSensor } from "./sensor"

/** The two links of a firmware that runs. */
export class Firmware {
    readings = new Link("readings")
    commands = new Link("commands")
}

/** Starts the tasks. The actor is off when it returns. */
export async function startFirmware(
    sensor: Sensor,
    actor: Actor
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
    runSensor.start(sensor, readings.outbox)
    runReport.start(readings, commands, panel)
    return firmware
}
