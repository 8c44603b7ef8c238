// A history as a DeviceScript program that a person can read, and run: what it prints is what the calls return. The exact
// bytes of a history, and the clock that it ran on, are in the file for `--replay`.

import {
    batchLength,
    Call,
    codes,
    Coded,
    configs,
    counts,
    Field,
    formats,
    Given,
    junk,
    messageSizes,
    names,
    overflows,
    priorities,
    records,
    ringSizes,
    timeouts,
} from "../programs/calls"
import { History } from "./shape"

/** A value as its text. */
function text(value: any): string {
    if (typeof value === "string") return JSON.stringify(value)
    if (Array.isArray(value)) return `[${value.map(text).join(", ")}]`
    if (typeof value !== "object" || value === null) return String(value)
    const fields = Object.entries(value)
        .filter(([, each]) => each !== undefined)
        .map(([name, each]) => `${name}: ${text(each)}`)
    return `{ ${fields.join(", ")} }`
}

const any = (value: any) => `${text(value)} as any`

/** A value that a call does not ask for must be given as any. */
const argument = (value: any) =>
    typeof value === "number" ? text(value) : any(value)

class Line {
    constructor(
        private readonly history: History,
        private readonly call: number[],
        private readonly id: number
    ) {}

    field(which: Field) {
        return this.call[which]
    }
    get queue() {
        return `q${this.field(Field.Target) % this.history.queues.length}`
    }
    get region() {
        return `regions[${this.field(Field.Target)}]`
    }
    private junkOr(code: number, usual: (code: number) => string) {
        if (code === Coded.Flash) return "hex`f1f2f3f4`"
        return code >= Coded.Junk ? any(junk[code - Coded.Junk]) : usual(code)
    }
    get message() {
        return this.junkOr(
            this.field(Field.Buffer),
            length => `bytes(${length}, ${this.id})`
        )
    }
    get into() {
        return this.junkOr(
            this.field(Field.Buffer),
            length => `Buffer.alloc(${length})`
        )
    }
    get priority() {
        return argument(priorities[this.field(Field.Priority)])
    }
    get timeout() {
        return argument(timeouts[this.field(Field.Timeout)])
    }
    get first() {
        return argument(counts[this.field(Field.First)])
    }
    get second() {
        return argument(counts[this.field(Field.Second)])
    }
    object(usual: string) {
        const code = this.field(Field.Object)
        return code === 0 ? usual : any(junk[code - 1])
    }
    get record() {
        return this.junkOr(this.field(Field.First), code => text(records[code]))
    }
    get descriptor() {
        return this.junkOr(
            this.field(Field.First),
            code => `descriptors[${code}]`
        )
    }
    get task() {
        return this.field(Field.First)
    }
    get batch() {
        const count = this.field(Field.Buffer)
        if (count >= Coded.Junk) return any(junk[count - Coded.Junk])
        const queue = this.field(Field.Target) % this.history.queues.length
        const { maxMsgSize } = this.history.queues[queue]
        const bad = this.field(Field.Object)
        const messages = Array.from({ length: count }, (_, i) => {
            if (bad > 0 && i === bad % count)
                return any(junk[bad % junk.length])
            const length = batchLength(this.field(Field.First), i, maxMsgSize)
            return `bytes(${length}, ${this.id + i})`
        })
        return `[${messages.join(", ")}]`
    }
    get list() {
        const kind = this.field(Field.Second)
        if (kind >= Coded.Junk) return any(junk[kind - Coded.Junk])
        const mask = this.field(Field.First)
        const list = this.history.queues
            .map((_, i) => i)
            .filter(i => (mask & (1 << i)) !== 0)
            .map(i => `q${i}`)
        if (kind === 1) list.reverse()
        if (kind === 2) list.push(list[0] ?? "undefined")
        if (kind === 3) list.push("7 as any")
        return `[${list.join(", ")}]`
    }
    get config() {
        const what = this.field(Field.Object)
        if (what !== 0) return any(configs[what])
        const given = text({
            ringSize: ringSizes[this.field(Field.Buffer)],
            maxMsgSize: messageSizes[this.field(Field.Priority)],
            overflow: overflows[this.field(Field.Timeout)],
            name: names[this.field(Field.First)],
        })
        const schema = this.field(Field.Second) === 1 ? ", schema" : ""
        return (
            given.replace(/,? \}$/, `${schema} }`).replace("{ ,", "{") +
            " as any"
        )
    }
    get format() {
        return any(formats[this.field(Field.Second)])
    }
    get code() {
        return text(codes[this.field(Field.First)])
    }
}

function madeDescriptor(line: Line) {
    const kind = line.field(Field.Object)
    const of = kind === 5 ? "q0.region()" : `${line.region}.handle`
    const id =
        { 2: `${of}.id + 100`, 3: '"1" as any', 4: "0", 7: "-1" }[kind] ??
        `${of}.id`
    const generation =
        { 1: `${of}.generation + 1`, 6: "1.5" }[kind] ?? `${of}.generation`
    const at = `descriptors[${line.field(Field.Buffer)}]`
    return `${at} = new MessageDescriptor(${id}, ${generation}, ${line.first}, ${line.second})`
}

function madeRegion(line: Line) {
    const kind = line.field(Field.Second)
    const slots = argument(counts[line.field(Field.Priority)])
    const made = [
        `immutable(${line.message})`,
        `appendOnly(${line.first})`,
        `slab(${line.first}, ${slots})`,
    ][Math.min(kind, 2)]
    return `${line.region} = Region.${made}`
}

/** How each call is written. */
const written: Record<Call, (line: Line) => string> = {
    [Call.Send]: l => `${l.queue}.send(${l.message}, ${l.priority})`,
    [Call.Recv]: l => `${l.queue}.recv(${l.into})`,
    [Call.RecvTyped]: l =>
        `${l.queue}.recvTyped(${l.into}, ${l.object("new ReceivedMessage()")})`,
    [Call.Peek]: l =>
        l.field(Field.First) === 0xee
            ? `${l.queue}.peek(${l.object("new RingEntry()")})`
            : `${l.queue}.peekAt(${l.first}, ${l.object("new RingEntry()")})`,
    [Call.SendBatch]: l => `${l.queue}.sendBatch(${l.batch}, ${l.priority})`,
    [Call.RecvBatch]: l =>
        `${l.queue}.recvBatch(${l.into}, ${l.object("[]")}, ${l.first})`,
    [Call.Reserve]: l => `${l.queue}.reserve(${l.first}, ${l.priority})`,
    [Call.Commit]: l => `${l.queue}.commit(${l.first})`,
    [Call.Cancel]: l => `${l.queue}.cancel()`,
    [Call.Front]: l => `${l.queue}.front(${l.object("new RingEntry()")})`,
    [Call.Release]: l => `${l.queue}.release()`,
    [Call.Purge]: l => `${l.queue}.purge()`,
    [Call.Close]: l => `${l.queue}.close()`,
    [Call.Observe]: l => `${l.queue}.stats(${l.object("new QueueStats()")})`,
    [Call.SendDescriptor]: l =>
        `${l.queue}.sendDescriptor(${l.descriptor}, ${l.priority})`,
    [Call.SendRecord]: l => `${l.queue}.sendRecord(${l.record}, ${l.priority})`,
    [Call.RecvRecord]: l => `${l.queue}.recvRecord(${l.object("{}")})`,
    [Call.SendTimeout]: l =>
        `await ${l.queue}.sendTimeout(${l.message}, ${l.timeout}, ${l.priority})`,
    [Call.RecvTimeout]: l =>
        `await ${l.queue}.recvTimeout(${l.into}, ${l.timeout})`,
    [Call.RecvTypedTimeout]: l =>
        `await ${l.queue}.recvTypedTimeout(${l.into}, ${l.object("new ReceivedMessage()")}, ${l.timeout})`,
    [Call.SendDescriptorTimeout]: l =>
        `await ${l.queue}.sendDescriptorTimeout(${l.descriptor}, ${l.timeout}, ${l.priority})`,
    [Call.SendRecordTimeout]: l =>
        `await ${l.queue}.sendRecordTimeout(${l.record}, ${l.timeout}, ${l.priority})`,
    [Call.RecvRecordTimeout]: l =>
        `await ${l.queue}.recvRecordTimeout(${l.object("{}")}, ${l.timeout})`,
    [Call.RecvAny]: l =>
        `await recvAny(${l.list}, ${l.into}, ${l.object("new ReceivedMessage()")}, ${l.timeout})`,
    [Call.Sleep]: l => `await sleep(${l.timeout})`,
    [Call.VmSleep]: l => `await ds.sleep(${l.timeout})`,
    [Call.Terminate]: l => `end(${l.task})`,
    [Call.Resume]: l => `wake(${l.task})`,
    [Call.Start]: l => `begin(${l.task})`,
    [Call.Scribble]: l => `0 // changes what task ${l.task} sends`,
    [Call.NewRegion]: madeRegion,
    [Call.Append]: l => `${l.region}.append(${l.message})`,
    [Call.ReadRegion]: l =>
        `${l.region}.read(${l.first}, ${l.second}, ${l.into})`,
    [Call.GetAt]: l =>
        l.field(Field.Object) === 0
            ? `${l.region}.getAt(${l.first}, ${l.format})`
            : `descriptors[${l.field(Field.Object) - 1}].getAt(${l.first}, ${l.format})`,
    [Call.Alloc]: l => `${l.region}.alloc()`,
    [Call.Free]: l => `${l.region}.free(${l.first})`,
    [Call.Write]: l =>
        `${l.region}.write(${l.first}, ${l.second}, ${l.message})`,
    [Call.Destroy]: l => `${l.region}.destroy()`,
    [Call.NewDescriptor]: madeDescriptor,
    [Call.ReadDescriptor]: l => `${l.descriptor}.read(${l.into})`,
    [Call.ToBytes]: l => `${l.descriptor}.toBytes(${l.into}, ${l.second})`,
    [Call.FromBytes]: l =>
        `new MessageDescriptor(0, 0, 0, 0).fromBytes(${l.message}, ${l.first})`,
    [Call.Encode]: l => `schema.encode(${l.record}, ${l.into}, ${l.second})`,
    [Call.Decode]: l =>
        `schema.decode(${l.message}, ${l.first}, ${l.object("{}")})`,
    [Call.Explain]: l => `schema.explain(${l.record})`,
    [Call.Config]: l => `requiredMemory(${l.config})`,
    [Call.NewQueue]: l => `new KernelQueue(${l.config}).available()`,
    [Call.ErrorName]: l => `errorName(${l.code})`,
    [Call.Check]: l => `check(${l.code})`,
}

/** What a program needs beside its calls, if its text has the word. */
const helpers: [word: string, lines: string][] = [
    [
        "bytes(",
        `function bytes(length: number, id: number): Buffer {
    const message = Buffer.alloc(length)
    for (let i = 0; i < length; ++i) message[i] = (id * 31 + (id >> 8) * 17 + i * 7 + 1) & 0xff
    return message
}`,
    ],
    [
        "schema",
        `const schema = new Schema(7, {
    a: "u8",
    b: "i16",
    c: "f32",
    d: "bool",
    e: "i8.8",
    f: "u8[2]",
})`,
    ],
    [
        "regions[",
        `const regions = [
    Region.immutable(hex\`f1f2f3f4\`),
    Region.appendOnly(${Given.AppendOnly}),
    Region.slab(${Given.SlotSize}, ${Given.SlotCount}),
]`,
    ],
    [
        "descriptors[",
        `const descriptors: MessageDescriptor[] = []
for (let length = 1; length <= 3; ++length)
    descriptors.push(
        new MessageDescriptor(regions[0].handle.id, regions[0].handle.generation, 0, length)
    )`,
    ],
    [
        "end(",
        `function end(task: number): number {
    if (fibers[task] === undefined || ended[task]) return 0
    fibers[task].terminate()
    ended[task] = true
    return 1
}`,
    ],
    [
        "wake(",
        `function wake(task: number): number {
    try {
        fibers[task].resume(1)
    } catch {
        return 0 // it does not wait, or is gone
    }
    return 0
}`,
    ],
    [
        "begin(",
        `function begin(task: number): number {
    if (task >= tasks.length || fibers[task] !== undefined) return 0
    fibers[task] = tasks[task].start()
    return 1
}`,
    ],
]

/** The names that the library exports, as far as a program has them. */
const exported =
    "check errorName KernelQueue MessageDescriptor QueueStats ReceivedMessage recvAny Region requiredMemory RingEntry Schema sleep"

/**
 * Writes a history as a program.
 * @param from where it imports the library from
 */
export function programOf(history: History, from = "../../src"): string {
    const bodies = history.tasks.map((calls, task) => {
        const lines = calls.map((call, index) => {
            const line = new Line(history, call, (task << 8) | index)
            const said = written[call[Field.Call] as Call](line)
            return said.startsWith("0 //")
                ? `    ${said.slice(2)}`
                : `    console.log("${task}.${index}", ds.millis() - start, ${said})`
        })
        const end = `    ended[${task}] = true`
        return `async function task${task}() {\n${lines.join("\n")}\n${end}\n}`
    })
    const queues = history.queues.map((shape, i) => {
        const { ringSize, maxMsgSize, dropsOldest, hasSchema, before } = shape
        const overflow = dropsOldest ? 1 : 0
        const schema = hasSchema ? ", schema" : ""
        const gone =
            before > 0 ? ` // ${before} messages have gone through it` : ""
        return `const q${i} = new KernelQueue({ ringSize: ${ringSize}, maxMsgSize: ${maxMsgSize}, overflow: ${overflow}${schema} })${gone}`
    })
    const begun = history.tasks
        .map((_, task) => task)
        .filter(task => !history.sleeping.includes(task))
        .map(task => `fibers[${task}] = task${task}.start()`)
    const parts = [
        ...queues,
        `const fibers: ds.Fiber[] = []\nconst ended: boolean[] = []\nconst start = ds.millis()`,
        ...bodies,
        `const tasks = [${history.tasks.map((_, task) => `task${task}`).join(", ")}]`,
        ...begun,
    ].join("\n\n")
    return withHelpers(parts, from)
}

function withHelpers(program: string, from: string) {
    let all = program
    for (const [word, lines] of [...helpers].reverse())
        if (all.includes(word)) all = `${lines}\n\n${all}`
    const used = exported.split(" ").filter(name => all.includes(name))
    const imports = `import * as ds from "@devicescript/core"\nimport { ${used.join(", ")} } from "${from}"`
    return `${imports}\n\n${all}\n`
}
