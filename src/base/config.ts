/** What a queue is made of: its configuration, field by field. */

import { KernelError } from "./errors"
import { isCount, isRecord, labelOf, refuseArgument } from "./values"

/** What a send does when every entry is taken. */
export enum OverflowPolicy {
    /** It fails with QueueFull, or waits if it has a timeout. */
    Reject = 0,
    /**
     * It drops, and counts, the oldest entry of the lowest priority not above its own; it fails with QueueFull if
     * there is none: if all are above it, reserved, or fronted.
     */
    DropOldest = 1,
}

/**
 * What every schema is. A config tells one by this class: by `Schema` itself it would bring all of schema.ts into
 * each program.
 */
export class MessageSchema {
    constructor(
        /** Bytes of a message. */
        readonly size: number
    ) {}
}

/**
 * The ring sizes that fit into a Buffer. For a constant that the compiler is to check: a `QueueConfig` takes any number,
 * since a program may compute it.
 *
 *     const size: RingSize = 12 // error: not assignable
 */
export type RingSize = 1 | 2 | 4 | 8 | 16 | 32 | 64 | 128 | 256 | 512 | 1024 | 2048 | 4096

/** Every field may be left out. */
export interface QueueConfig {
    /** Entries: a power of two, at least 1; the largest buffer has room for 4096 of a byte. Default 16. */
    ringSize?: number
    /** Payload bytes of one entry: 1 to 1,048,576. Default 64. */
    maxMsgSize?: number
    /** A `Schema`: all messages have its size then, and records can be sent. Default none. */
    schema?: MessageSchema
    /** Default `Reject`. */
    overflow?: OverflowPolicy
    /** Shows in stats and exceptions. Default "". */
    name?: string
}

enum Default {
    RingSize = 16,
    MaxMsgSize = 64,
}

enum Limit {
    MaxMsgSizeBytes = 1048576,
    /** 2^53. Far above what any heap holds: that is OutOfMemory, not a bad argument. */
    RingSize = 9007199254740992,
}

/**
 * Checks a configuration.
 * @param config undefined means the defaults
 * @returns 0, or -InvalidArgument for a field of the wrong type or value, or for what is no object
 */
export function validateConfig(config?: QueueConfig): number {
    return misfitOf(config) === "" ? 0 : -KernelError.InvalidArgument
}

/** The field that is wrong in a configuration; "config" if it is no object, "" if nothing is wrong. */
function misfitOf(config: QueueConfig): string {
    if (config === undefined) return ""
    if (!isRecord(config)) return "config"
    const { ringSize, maxMsgSize, schema, overflow, name } = withDefaults(config)
    if (!isPowerOfTwo(ringSize)) return "ringSize"
    if (!isCount(maxMsgSize)) return "maxMsgSize"
    if (maxMsgSize < 1) return "maxMsgSize"
    if (maxMsgSize > Limit.MaxMsgSizeBytes) return "maxMsgSize"
    if (overflow !== OverflowPolicy.Reject)
        if (overflow !== OverflowPolicy.DropOldest) return "overflow"
    if (typeof name !== "string") return "name"
    if (schema !== undefined) {
        if (!(schema instanceof MessageSchema)) return "schema"
        if (schema.size > maxMsgSize) return "maxMsgSize"
    }
    return ""
}

/**
 * A configuration with nothing left out.
 * @throws KernelException InvalidArgument for one that `validateConfig` refuses
 */
export function resolveConfig(config?: QueueConfig): QueueConfig {
    const field = misfitOf(config)
    if (field === "config") refuseArgument("", field, config)
    const settings = withDefaults(config)
    if (field !== "") refuseArgument(labelOf(settings.name), field, (settings as any)[field])
    return settings
}

function withDefaults(config?: QueueConfig): QueueConfig {
    const given = config === undefined ? ({} as QueueConfig) : config
    return {
        ringSize: orDefault(given.ringSize, Default.RingSize),
        maxMsgSize: orDefault(given.maxMsgSize, Default.MaxMsgSize),
        schema: given.schema,
        overflow: orDefault(given.overflow, OverflowPolicy.Reject),
        name: orDefault(given.name, ""),
    }
}

function orDefault(value: any, byDefault: any): any {
    return value === undefined ? byDefault : value
}

/** Halves: the bit trick works on 32 bits only. */
function isPowerOfTwo(value: any): boolean {
    if (!isCount(value)) return false
    if (value > Limit.RingSize) return false
    let rest: number = value
    while (rest > 1) rest = rest / 2
    return rest === 1
}
