/** How the rest of the library reaches what `core` keeps, and what `core` asks for in return. */

import { MsgPriority } from "./entry"

/** What a ring's methods ask of the variables, or do to them. What is asked for each message comes first. */
export enum Access {
    /** The priority of the next entry to be delivered, or why there is none: see Lack. */
    NextPriority,
    /** Entries queued now. */
    Size,
    /** The slot of the next entry to be delivered. */
    Head,
    /** The slot that the next message goes to, if one is free. */
    Free,
    /** Why no message can be received: an error, or 0. */
    Lack,
    /** Why a message of so many bytes and such a priority is not accepted, full or not: an error, or 0. */
    Refusal,
    /** Makes sure that a slot is free, for a message of such a priority: 0 or QueueFull. */
    Claim,
    /** Delivers what stands in the free slot: so many bytes, with such a tag. */
    Publish,
    /** The head has been received. */
    Advance,
    /** Sends such messages, of such a priority: see `sendBatch`. */
    SendBatch,
    /** Receives into such a buffer and such lengths, so many at most: see `recvBatch`. */
    RecvBatch,
    /** Entries that are neither queued nor off the circle. */
    Available,
    /** Messages accepted, ever. */
    Accepted,
    /** Of these, dropped by `OverflowPolicy.DropOldest`. */
    Dropped,
    /** Of these, discarded by `purge`. */
    Purged,
    /** The most entries that were queued at once. */
    HighWater,
    /** 1 once the ring is closed. */
    Closed,
    /** The slot in front of the head on the circle. */
    BeforeHead,
    /** The slot in front of the free one. */
    BeforeFree,
    /** A slot has come free in another way than by a receive. */
    TellRoom,
    /** `arrived` and `roomFreed` are called from now on. */
    Watch,
    /** They are called no longer. */
    Unwatch,
    /** Empties the ring. */
    Discard,
    /** Nothing can be stored from now on. */
    Close,
    /** The free slot was taken off the circle: such are head and free now. */
    TakeFree,
    /** The head was. */
    TakeHead,
    /** A slot was put back, as a free one. */
    GiveBack,
}

/** Whether anybody wants to hear of a ring's messages, and of room in it. */
export enum Attention {
    /** Nobody; but `recvAny` has just found nothing here. */
    FoundEmpty = -1,
    None = 0,
    /** Tasks wait for room, or have a moment ago. */
    Waiting = 1,
    /** Tasks wait for messages, or have a moment ago, or `recvAny` looks again and again: nothing is queued. */
    Empty = 2,
}

/** What the core makes. */
export interface RingCore {
    send: (msg: Buffer, priority?: MsgPriority) => number
    recv: (into: Buffer) => number
    /** One function for all the rest: each costs 40 bytes of heap. */
    access: (what: Access, value?: any, detail?: any, limit?: number) => number
    /** Of a queue. A ring that is none is never watched. */
    attention?: Attention
}

/**
 * Asked while somebody waits: may deliver a message at once, in place of its being queued.
 * @param from where its payload stands, from `at` on
 * @param word its header's second word
 * @returns whether it has; then the message counts as accepted and received
 */
export type Arrived = (
    queue: any,
    from: Buffer,
    at: number,
    length: number,
    word: number
) => boolean

/** Called while somebody waits, when a sender may find room. */
export type RoomFreed = (queue: any) => void
