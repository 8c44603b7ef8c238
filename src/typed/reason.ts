/** Why a value does not fit its field, in words, for logs. */

import { Kind, FieldType } from "./field"
import { highestOf, lowestOf } from "./format"

/** The field's name and the reason. "" if the value fits. */
export function reasonOf(name: string, type: FieldType, value: any): string {
    const { kind, count } = type
    const what = name + ": "
    if (value === undefined) return what + "missing"
    if (kind === Kind.Number) return reasonOfNumber(what, type, value)
    if (kind === Kind.Bool) return typeof value === "boolean" ? "" : what + "no boolean"
    if (kind === Kind.Text) {
        if (typeof value !== "string") return what + "no string"
        const length = value.byteLength
        return length > count ? what + length + " bytes, more than " + count : ""
    }
    if (kind === Kind.Bytes) {
        if (!(value instanceof Buffer)) return what + "no Buffer"
        return value.length === count ? "" : what + notSoMany(value.length, "bytes", count)
    }
    if (!Array.isArray(value)) return what + "no array"
    if (value.length !== count) return what + notSoMany(value.length, "items", count)
    for (let i = 0; i < count; ++i) {
        const item = name + "[" + i + "]: "
        if (value[i] === undefined) return item + "missing"
        const reason = reasonOfNumber(item, type, value[i])
        if (reason !== "") return reason
    }
    return ""
}

function notSoMany(count: number, units: string, room: number): string {
    return count + " " + units + ", not " + room
}

function reasonOfNumber(what: string, type: FieldType, value: any): string {
    if (type.writtenFor(value) !== undefined) return ""
    if (typeof value !== "number") return what + "no number"
    const lowest = lowestOf(type.format)
    const highest = highestOf(type.format)
    if (value < lowest) return what + value + " is below " + lowest
    if (value >= highest) return what + value + " is above " + highest
    return what + value + (type.scale > 1 ? " is no number" : " is no integer")
}
