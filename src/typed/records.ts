/**
 * Records to bytes and back: what `sendRecord` and `recvRecord` do for each message.
 *
 * A record goes through a buffer of its schema: record, buffer, ring, buffer, record. No task switch comes between, so
 * two buffers serve all queues of a schema, and a record that does not fit changes nothing. It takes two: a receive may
 * admit a task that waits to send, and that before its own record is filled.
 *
 * The fields stand in one list for each format, so that no field's format is ever asked for. A message of six numbers
 * takes a third of the time. The loops are written out: a call for each field would cost as much as the field.
 */

import { KernelError } from "../base/errors"
import { Field, packField, unpackField } from "./field"
import { Format, Highest, isFloat32 } from "./format"

/** What `makeRecordCalls` needs of a queue, and what it sets there. */
export interface RecordQueue {
    recv: (into: Buffer) => number
    /** The error of a record that was not sent: it does not fit, or is no record. */
    refuseRecord(record: any, priority: number): number
    sendRecord: (record: any, priority?: number) => number
    recvRecord: (record: any) => number
}

/** Sends bytes that are known to fit: `Step.Put` of a queue's core. */
export type Put = (bytes: Buffer, priority: number, flags: number) => number

enum Usual {
    /** MsgPriority.Normal */
    Priority = 1,
}

/** The lists of a schema's fields, beside those of the formats of numbers up to 32 bits and floats. */
export enum FieldList {
    Bool = 12,
    /** All other formats. */
    Rare = 13,
}

/**
 * Makes `sendRecord` and `recvRecord`.
 * @param firsts the first field of each list, by its format or `FieldList`
 * @param sent the schema's buffer for a record that is sent
 * @param received and for one that is received
 * @param mayFill whether the fields of a record can be set. It is asked once for a record that is used again and again
 */
export function makeRecordCalls(
    queue: RecordQueue,
    put: Put,
    firsts: Field[],
    sent: Buffer,
    received: Buffer,
    mayFill: (record: any) => boolean
) {
    const recv = queue.recv
    const firstU8 = firsts[Format.U8]
    const firstU16 = firsts[Format.U16]
    const firstU32 = firsts[Format.U32]
    const firstI8 = firsts[Format.I8]
    const firstI16 = firsts[Format.I16]
    const firstI32 = firsts[Format.I32]
    const firstF32 = firsts[Format.F32]
    const firstF64 = firsts[Format.F64]
    const firstBool = firsts[FieldList.Bool]
    const firstRare = firsts[FieldList.Rare]
    const isSigned = hasList(firsts, Format.I8, Format.I32)
    const hasOthers = hasList(firsts, Format.F64, FieldList.Rare)
    let lastFilled: any = received // no caller's record

    function sendRecord(record: any, priority: number = Usual.Priority): number {
        let field: Field, value: any
        try {
            for (field = firstU8; field; field = field.next) {
                value = record[field.name]
                if (value !== (value & 0xff)) return queue.refuseRecord(record, priority)
                sent.setAt(field.at, "u8", value)
            }
            for (field = firstU16; field; field = field.next) {
                value = record[field.name]
                if (value !== (value & 0xffff)) return queue.refuseRecord(record, priority)
                sent.setAt(field.at, "u16", value)
            }
            for (field = firstU32; field; field = field.next) {
                value = record[field.name]
                if (value !== value >>> 0) return queue.refuseRecord(record, priority)
                sent.setAt(field.at, "u32", value)
            }
            for (field = firstF32; field; field = field.next) {
                value = record[field.name]
                if (value !== +value || Math.abs(value) > Highest.F32)
                    if (!isFloat32(value)) return queue.refuseRecord(record, priority)
                sent.setAt(field.at, "f32", value)
            }
            if (isSigned) {
                for (field = firstI8; field; field = field.next) {
                    value = record[field.name]
                    if (value !== (value << 24) >> 24) return queue.refuseRecord(record, priority)
                    sent.setAt(field.at, "i8", value)
                }
                for (field = firstI16; field; field = field.next) {
                    value = record[field.name]
                    if (value !== (value << 16) >> 16) return queue.refuseRecord(record, priority)
                    sent.setAt(field.at, "i16", value)
                }
                for (field = firstI32; field; field = field.next) {
                    value = record[field.name]
                    if (value !== (value | 0)) return queue.refuseRecord(record, priority)
                    sent.setAt(field.at, "i32", value)
                }
            }
            if (hasOthers) {
                for (field = firstF64; field; field = field.next) {
                    value = record[field.name]
                    if (typeof value !== "number") return queue.refuseRecord(record, priority)
                    sent.setAt(field.at, "f64", value)
                }
                for (field = firstBool; field; field = field.next) {
                    value = record[field.name]
                    if (typeof value !== "boolean") return queue.refuseRecord(record, priority)
                    sent.setAt(field.at, "u8", value as any)
                }
                for (field = firstRare; field; field = field.next)
                    if (!packField(field, record, sent)) return queue.refuseRecord(record, priority)
            }
        } catch {
            return queue.refuseRecord(record, priority) // no object, or a field that cannot be read
        }
        return put(sent, priority, 0)
    }

    function recvRecord(record: any): number {
        let field: Field
        if (record !== lastFilled) {
            if (!mayFill(record)) return -KernelError.InvalidArgument
            lastFilled = record
        }
        const length = recv(received)
        if (length < 0) return length
        for (field = firstU8; field; field = field.next)
            record[field.name] = received.getAt(field.at, "u8")
        for (field = firstU16; field; field = field.next)
            record[field.name] = received.getAt(field.at, "u16")
        for (field = firstU32; field; field = field.next)
            record[field.name] = received.getAt(field.at, "u32")
        for (field = firstF32; field; field = field.next)
            record[field.name] = received.getAt(field.at, "f32")
        if (isSigned) {
            for (field = firstI8; field; field = field.next)
                record[field.name] = received.getAt(field.at, "i8")
            for (field = firstI16; field; field = field.next)
                record[field.name] = received.getAt(field.at, "i16")
            for (field = firstI32; field; field = field.next)
                record[field.name] = received.getAt(field.at, "i32")
        }
        if (hasOthers) {
            for (field = firstF64; field; field = field.next)
                record[field.name] = received.getAt(field.at, "f64")
            for (field = firstBool; field; field = field.next)
                record[field.name] = received.getAt(field.at, "u8") !== 0
            for (field = firstRare; field; field = field.next) unpackField(field, record, received)
        }
        return length
    }

    // Each read of an unbound function from a field allocates a binding. Storing what was read keeps one for good.
    queue.sendRecord = sendRecord
    queue.sendRecord = queue.sendRecord
    queue.recvRecord = recvRecord
    queue.recvRecord = queue.recvRecord
}

/** Whether a list is not empty. */
function hasList(firsts: Field[], lowest: number, highest: number): boolean {
    for (let i = lowest; i <= highest; ++i) if (firsts[i] !== undefined) return true
    return false
}
