/** What a receive says of its message, beside its bytes. */

import { MessageDescriptor } from "./descriptor"
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

/** Set by the first send of a descriptor: the image of a program that has none has nothing of them. */
let describe: (message: any, from: Buffer, at: number) => void

/** From now on a message may be a descriptor. */
export function expectDescriptors() {
    describe = describeMessage
}

/** @param from has the descriptor's bytes, from `at` on */
function describeMessage(message: any, from: Buffer, at: number) {
    if (message.ownDescriptor === undefined)
        message.ownDescriptor = new MessageDescriptor(0, 0, 0, 0)
    message.descriptor = message.ownDescriptor
    message.descriptor.fromBytes(from, at)
}

/**
 * Says what a message is.
 * @param length the first word of its header, in bytes
 * @param word the second: priority, flags and sequence
 * @param from has its payload, from `at` on
 */
export function fillMessage(
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
    if ((entry.flags & EntryFlag.Descriptor) === 0)
        entry.kind = MessageKind.Inline
    else {
        entry.kind = MessageKind.Descriptor
        describe(entry, from, at)
    }
}
