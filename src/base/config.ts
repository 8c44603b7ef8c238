/** The configuration of a queue: its fields, defaults and checks. */

import { KernelError } from "./errors"
import { isCount, isRecord, labelOf, refuseArgument } from "./values"

/** What a send does when every entry is taken. */
export enum OverflowPolicy {
    /** The send fails with QueueFull, or waits if it has a timeout. */
    Reject = 0,
    /**
     * The send drops, and counts, the oldest entry of the lowest queued priority, if that is not above its own. Else,
     * or if all entries are reserved or fronted, it does as with `Reject`.
     */
    DropOldest = 1,
}

/**
 * The base class of `Schema`. A config is checked by this class, so that schema.ts is only in the image of a program
 * that uses schemas.
 */
export class MessageSchema<Record = any> {
    /** It has no value: it tells the compiler the type of the records, see `KernelQueue`. */
    protected readonly recordType: (record: Record) => Record

    constructor(
        /** The size of each message in bytes. */
        readonly size: number
    ) {}
}

/**
 * The ring sizes that can fit into a Buffer. It lets the compiler check a constant. `QueueConfig` takes any number,
 * since a program may compute it.
 *
 *     const size: RingSize = 12 // error: not assignable
 */
export type RingSize = 1 | 2 | 4 | 8 | 16 | 32 | 64 | 128 | 256 | 512 | 1024 | 2048 | 4096

/** The configuration of a queue. Every field may be left out. */
export interface QueueConfig<Record = any> {
    /** Entries: a power of two, at least 1. At most 4096 entries of one byte fit into a Buffer. Default 16. */
    ringSize?: number
    /** Payload bytes of one entry: 1 to 1,048,576. Default the schema's size, or 64 without a schema. */
    maxMsgSize?: number
    /** A `Schema`. Then all messages have its size, and records can be sent. Default none. */
    schema?: MessageSchema<Record>
    /** What a send does when the ring is full. Default `Reject`. */
    overflow?: OverflowPolicy
    /** A name for stats and exceptions. Default "". */
    name?: string
}

enum Default {
    RingSize = 16,
    MaxMsgSize = 64,
}

enum Limit {
    MaxMsgSizeBytes = 1048576,
    /** 2^53. A size that no heap holds is still a good argument: it ends as OutOfMemory. */
    RingSize = 9007199254740992,
}

/**
 * Checks a configuration.
 * @param config undefined means the defaults
 * @returns 0, or InvalidArgument (a field has a wrong type or value, or `config` is no object)
 */
export function validateConfig(config?: QueueConfig): number {
    return misfitOf(config) === "" ? 0 : -KernelError.InvalidArgument
}

/** The name of the first wrong field; "config" if it is no object, "" if nothing is wrong. */
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
 * Fills in the defaults.
 * @throws KernelException InvalidArgument (`validateConfig` refuses it)
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
    const schema = given.schema
    let size: number = Default.MaxMsgSize
    if (schema instanceof MessageSchema) size = schema.size
    return {
        ringSize: orDefault(given.ringSize, Default.RingSize),
        maxMsgSize: orDefault(given.maxMsgSize, size),
        schema,
        overflow: orDefault(given.overflow, OverflowPolicy.Reject),
        name: orDefault(given.name, ""),
    }
}

function orDefault(value: any, byDefault: any): any {
    return value === undefined ? byDefault : value
}

/** By halving, since bit operations are 32 bits wide. */
function isPowerOfTwo(value: any): boolean {
    if (!isCount(value)) return false
    if (value > Limit.RingSize) return false
    let rest: number = value
    while (rest > 1) rest = rest / 2
    return rest === 1
}
