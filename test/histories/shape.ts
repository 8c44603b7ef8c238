// A history as the host has it, and the bytes that the driver reads.

import { Coded, Field, Head } from "../programs/calls"

export interface QueueShape {
    ringSize: number
    maxMsgSize: number
    dropsOldest: boolean
    hasSchema: boolean
    /** Messages that went through before. */
    before: number
}

export interface History {
    queues: QueueShape[]
    /** The calls of each task, eight bytes each. */
    tasks: number[][][]
    /** The tasks that do not run from the start. */
    sleeping: number[]
    /** Whether each call is followed by its queue's figures. */
    watched: boolean
    /** What each reading of the clock costs. */
    chargeMs: number
    /** Garbage is collected at each allocation. */
    gcStress: boolean
    /** For how long the board has been up. */
    uptimeMs: number
}

export const schemaSize = 12

/** The bytes behind the mark. */
export function encode(history: History): Uint8Array {
    const bytes = new Uint8Array(Head.Bytes)
    bytes[Head.Watched] = history.watched ? 1 : 0
    bytes[Head.TaskCount] = history.tasks.length
    for (const task of history.sleeping) bytes[Head.Sleeping] |= 1 << task
    bytes[Head.QueueCount] = history.queues.length
    history.queues.forEach((queue, i) => {
        const at = Head.Queues + i * Head.QueueSize
        bytes[at] = queue.ringSize
        bytes[at + 1] = queue.maxMsgSize
        bytes[at + 2] = queue.dropsOldest ? 1 : 0
        bytes[at + 3] = queue.hasSchema ? 1 : 0
        bytes[at + 4] = queue.before & 0xff
        bytes[at + 5] = queue.before >> 8
    })
    let at = Head.Calls as number
    history.tasks.forEach((calls, task) => {
        bytes[Head.Tasks + task] = calls.length
        for (const call of calls) {
            bytes.set(call, at)
            at += Field.Size
        }
    })
    return bytes
}

/** What a buffer's byte says: its length, or junk, or the one in flash. */
export function isJunk(code: number) {
    return code >= Coded.Junk && code !== Coded.Flash
}
