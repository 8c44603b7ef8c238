/**
 * The header of a message.
 *
 * An entry of a ring is a header of 8 bytes and the payload. Numbers are little-endian:
 *
 *     0  u32  length of the payload in bytes
 *     4  u8   priority
 *     5  u8   flags
 *     6  u16  sequence: the number of messages accepted before this one, modulo 2^16
 */

/** Higher is delivered first. Within a priority, first in is first out. Two bits hold them all. */
export enum MsgPriority {
    Low = 0,
    Normal = 1,
    High = 2,
    Urgent = 3,
}

/** Bits of a header's flags. 2 and 4 are reserved: RuVix has CONTINUATION and FINAL there. */
export enum EntryFlag {
    /** The payload is a descriptor of 24 bytes. */
    Descriptor = 1,
}

/** Bits of a tag: the second word of a header without its sequence, so priority and flags. */
export enum Tag {
    /** `EntryFlag.Descriptor`, at its place in the word. */
    Descriptor = 256,
}

/** Offsets in a header, in bytes, and its size: see above. */
export enum Header {
    Length = 0,
    /** Priority (lowest byte), flags and sequence, as one word of 32 bits. */
    Word = 4,
    Size = 8,
    /** The payload of a descriptor message. */
    DescriptorSize = 24,
}

/** A message's header. Make it once; `peek`, `peekAt` and `front` fill it. */
export class RingEntry {
    /** Payload length in bytes. */
    length = 0
    priority: MsgPriority = MsgPriority.Low
    /** Bits: see `EntryFlag`. */
    flags = 0
    /** The number of messages that the queue accepted before this one, modulo 2^16. */
    sequence = 0

    /** Whether the payload is a descriptor. */
    isDescriptor(): boolean {
        return (this.flags & EntryFlag.Descriptor) !== 0
    }
}
