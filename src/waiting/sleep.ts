/** A pause of the calling task. It ends on time across the wrap of the VM's wake times, see wake.ts. */

import * as ds from "@devicescript/core"
import { deadlineAfter } from "./clock"
import { giveWay, mayEnd, park, passGate } from "./gate"
import { GiveWay } from "./phase"
import { freeTask, takeTask } from "./tasks"

/**
 * Pauses the calling task. Use it in place of `ds.sleep`, which may hang when the board's uptime passes a multiple of
 * 49.7 days. A resume by another task does not end the pause. It never fails.
 * @param ticks of a millisecond each, rounded up; FOREVER pauses for good; 0, a negative number or NaN gives way once
 */
export async function sleep(ticks: number): Promise<void> {
    if (!(ticks > 0)) return await giveWay(GiveWay.Pause)
    const task = takeTask(deadlineAfter(ticks))
    while (ds.millis() < task.deadline) await park(task.deadline)
    if (!mayEnd(task, ticks)) await passGate(task)
    freeTask(task)
}
