// What a random history is made of, for both sides: the driver on the board (driver.ts) and the host that compares (test/histories).
// A history is a header, then the calls of each task, eight bytes a call. What does not fit into a byte stands in a table.

/** One call. Its bytes: see `Field`. */
export enum Call {
    Send,
    Recv,
    RecvTyped,
    Peek,
    SendBatch,
    RecvBatch,
    Reserve,
    Commit,
    Cancel,
    Front,
    Release,
    Purge,
    Close,
    Observe,
    SendDescriptor,
    SendRecord,
    RecvRecord,
    SendTimeout,
    RecvTimeout,
    RecvTypedTimeout,
    SendDescriptorTimeout,
    SendRecordTimeout,
    RecvRecordTimeout,
    RecvAny,
    Sleep,
    VmSleep,
    Terminate,
    Resume,
    Start,
    Scribble,
    NewRegion,
    Append,
    ReadRegion,
    GetAt,
    Alloc,
    Free,
    Write,
    Destroy,
    NewDescriptor,
    ReadDescriptor,
    ToBytes,
    FromBytes,
    Encode,
    Decode,
    Explain,
    Config,
    NewQueue,
    ErrorName,
    Check,
}

/** Whether a call may park its task: then it has an event for its beginning, too. */
export function isBlocking(call: Call): boolean {
    return call >= Call.SendTimeout && call <= Call.VmSleep
}

/** The regions that are there from the start: an append-only one, and a slab. */
export enum Given {
    AppendOnly = 40,
    SlotSize = 4,
    SlotCount = 3,
}

/** Where a call's parts stand in its eight bytes. */
export enum Field {
    Call,
    /** A queue's or a region's number, or a task's. */
    Target,
    /** A buffer: below `Coded.Junk` its length in bytes. */
    Buffer,
    /** An index into `priorities`. */
    Priority,
    /** An index into `timeouts`. */
    Timeout,
    /** 0 for what the call asks for; else junk, from 1 on. */
    Object,
    /** Indices into `counts`, or what the call says. */
    First,
    Second,
    Size,
}

export enum Coded {
    /** From here on a buffer is `junk`. */
    Junk = 200,
    /** A buffer in flash. */
    Flash = 250,
}

/** The header: the mark, then these. */
export enum Head {
    /** Whether each call is followed by its queue's figures. */
    Watched = 8,
    TaskCount,
    /** A bit for each task that does not run from the start. */
    Sleeping,
    QueueCount,
    /** Of each queue: ringSize, maxMsgSize, overflow, whether it has the schema, messages sent before u16. */
    Queues,
    QueueSize = 6,
    QueuesMax = 3,
    /** Of each task: how many calls. */
    Tasks = 30,
    TasksMax = 8,
    Calls = 38,
    CallsMax = 200,
    /** In all. */
    Bytes = 1638,
}

/** The trace: the mark, then these, u16 each; then the events. */
export enum Trace {
    Length = 8,
    /** Tasks that have not ended. */
    Alive = 10,
    /** Something was written behind a queue's buffer. */
    Broken = 12,
    /** Tells the trace from the mark's text in the image. */
    Check = 14,
    IsHere = 0xbeef,
    Events = 16,
    Bytes = 20000,
    /** Added to the task of an event that is the beginning of a call. */
    Begin = 0x80,
    /** No integer was returned. */
    Odd = 1,
    /** The figures of the queue follow. */
    Figures = 2,
}

/** In what nobody may write. */
export enum Fill {
    Untouched = 0xa5,
    Reserved = 0x5a,
    /** Of the bytes behind a queue's buffer. */
    Margin = 16,
}

export const timeouts: any[] = [
    0,
    1,
    2,
    0.25,
    1.5,
    3,
    5,
    8,
    13,
    21,
    40,
    75,
    160,
    Infinity,
    NaN,
    -1,
    "5",
    undefined,
    null,
]

/** The first of `timeouts` that is none. */
export enum Timeouts {
    Forever = 13,
    Bad = 14,
    /** As a pause: NaN and negatives count as 0. */
    PauseEnd = 16,
}

export const priorities: any[] = [0, 1, 2, 3, undefined, 4, -1, 1.5, NaN, "1"]
export enum Priorities {
    Bad = 5,
}

/** Lengths, offsets, indices, how many at most. */
export const counts: any[] = [
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    9,
    12,
    16,
    24,
    25,
    40,
    4294967295,
    4294967296,
    1e300,
    Infinity,
    -1,
    1.5,
    NaN,
    "3",
    undefined,
    null,
]
export enum Counts {
    Huge = 15,
    Bad = 19,
}

/** No Buffer, no record, no object of the library. */
export const junk: any[] = [undefined, null, "text", 7, true, [1, 2]]

/** Records for the schema: a u8, b i16, c f32, d bool, e i8.8, f u8[2]. Behind `Bad` they are none. */
export const records: any[] = [
    { a: 1, b: -2, c: 0.5, d: true, e: -1.5, f: [1, 255] },
    { a: 255, b: 32767, c: -1e30, d: false, e: 127.99609375, f: [0, 0] },
    { a: 0, b: -32768, c: Infinity, d: true, e: -128, f: [9, 9], more: "x" },
    { a: 7, b: 7, c: 0.1, d: false, e: 0.1, f: [7, 8] },
    { a: 256, b: 0, c: 0, d: true, e: 0, f: [1, 2] },
    { a: -1, b: 0, c: 0, d: true, e: 0, f: [1, 2] },
    { a: 1, b: 1.5, c: 0, d: true, e: 0, f: [1, 2] },
    { a: 1, b: 40000, c: 0, d: true, e: 0, f: [1, 2] },
    { a: 1, b: 2, c: 1e39, d: true, e: 0, f: [1, 2] },
    { a: NaN, b: 2, c: 1, d: true, e: 0, f: [1, 2] },
    { a: 1, b: "2", c: 1, d: true, e: 0, f: [1, 2] },
    { b: 2, c: 1, d: true, e: 0, f: [1, 2] },
    { a: 1, b: 2, c: 1, d: 1, e: 0, f: [1, 2] },
    { a: 1, b: 2, c: 1, d: true, e: 128, f: [1, 2] },
    { a: 1, b: 2, c: 1, d: true, e: "1", f: [1, 2] },
    { a: 1, b: 2, c: 1, d: true, e: 0, f: [1] },
    { a: 1, b: 2, c: 1, d: true, e: 0, f: [1, 2, 3] },
    { a: 1, b: 2, c: 1, d: true, e: 0, f: [1, 256] },
    { a: 1, b: 2, c: 1, d: true, e: 0, f: "12" },
]
export enum Records {
    Bad = 4,
}

export const formats: any[] = [
    "u8",
    "i8",
    "u16",
    "i16",
    "u32",
    "i32",
    "f32",
    "f64",
    "u7",
    undefined,
]

export const ringSizes: any[] = [
    1,
    2,
    4,
    16,
    undefined,
    3,
    0,
    -1,
    1.5,
    NaN,
    "4",
    4294967296,
    1e300,
]
export const messageSizes: any[] = [
    1,
    5,
    7,
    24,
    undefined,
    0,
    1048577,
    -1,
    1.5,
    "5",
    1048576,
    7000,
]
export const overflows: any[] = [undefined, 0, 1, 2, "1", -1]
export const names: any[] = [undefined, "", "q", 7, null]
/** What may be given as a config: 0 stands for an object of the above. */
export const configs: any[] = [0, undefined, null, "config", 7, [1]]
export const codes: any[] = [
    0, -6, 6, -64, 65, 255, -255, 26, -99, 1, 4096, 1.5,
]

/** The payload of the message of a call: differs from call to call. */
export function byteOf(id: number, index: number): number {
    return (id * 31 + (id >> 8) * 17 + index * 7 + 1) & 0xff
}

/** In a batch messages have several lengths, some one too large. */
export function batchLength(first: number, index: number, max: number): number {
    return (first + index * 3) % (max + 2)
}
