/**
 * What a message's header says.
 *
 * An entry of a ring is an 8-byte header and its payload, little-endian:
 *
 *     0  u32  length of the payload in bytes
 *     4  u8   priority
 *     5  u8   flags
 *     6  u16  sequence: the number of messages accepted before this one, wraps
 */

/** Higher is delivered first; within a priority, first in is first out. They are all the values of two bits. */
export enum MsgPriority {
    Low = 0,
    Normal = 1,
    High = 2,
    Urgent = 3,
}

/** Bits of a header's flags. 2 and 4 are reserved: the original's CONTINUATION and FINAL. */
export enum EntryFlag {
    /** The payload is a descriptor of 24 bytes. */
    Descriptor = 1,
}

/** A header's second word, its sequence left out: the priority, and bits above it. */
export enum Tag {
    /** `EntryFlag.Descriptor`, in the byte of the flags. */
    Descriptor = 256,
}

/** A header's parts, in bytes from its start: see above. */
export enum Header {
    Length = 0,
    /** Priority, flags and sequence as one word of 32 bits, priority lowest. */
    Word = 4,
    Size = 8,
}

/** A message's header. The caller makes it once; `peek` and its like fill it. */
export class RingEntry {
    /** Payload length in bytes. */
    length = 0
    priority: MsgPriority = MsgPriority.Low
    /** See `EntryFlag`. */
    flags = 0
    /** The number of messages that the queue accepted before this one, modulo 2^16. */
    sequence = 0

    /** Whether the payload is a descriptor. */
    isDescriptor(): boolean {
        return (this.flags & EntryFlag.Descriptor) !== 0
    }
}
