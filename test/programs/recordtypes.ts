/** Right uses of records: all of it compiles, and the types are exact. See types.test.ts. */

import type {
    FieldValue,
    QueueConfig,
    RecordOf,
    SchemaFields,
    SchemaRecord,
} from "../../src"
import {
    check,
    KernelQueue,
    MsgPriority,
    OverflowPolicy,
    ReceivedMessage,
    recvAny,
    Schema,
} from "../../src"

/** True for the same types only: any is not the same as number. */
type Same<A, B> =
    (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2
        ? true
        : false

/** Takes no value: its type argument is what is checked. */
function holds<Truth extends true>() {}

const reading = new Schema(7, {
    sensor: "u8",
    celsius: "f32",
    ok: "bool",
    name: "string:12",
})
const frame = new Schema(8, {
    bytes: "bytes:8",
    list: "u16[4]",
    points: "u16.16[2]",
})
type Reading = SchemaRecord<typeof reading>

// the record that the contract names
interface Plain {
    sensor: number
    celsius: number
    ok: boolean
    name: string
}
const plain: Plain = { sensor: 1, celsius: 20.5, ok: true, name: "attic" }
const record = reading.make()
holds<
    Same<
        typeof record,
        { sensor: number; celsius: number; ok: boolean; name: string }
    >
>()
holds<Same<Reading, typeof record>>()
holds<
    Same<
        SchemaRecord<typeof frame>,
        { bytes: Buffer; list: number[]; points: number[] }
    >
>()

// each format
holds<Same<FieldValue<"u8" | "i8" | "u16" | "i16" | "u32" | "i32">, number>>()
holds<Same<FieldValue<"u64" | "i64" | "f32" | "f64">, number>>()
holds<Same<FieldValue<"u22.10" | "i16.16" | "u0.8">, number>>()
holds<Same<FieldValue<"bool">, boolean>>()
holds<Same<FieldValue<"string:1" | "string:65535">, string>>()
holds<Same<FieldValue<"bytes:1">, Buffer>>()
holds<Same<FieldValue<"u8[1]" | "f32[16]" | "u22.10[4]">, number[]>>()

// queues of a schema
const readings = new KernelQueue({
    schema: reading,
    ringSize: 4,
    maxMsgSize: 32,
    overflow: OverflowPolicy.DropOldest,
    name: "readings",
})
const frames = new KernelQueue({ schema: frame }, Buffer.alloc(1024))
holds<Same<typeof readings, KernelQueue<Reading>>>()
const named: KernelQueue<Plain> = readings
const config: QueueConfig<Reading> = { schema: reading }
const kept = new KernelQueue(config)
holds<Same<typeof kept, KernelQueue<Reading>>>()
class Inbox extends KernelQueue<Reading> {}
const inbox: KernelQueue<Reading> = new Inbox(config)

const into = Buffer.alloc(64)
const longer = { sensor: 1, celsius: 2, ok: true, name: "", more: 1 }
for (const queue of [readings, named, kept, inbox]) {
    check(queue.sendRecord(plain))
    check(queue.sendRecord({ sensor: 1, celsius: 2, ok: false, name: "" }))
    check(queue.sendRecord(longer, MsgPriority.High))
    check(await queue.sendRecordTimeout(plain, 10, MsgPriority.Low))
    check(queue.recvRecord(plain))
    check(queue.recvRecord(record))
    check(queue.recvRecord(longer))
    check(await queue.recvRecordTimeout(record, 10))
}
check(reading.encode(plain, into, 0))
check(reading.decode(into, 0, longer))
check(
    frames.sendRecord({
        bytes: Buffer.alloc(8),
        list: [1, 2, 3, 4],
        points: [0, 0.5],
    })
)

// any queue
const bare = new KernelQueue()
const small = new KernelQueue({ ringSize: 4 })
holds<Same<typeof bare, KernelQueue>>()
holds<Same<typeof small, KernelQueue>>()
const all: KernelQueue[] = [readings, frames, bare, small]
const message = new ReceivedMessage()
check(bare.send(into))
check(await recvAny(all, into, message, 10))
check(await recvAny([frames, readings, bare], into, message, 10))

// any schema, and a function for all
const either: Schema = into.length > 8 ? reading : frame
const ofEither: KernelQueue = new KernelQueue({ schema: either })
console.log(either.explain(plain), ofEither.sendRecord(plain))

function exchange<Fields extends SchemaFields>(
    schema: Schema<Fields>,
    record: RecordOf<Fields>
): KernelQueue<RecordOf<Fields>> {
    const queue = new KernelQueue({ schema })
    check(queue.sendRecord(record))
    check(queue.recvRecord(schema.make()))
    return queue
}
check(exchange(reading, plain).sendRecord(record))

// fields that stand elsewhere: their record can be written to
const fields = { a: "u8", b: "i16[2]" } as const
const ofFields = new Schema(9, fields).make()
ofFields.a = 1
ofFields.b = [1, 2]
const length = 12
const text = new Schema(10, { text: `string:${length}` }).make()
holds<Same<typeof text, { text: string }>>()
