// The driver's calls on regions, descriptors, schemas and configurations.

import {
    check,
    errorName,
    KernelQueue,
    MessageDescriptor,
    Region,
    requiredMemory,
    validateConfig,
} from "../../src"
import {
    Call,
    codes,
    configs,
    counts,
    Field,
    formats,
    messageSizes,
    names,
    overflows,
    ringSizes,
} from "./calls"
import { put8, put32, putBytes, putNumber } from "./drivertrace"
import {
    flash,
    schema,
    queues,
    regions,
    descriptors,
    Step,
    field,
    messageOf,
    intoOf,
    objectOf,
    firstOf,
    secondOf,
    recordOf,
    putInto,
    putRecord,
    codeOf,
} from "./driverstate"

function newRegion(step: Step): number {
    const kind = field(step.at, Field.Second)
    const target = field(step.at, Field.Target)
    try {
        if (kind === 0) regions[target] = Region.immutable(messageOf(step))
        else if (kind === 1) regions[target] = Region.appendOnly(firstOf(step))
        else
            regions[target] = Region.slab(
                firstOf(step),
                counts[field(step.at, Field.Priority)]
            )
    } catch (error) {
        return codeOf(error)
    }
    const { handle } = regions[target]
    put32(handle.id)
    put32(handle.generation)
    return regions[target].policy
}

function regionOf(step: Step): Region {
    return regions[field(step.at, Field.Target)]
}

function readRegion(step: Step): number {
    const into = intoOf(step)
    const region = regionOf(step)
    const result = region.read(firstOf(step), secondOf(step), into)
    putInto(step)
    putNumber(region.size())
    return result
}

function getAt(step: Step): number {
    const format = formats[field(step.at, Field.Second)]
    const code = field(step.at, Field.Object)
    putNumber(
        code === 0
            ? regionOf(step).getAt(firstOf(step), format)
            : descriptors[code - 1].getAt(firstOf(step), format)
    )
    return 0
}

function write(step: Step): number {
    return regionOf(step).write(firstOf(step), secondOf(step), messageOf(step))
}

function newDescriptor(step: Step): number {
    const kind = field(step.at, Field.Object)
    let handle = regionOf(step).handle
    if (kind === 5) handle = queues[0].region()
    put32(handle.id)
    put32(handle.generation)
    let id: any = handle.id
    let generation: any = handle.generation
    if (kind === 1) generation++
    else if (kind === 2) id += 100
    else if (kind === 3) id = "1"
    else if (kind === 4) id = 0
    else if (kind === 6) generation = 1.5
    else if (kind === 7) id = -1
    descriptors[field(step.at, Field.Buffer)] = new MessageDescriptor(
        id,
        generation,
        firstOf(step),
        secondOf(step)
    )
    return 0
}

function readDescriptor(step: Step): number {
    const descriptor = descriptors[field(step.at, Field.First)]
    put8(descriptor.isValid() ? 1 : 0)
    const result = descriptor.read(intoOf(step))
    putInto(step)
    return result
}

function toBytes(step: Step): number {
    const descriptor = descriptors[field(step.at, Field.First)]
    const result = descriptor.toBytes(intoOf(step), secondOf(step))
    putInto(step)
    return result
}

function fromBytes(step: Step): number {
    const descriptor = new MessageDescriptor(0, 0, 0, 0)
    const result = descriptor.fromBytes(messageOf(step), firstOf(step))
    putNumber(descriptor.regionId)
    putNumber(descriptor.generation)
    putNumber(descriptor.offset)
    putNumber(descriptor.length)
    return result
}

function encode(step: Step): number {
    const into = intoOf(step)
    const result = schema.encode(recordOf(step), into, secondOf(step))
    putInto(step)
    return result
}

function decode(step: Step): number {
    const record = objectOf(step, {})
    const result = schema.decode(messageOf(step), firstOf(step), record)
    if (result >= 0) putRecord(record)
    return result
}

function explain(step: Step): number {
    const text = schema.explain(recordOf(step))
    putBytes(Buffer.from(text), 0, text.length)
    return 0
}

function configOf(step: Step): any {
    const { at } = step
    const what = field(at, Field.Object)
    if (what !== 0) return configs[what]
    return {
        ringSize: ringSizes[field(at, Field.Buffer)],
        maxMsgSize: messageSizes[field(at, Field.Priority)],
        overflow: overflows[field(at, Field.Timeout)],
        name: names[field(at, Field.First)],
        schema: field(at, Field.Second) === 1 ? schema : undefined,
    }
}

function config(step: Step): number {
    const given = configOf(step)
    put32(validateConfig(given))
    putNumber(requiredMemory(given))
    return 0
}

function newQueue(step: Step): number {
    const given = configOf(step)
    const kind = field(step.at, Field.Target)
    const needed = requiredMemory(given)
    putNumber(needed)
    let backing: any = undefined
    if (kind === 1) backing = flash
    else if (kind === 2) backing = "backing"
    else if (needed > 0 && needed < 5000)
        backing = Buffer.alloc(kind === 3 ? needed - 1 : needed)
    else if (needed < 57333) backing = Buffer.alloc(1)
    try {
        const queue = new KernelQueue(given, backing)
        putBytes(Buffer.from(queue.name()), 0, queue.name().length)
        return queue.available()
    } catch (error) {
        return codeOf(error)
    }
}

function errorNameOf(step: Step): number {
    const text = errorName(codes[field(step.at, Field.First)])
    putBytes(Buffer.from(text), 0, text.length)
    return 0
}

function checkOf(step: Step): number {
    try {
        return check(codes[field(step.at, Field.First)])
    } catch (error) {
        return codeOf(error)
    }
}

/** Calls on memory, and those that are functions. */
export function callMemory(step: Step, call: Call): number {
    if (call === Call.NewRegion) return newRegion(step)
    if (call === Call.Append) return regionOf(step).append(messageOf(step))
    if (call === Call.ReadRegion) return readRegion(step)
    if (call === Call.GetAt) return getAt(step)
    if (call === Call.Alloc) return regionOf(step).alloc()
    if (call === Call.Free) return regionOf(step).free(firstOf(step))
    if (call === Call.Write) return write(step)
    if (call === Call.Destroy) return regionOf(step).destroy()
    if (call === Call.NewDescriptor) return newDescriptor(step)
    if (call === Call.ReadDescriptor) return readDescriptor(step)
    if (call === Call.ToBytes) return toBytes(step)
    if (call === Call.FromBytes) return fromBytes(step)
    if (call === Call.Encode) return encode(step)
    if (call === Call.Decode) return decode(step)
    if (call === Call.Explain) return explain(step)
    if (call === Call.Config) return config(step)
    if (call === Call.NewQueue) return newQueue(step)
    if (call === Call.ErrorName) return errorNameOf(step)
    return checkOf(step)
}
