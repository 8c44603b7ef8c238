// The one layout of all messages, readings and commands alike.

import { MsgPriority, Schema } from "../../src"

/** What the controller wants of the actor. */
export enum Action {
    None,
    Off,
    On,
    Alarm,
}

/** A message. Made once for each end of a link and used for every message there. */
export class Message {
    /** Counts the producer's messages of this priority. */
    sequence = 0
    /** How many messages of normal priority the producer had sent before this one. */
    behind = 0
    /** Which sample of the sensor this is about. */
    sample = 0
    /** That sample, in tenths of a degree. */
    value = 0
    /** What to do about it; None in a reading. */
    action: number = Action.None
    /** The priority that it was sent with. */
    priority: MsgPriority = MsgPriority.Normal
}

enum TypeId {
    Message = 1,
}

/** How a message lies in a queue: 16 bytes. */
export const messageSchema = new Schema(TypeId.Message, [
    { name: "sequence", format: "u32" },
    { name: "behind", format: "u32" },
    { name: "sample", format: "u32" },
    { name: "value", format: "i16" },
    { name: "action", format: "u8" },
    { name: "priority", format: "u8" },
])

/** Counters of messages wrap as their 32 bits do. */
export function next(count: number): number {
    return (count + 1) >>> 0
}
