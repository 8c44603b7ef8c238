/**
 * How the rest of the library reaches what a ring's core keeps.
 *
 * The core (core.ts) has its state in variables of one scope, since `send` and `recv` touch a dozen of them and a field
 * costs three times as much. What is asked for each message is a step of the core. All that is rare works on `state`:
 *
 *     ring.step(Step.Save)                 // the core's variables, as fields
 *     takeOff(memory, slot, beforeHead())  // any function that changes fields
 *     ring.step(Step.Load)                 // and back
 *
 * One `state` serves all rings: tasks are cooperative, and nothing between Save and Load runs code of others.
 */

import { MsgPriority } from "./entry"

/** The state of a ring. Slots are named by the offsets of their headers. */
export const state = {
    /** The next entry to be delivered, if any is queued. */
    head: 0,
    /** The slot that the next message goes to, if one is free. */
    free: 0,
    /** The last entry in the order, if any is queued. */
    tail: 0,
    /** The last free slot, in front of the head on the circle, if one is free. */
    lastFree: 0,
    /** The tail's, the lowest queued. */
    tailPriority: MsgPriority.Normal as MsgPriority,
    /** Entries queued. */
    size: 0,
    /** Slots off the circle: reserved, or fronted. */
    taken: 0,
    /** The most entries that were queued at once. */
    highWater: 0,
    /** Messages accepted, ever; of these dropped by `OverflowPolicy.DropOldest`, and discarded by `purge`. */
    accepted: 0,
    dropped: 0,
    purged: 0,
    /** Why nothing can be received where nothing is queued: QueueEmpty, or QueueClosed. */
    emptyError: 0,
}

/** What the core does, beside `send` and `recv`. A result below 0 is an error. */
export enum Step {
    /** Checks a message that is to be written in place, and finds room for it: its slot. */
    Claim,
    /** Only checks it: 0 if nothing but QueueFull could come of a Claim. */
    Refusal,
    /** Sends what stands in the claimed slot. */
    Publish,
    /** Finds the next message: its slot. QueueClosed or QueueEmpty if there is none. */
    Next,
    /** That message was received. */
    Advance,
    /** Entries queued. */
    Size,
    /** Sends several messages, and receives several: see `RingBuffer`. */
    SendBatch,
    RecvBatch,
    /** Copies the core's variables to `state`. Returns the free entries: neither queued, reserved nor fronted. */
    Save,
    /** Takes over what a rare operation may change: head, free, lastFree, size, taken, purged. */
    Load,
    /** A slot has come free in another way than by a receive: tells who waits. */
    TellRoom,
    /** The ring's `signal` has changed: from now on these are told. */
    Watch,
    /** Nothing can be sent from now on. */
    Close,
}

/** One function for all steps: each function costs 40 bytes of heap. */
export interface RingStep {
    (step: Step.Claim | Step.Refusal, length: number, priority: number): number
    (step: Step.Publish, length: number, tag: number): number
    (step: Step.Watch, arrived: Arrived, freed: Freed, closed: Freed): number
    (step: Step.SendBatch, msgs: Buffer[], priority: number): number
    (step: Step.RecvBatch, into: Buffer, lengths: number[], max: number): number
    (step: Step): number
}

/**
 * Whom a send or a receive must tell. The ring has it in a field, `signal`. Whoever changes it takes the step Watch; for a
 * change to None, or from Message to Room, that may be left out: a ring that need not tell finds that out by itself.
 */
export enum Signal {
    /** Nobody waits. */
    None,
    /** Tasks wait for room, or have a moment ago. */
    Room,
    /** Tasks wait for messages, or have a moment ago; nothing is queued. */
    Message,
}

/** What the core makes, and its ring has. */
export interface RingCore {
    send: (msg: Buffer, priority?: MsgPriority) => number
    recv: (into: Buffer) => number
    step: RingStep
    signal: Signal
}

/**
 * Asked while somebody waits: may deliver a message at once, in place of its being queued.
 * @param from where its payload stands, from `at` on
 * @param word its header's second word
 * @returns whether it has; then the message counts as accepted and received
 */
export type Arrived = (ring: any, from: Buffer, at: number, length: number, word: number) => boolean

/** Called while somebody waits, when a sender may find room, or the ring was closed. */
export type Freed = (ring: any) => void
