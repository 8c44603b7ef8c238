/**
 * Ticks and deadlines. A tick is one millisecond of the board's hardware timer.
 *
 * The tick stands still while a task runs: it is read anew each time that a task is entered.
 */

import * as ds from "@devicescript/core"
import { giveWay, mayEnd, park, passGate } from "./gate"
import { freeTask, takeTask } from "./tasks"

/** A timeout without limit. */
export const FOREVER = Infinity

/** Whether a value is a timeout: a number of ticks, 0 or more, fractions and FOREVER too. */
export function isTimeout(value: any): boolean {
    return typeof value === "number" && value >= 0
}

/** The tick at which a timeout that begins now has passed. Fractions round up. */
export function deadlineAfter(timeout: number): number {
    return ds.millis() + Math.ceil(timeout)
}

/**
 * Pauses the calling task. In place of `ds.sleep`, which may hang where the board has been up for a
 * multiple of 49.7 days; being resumed by another task does not end it.
 * @param ticks of a millisecond each, rounded up; FOREVER pauses for good; 0, a negative number or NaN gives way once
 */
export async function sleep(ticks: number): Promise<void> {
    if (!(ticks > 0)) return await giveWay()
    const task = takeTask(deadlineAfter(ticks))
    while (ds.millis() < task.deadline) await park(task.deadline)
    if (!mayEnd(task, ticks)) await passGate(task)
    freeTask(task)
}
