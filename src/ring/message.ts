/** What a receive says of its message, beside its bytes. */

import type { MessageDescriptor } from "../typed/descriptor"
import { EntryFlag, RingEntry } from "./entry"

/** How a received message carries its content. */
export enum MessageKind {
    /** The content itself is in the caller's buffer. */
    Inline = 0,
    /** The caller's buffer holds a descriptor: the name of bytes in a region. */
    Descriptor = 1,
}

/** What a typed receive says of its message. The caller makes it once; each receive fills it anew. */
export class ReceivedMessage extends RingEntry {
    kind: MessageKind = MessageKind.Inline
    /** Of a descriptor message: what it names. Undefined for any other. Each descriptor fills the same object. */
    descriptor: MessageDescriptor = undefined
    /** That object, made for the first. */
    protected ownDescriptor: MessageDescriptor = undefined
}

/**
 * Reads a descriptor out of a message.
 * @param from has its bytes, from `at` on
 */
export type Describe = (message: any, from: Buffer, at: number) => void

/**
 * Says what a message is.
 * @param ring where it was; `describe` is needed for descriptors alone
 * @param length the first word of its header, in bytes
 * @param word the second: priority, flags and sequence
 * @param from has its payload, from `at` on
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
