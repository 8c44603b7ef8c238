/**
 * What a record costs beside the same by hand: the fields of an object by `setAt` into a buffer, send, receive, and by
 * `getAt` into the fields of another object. And what a schema costs those who send bytes.
 */

import { KernelQueue, MsgPriority, Schema } from "../../src"
import { expect, loadBallast, measure, Work } from "./harness"

enum Size {
    Ring = 16,
    /** Of both records of six numbers, and of the record of one. */
    SixBytes = 16,
    OneBytes = 4,
    /** A run's messages: up to seven hundred opcodes each. */
    Run = 100,
    /** What four queues with schemas take beside the others' one: a quarter of the ballast. */
    QueueBytes = 8000,
}

loadBallast(Size.QueueBytes)
const plain = new KernelQueue({
    ringSize: Size.Ring,
    maxMsgSize: Size.SixBytes as number,
})
const msg = Buffer.alloc(Size.SixBytes)
const into = Buffer.alloc(Size.SixBytes)
const shortMsg = Buffer.alloc(Size.OneBytes)

// three formats
const countsSchema = new Schema(1, {
    sequence: "u32",
    behind: "u32",
    sample: "u32",
    value: "i16",
    action: "u8",
    priority: "u8",
})
const counts = new KernelQueue({ ringSize: Size.Ring, schema: countsSchema })
const count = countsSchema.make()
const countReceived = countsSchema.make()

// four formats
const weatherSchema = new Schema(2, {
    station: "u8",
    battery: "u8",
    sample: "u32",
    celsius: "f32",
    altitude: "i16",
    hectopascal: "f32",
})
const weathers = new KernelQueue({ ringSize: Size.Ring, schema: weatherSchema })
const weather = weatherSchema.make()
const weatherReceived = weatherSchema.make()

const numberSchema = new Schema(3, { value: "u32" })
const numbers = new KernelQueue({ ringSize: Size.Ring, schema: numberSchema })
const number = numberSchema.make()
const numberReceived = numberSchema.make()

/** What was sent last must have arrived: the sender changes it before each run. */
function stamp() {
    count.sequence = count.sequence + 1
    count.priority = count.sequence & 3
    weather.sample = weather.sample + 1
    weather.hectopascal = weather.hectopascal + 0.5
    number.value = number.value + 1
    msg[0] = msg[0] + 1
}

function isCountReceived() {
    return (
        countReceived.sequence === count.sequence &&
        countReceived.priority === count.priority
    )
}

function isWeatherReceived() {
    return (
        weatherReceived.sample === weather.sample &&
        weatherReceived.hectopascal === weather.hectopascal
    )
}

const works: Work[] = []

function push(
    name: string,
    isReceived: () => boolean,
    run: (messages: number) => Promise<void>
) {
    const before = async () => stamp()
    const after = async () => expect(isReceived(), name)
    works.push({ name, messages: Size.Run, run, before, after })
}

// The loops are written out: see direct.ts.

push("record three 16", isCountReceived, async (messages: number) => {
    const own = counts
    for (let i = 0; i < messages; ++i) {
        own.sendRecord(count, MsgPriority.Normal)
        own.recvRecord(countReceived)
    }
})
push("hand three 16", isCountReceived, async (messages: number) => {
    const own = plain
    const out = msg
    const from = into
    const sent = count
    const got = countReceived
    for (let i = 0; i < messages; ++i) {
        out.setAt(0, "u32", sent.sequence)
        out.setAt(4, "u32", sent.behind)
        out.setAt(8, "u32", sent.sample)
        out.setAt(12, "i16", sent.value)
        out.setAt(14, "u8", sent.action)
        out.setAt(15, "u8", sent.priority)
        own.send(out, MsgPriority.Normal)
        own.recv(from)
        got.sequence = from.getAt(0, "u32")
        got.behind = from.getAt(4, "u32")
        got.sample = from.getAt(8, "u32")
        got.value = from.getAt(12, "i16")
        got.action = from.getAt(14, "u8")
        got.priority = from.getAt(15, "u8")
    }
})
push("record four 16", isWeatherReceived, async (messages: number) => {
    const own = weathers
    for (let i = 0; i < messages; ++i) {
        own.sendRecord(weather, MsgPriority.Normal)
        own.recvRecord(weatherReceived)
    }
})
push("hand four 16", isWeatherReceived, async (messages: number) => {
    const own = plain
    const out = msg
    const from = into
    const sent = weather
    const got = weatherReceived
    for (let i = 0; i < messages; ++i) {
        out.setAt(0, "u8", sent.station)
        out.setAt(1, "u8", sent.battery)
        out.setAt(2, "u32", sent.sample)
        out.setAt(6, "f32", sent.celsius)
        out.setAt(10, "i16", sent.altitude)
        out.setAt(12, "f32", sent.hectopascal)
        own.send(out, MsgPriority.Normal)
        own.recv(from)
        got.station = from.getAt(0, "u8")
        got.battery = from.getAt(1, "u8")
        got.sample = from.getAt(2, "u32")
        got.celsius = from.getAt(6, "f32")
        got.altitude = from.getAt(10, "i16")
        got.hectopascal = from.getAt(12, "f32")
    }
})

function isNumberReceived() {
    return numberReceived.value === number.value
}

push("record one 4", isNumberReceived, async (messages: number) => {
    const own = numbers
    for (let i = 0; i < messages; ++i) {
        own.sendRecord(number, MsgPriority.Normal)
        own.recvRecord(numberReceived)
    }
})
push("hand one 4", isNumberReceived, async (messages: number) => {
    const own = plain
    const out = shortMsg
    const from = into
    const sent = number
    const got = numberReceived
    for (let i = 0; i < messages; ++i) {
        out.setAt(0, "u32", sent.value)
        own.send(out, MsgPriority.Normal)
        own.recv(from)
        got.value = from.getAt(0, "u32")
    }
})

function areBytesReceived() {
    return into[0] === msg[0]
}

push("schema bytes 16", areBytesReceived, async (messages: number) => {
    const own = counts
    for (let i = 0; i < messages; ++i) {
        own.send(msg, MsgPriority.Normal)
        own.recv(into)
    }
})
push("plain bytes 16", areBytesReceived, async (messages: number) => {
    const own = plain
    for (let i = 0; i < messages; ++i) {
        own.send(msg, MsgPriority.Normal)
        own.recv(into)
    }
})
works.push({
    name: "record loop",
    messages: Size.Run,
    run: async (messages: number) => {
        for (let i = 0; i < messages; ++i) continue
    },
})
await measure(works)
