/** Checks of arguments: counts, records, writable buffers. And the exception of a constructor for a wrong one. */

import { KernelError, KernelException } from "./errors"

/** Whether a value is an object with fields: no array, no Buffer, not null. */
export function isRecord(value: any): boolean {
    if (typeof value !== "object") return false
    if (value === null) return false
    if (value instanceof Buffer) return false
    return !Array.isArray(value)
}

/** Whether a value is a count: 0, 1, 2, ... or Infinity. */
export function isCount(value: any): boolean {
    if (typeof value === "number") if (value >= 0) return value === Math.floor(value)
    return false
}

/** Whether a value is a Buffer in RAM. One in flash throws at any write, even of no bytes. */
export function isWritable(value: any): boolean {
    if (!(value instanceof Buffer)) return false
    try {
        value.blitAt(0, value, 0, 0)
        return true
    } catch {
        return false
    }
}

/**
 * Throws for a wrong argument or a wrong field. The message has its name and its value.
 * @param label in front of the message: "" or "name: ", see `labelOf`
 * @throws KernelException InvalidArgument, always
 */
export function refuseArgument(label: string, name: string, value: any) {
    if (typeof value === "string") value = '"' + value + '"'
    else if (typeof value !== "number") value = typeof value
    let what = label + name + " " + value
    if (name === "ringSize") what += " is no power of two"
    throw new KernelException(KernelError.InvalidArgument, what)
}

/** The label of a queue for messages: "name: ", or "" if it has no name. */
export function labelOf(name: any): string {
    if (typeof name === "string") if (name !== "") return name + ": "
    return ""
}
