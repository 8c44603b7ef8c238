/** What a typed receive reports besides the bytes: header, kind and descriptor. */

import type { MessageDescriptor } from "../typed/descriptor"
import { EntryFlag, RingEntry } from "./entry"

/** How a received message carries its content. */
export enum MessageKind {
    /** The content itself is in the caller's buffer. */
    Inline = 0,
    /** The caller's buffer holds the 24 bytes of a descriptor, which names bytes in a region. */
    Descriptor = 1,
}

/** What a typed receive reports. Make it once; each receive fills it anew. */
export class ReceivedMessage extends RingEntry {
    kind: MessageKind = MessageKind.Inline
    /** For a descriptor message, its descriptor. Undefined for any other. All descriptors are read into one object. */
    descriptor: MessageDescriptor = undefined
    /** That object, made for the first descriptor. */
    protected ownDescriptor: MessageDescriptor = undefined
}

/**
 * Reads the descriptor of a message.
 * @param message a `ReceivedMessage`, to be filled in
 * @param from has the 24 bytes, from `at` on
 */
export type Describe = (message: any, from: Buffer, at: number) => void

/**
 * Fills an entry from a message's header. It is also the `Fill` (handoff.ts) of a typed receive that waits.
 * @param ring the ring of the message; its `describe` is called for descriptors only
 * @param length the payload's length in bytes: the header's first word
 * @param word the header's second word: priority, flags and sequence
 * @param from has the payload, from `at` on
 */
export function fillEntry(
    ring: any,
    entry: RingEntry,
    length: number,
    word: number,
    from: Buffer,
    at: number
) {
    entry.length = length
    entry.priority = word & 0xff
    entry.flags = (word >> 8) & 0xff
    entry.sequence = word >>> 16
    if (!(entry instanceof ReceivedMessage)) return
    entry.descriptor = undefined
    if ((entry.flags & EntryFlag.Descriptor) === 0) entry.kind = MessageKind.Inline
    else {
        entry.kind = MessageKind.Descriptor
        ring.describe(entry, from, at)
    }
}
