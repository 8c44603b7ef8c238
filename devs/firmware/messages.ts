// The one layout of all messages, readings and commands alike, little-endian:
//
//      0  u32  sequence  counts the producer's messages of this priority
//      4  u32  behind    how many messages of normal priority the producer had sent before this one
//      8  u32  sample    which sample of the sensor this is about
//     12  i16  value     that sample, in tenths of a degree
//     14  u8   action    what to do about it; Action.None in a reading
//     15  u8   zero

enum Offset {
    Sequence = 0,
    Behind = 4,
    Sample = 8,
    Value = 12,
    Action = 14,
    Length = 16,
}

/** What the controller wants of the actor. */
export enum Action {
    None,
    Off,
    On,
    Alarm,
}

export const messageSize = 16

/** A message and its bytes. Made once for each end of a link and used for every message there. */
export class Message {
    bytes = Buffer.alloc(Offset.Length)
    sequence = 0
    behind = 0
    sample = 0
    value = 0
    action: number = Action.None

    /** Fields to bytes. */
    encode() {
        const bytes = this.bytes
        bytes.setAt(Offset.Sequence, "u32", this.sequence)
        bytes.setAt(Offset.Behind, "u32", this.behind)
        bytes.setAt(Offset.Sample, "u32", this.sample)
        bytes.setAt(Offset.Value, "i16", this.value)
        bytes.setAt(Offset.Action, "u8", this.action)
    }

    /** Bytes to fields. */
    decode() {
        const bytes = this.bytes
        this.sequence = bytes.getAt(Offset.Sequence, "u32")
        this.behind = bytes.getAt(Offset.Behind, "u32")
        this.sample = bytes.getAt(Offset.Sample, "u32")
        this.value = bytes.getAt(Offset.Value, "i16")
        this.action = bytes.getAt(Offset.Action, "u8")
    }
}

/** Counters of messages wrap as their 32 bits do. */
export function next(count: number): number {
    return (count + 1) >>> 0
}
