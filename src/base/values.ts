/** What arguments are: counts, records, buffers that can be written. And how a constructor refuses one that is not. */

import { KernelError, KernelException } from "./errors"

/** Whether a value is an object with fields, no array and no Buffer. */
export function isRecord(value: any): boolean {
    if (typeof value !== "object") return false
    if (value === null) return false
    if (value instanceof Buffer) return false
    return !Array.isArray(value)
}

/** Whether a value can count something: 0, 1, 2, ... or Infinity. */
export function isCount(value: any): boolean {
    if (typeof value === "number") if (value >= 0) return value === Math.floor(value)
    return false
}

/** Whether a value is a Buffer in RAM: one in flash refuses to be written, even with no bytes. */
export function isWritable(value: any): boolean {
    if (!(value instanceof Buffer)) return false
    try {
        value.blitAt(0, value, 0, 0)
        return true
    } catch {
        return false
    }
}

/** Throws for a wrong argument, or a wrong field: the message has its name and its value. */
export function refuseArgument(label: string, name: string, value: any) {
    if (typeof value === "string") value = '"' + value + '"'
    else if (typeof value !== "number") value = typeof value
    const what = label + name + " " + value
    throw new KernelException(
        KernelError.InvalidArgument,
        name === "ringSize" ? what + " is no power of two" : what
    )
}

/** A queue's name in front of a message, if it has one. */
export function labelOf(name: any): string {
    if (typeof name === "string") if (name !== "") return name + ": "
    return ""
}
