// The one layout of all messages, readings and commands alike.

import { Schema, SchemaRecord } from "../../src"

/** What the controller wants of the actor. */
export enum Action {
    None,
    Off,
    On,
    Alarm,
}

enum TypeId {
    Message = 1,
}

/** How a message lies in a queue: 16 bytes. */
export const messageSchema = new Schema(TypeId.Message, {
    /** Counts the producer's messages of this priority. */
    sequence: "u32",
    /** How many messages of normal priority the producer had sent before this one. */
    behind: "u32",
    /** Which sample of the sensor this is about. */
    sample: "u32",
    /** That sample, in tenths of a degree. */
    value: "i16",
    /** What to do about it, an `Action`; None in a reading. */
    action: "u8",
    /** The `MsgPriority` that it was sent with. */
    priority: "u8",
})

/** A message. Each end of a link makes one, and uses it for every message there. */
export type Message = SchemaRecord<typeof messageSchema>

/** Counters of messages wrap as their 32 bits do. */
export function next(count: number): number {
    return (count + 1) >>> 0
}
