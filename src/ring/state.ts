/**
 * The interface to a ring's core: its steps, and its state as fields.
 *
 * The core (core.ts) owns the state. It keeps it in variables of one closure: `send` and `recv` touch a dozen of them,
 * and a field costs three times as much. Work that is done for each message is a step of the core. Rare work is done on
 * `state`, a copy:
 *
 *     ring.step(Step.Save)                 // copies the core's variables to `state`
 *     takeOff(memory, slot, beforeHead())  // any function that changes `state`
 *     ring.step(Step.Load)                 // copies them back
 *
 * Invariant: `state` is valid only from a Save to the next step of any ring. One `state` serves all rings. That is safe
 * since no task switch and no call to other code comes between Save and Load.
 */

import { MsgPriority } from "./entry"

/** The state of a ring. A slot is named by the offset of its header, in bytes. */
export const state = {
    /** The slot of the next entry to deliver, if any is queued. Else the same as `free`, if a slot is on the circle. */
    head: 0,
    /** The first free slot, where the next message goes, if one is free. */
    free: 0,
    /** The slot of the last entry in the order, if any is queued. */
    tail: 0,
    /** The last free slot, if one is free. It stands right in front of the head on the circle. */
    lastFree: 0,
    /** The priority of the tail: the lowest that is queued. */
    tailPriority: MsgPriority.Normal as MsgPriority,
    /** Entries queued. */
    size: 0,
    /** Slots off the circle: reserved or fronted, so 0 to 2. */
    taken: 0,
    /** The most entries that were queued at once. */
    highWater: 0,
    /** Messages accepted, ever. Then how many of them `DropOldest` has dropped, and `purge` has discarded. */
    accepted: 0,
    dropped: 0,
    purged: 0,
    /** What a receive returns when nothing is queued: -QueueEmpty or -QueueClosed. */
    emptyError: 0,
}

/** What the core does besides `send` and `recv`. A result below 0 is an error. */
export enum Step {
    /** Returns the slot of the next message. QueueClosed or QueueEmpty if there is none. */
    Next,
    /** Removes that message: it was received. */
    Advance,
    /** Sends bytes that are known to fit. The flags are those of a `Tag`. */
    Put,
    /** Checks a message that is to be written in place, and finds a slot for it. Returns the slot. */
    Claim,
    /** The checks of Claim alone. Returns 0 if Claim could fail only with QueueFull. */
    Refusal,
    /** Sends the message in the claimed slot. */
    Publish,
    /** Returns the number of entries queued. */
    Size,
    /** See `sendBatch` and `recvBatch` of `RingBuffer`. */
    SendBatch,
    RecvBatch,
    /** Copies the core's variables to `state`. Returns the number of free entries: not queued, reserved or fronted. */
    Save,
    /** Copies back what rare work may change: head, free, lastFree, size, taken, purged. Nothing else. */
    Load,
    /** A slot may have come free in another way than by a receive: calls `freed` if a task waits. */
    TellRoom,
    /** The ring's `signal` has changed. Sets the functions to call from now on. */
    Watch,
    /** Closes the ring: nothing can be sent from now on. */
    Close,
}

/** One function for all steps, since each function of a ring costs 40 bytes of heap. */
export interface RingStep {
    (step: Step.Claim | Step.Refusal, length: number, priority: number): number
    (step: Step.Put, bytes: Buffer, priority: number, flags: number): number
    (step: Step.Publish, length: number, tag: number): number
    (step: Step.Watch, arrived: Arrived, freed: Freed, closed: Freed): number
    (step: Step.SendBatch, msgs: Buffer[], priority: number): number
    (step: Step.RecvBatch, into: Buffer, lengths: number[], max: number): number
    (step: Step): number
}

/**
 * Whether the ring must call `Arrived` and `Freed`: its field `signal`. It may say so without need, but is never None
 * while a task waits.
 *
 * After a change take the step Watch. For a change to None, or from Message to Room, that may be left out: the core
 * then asks once without need, and opens its gates itself.
 */
export enum Signal {
    /** Nobody waits. */
    None,
    /** Tasks wait, or did a moment ago. Messages may be queued. */
    Room,
    /** Tasks wait for messages, or did a moment ago. No message is queued. */
    Message,
}

/** Values of the core's gates: see core.ts. */
export enum Gate {
    /** A `recvGate` that no size passes: every receive takes the long way. */
    Shut = 32767,
    /** A `lengthGate` that no message passes: every send takes the long way. */
    NoLength = -1,
    /** A length that passes no `lengthGate`. No Buffer has it. */
    TooLong = 65535,
}

/** What `makeCore` needs of a ring, or sets there. */
export interface RingCore {
    send: (msg: Buffer, priority?: MsgPriority) => number
    recv: (into: Buffer) => number
    step: RingStep
    signal: Signal
}

/**
 * Called for a new message while a task waits. It may deliver the message to that task at once.
 * @param from the buffer with the payload, from `at` on, `length` bytes
 * @param word the second word of its header
 * @returns whether the message was delivered. Then it counts as accepted and received, and is not queued
 */
export type Arrived = (ring: any, from: Buffer, at: number, length: number, word: number) => boolean

/** Called while a task waits, when there may be room, or the ring was closed. */
export type Freed = (ring: any) => void
