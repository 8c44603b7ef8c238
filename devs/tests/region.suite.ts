// Memory with one policy, through every call there is.

import { beforeEach, describe, test } from "@devicescript/test"
import {
    check,
    KernelError,
    MessageDescriptor,
    Region,
    RegionPolicy,
} from "../../src"
import { records } from "../../src/typed/region"
import { byte, descriptorQueueOf, equal, nameOf, settle } from "./support"
import { throwsKernelError, throwsMessage } from "./support"
import { noBuffers } from "./wrong"

enum Code {
    StaleHandle = -19,
    InvalidSlot = -20,
    SlabFull = -21,
    RegionFull = -22,
    RegionPolicyViolation = -23,
    BufferTooSmall = -24,
    InvalidArgument = -25,
}

enum Size {
    /** A slab of one byte each takes three for each. */
    Slots = 4000,
    Slabs = 8,
    /** Were each slot prepared, the VM's limit of opcodes would be passed. */
    Many = 7000,
}

const noCounts: any[] = [undefined, null, "1", NaN, -1, 0.5, -Infinity, {}, []]
/** Where an offset that is checked carelessly wraps, or reads in front of the buffer. */
const farOffsets = [
    -1,
    2147483647,
    2147483648,
    4294967295,
    4294967296,
    9007199254740991,
    9007199254740992,
    Infinity,
]

/** All that a region holds, in hex. */
function contentsOf(region: Region): string {
    const into = Buffer.alloc(check(region.size()))
    check(region.read(0, into.length, into))
    return into.toString("hex")
}

/** A region of each policy, with 01020304 in it. */
function allRegions(): Region[] {
    const log = Region.appendOnly(8)
    check(log.append(hex`01020304`))
    const slab = Region.slab(2, 2)
    check(slab.write(check(slab.alloc()), 0, hex`0102`))
    check(slab.write(check(slab.alloc()), 0, hex`0304`))
    const flash = Region.immutable(hex`01020304`)
    const ram = Region.immutable(Buffer.from([1, 2, 3, 4]))
    return [flash, ram, log, slab]
}

function destroyAll(regions: Region[]) {
    for (const region of regions) check(region.destroy())
}

/** Expects that there is no region of such a size. */
function makesNone(size: any, code: number) {
    throwsKernelError(() => Region.appendOnly(size), code, "log " + size)
    throwsKernelError(() => Region.slab(size, 2), code, "slab " + size)
    throwsKernelError(() => Region.slab(2, size), code, "slots " + size)
}

/** Every call that might write, with all that it might be made with. */
function tryToWrite(region: Region, data: Buffer) {
    const descriptor = nameOf(region, 0, 4)
    const into = Buffer.alloc(4)
    region.append(data)
    region.alloc()
    for (const slot of [-1, 0, 1, 2147483648]) {
        region.free(slot)
        for (const offset of farOffsets) region.write(slot, offset, data)
        region.write(slot, 0, data)
    }
    for (const at of [0, 1, ...farOffsets]) {
        region.read(at, 1, into)
        descriptor.toBytes(into, at)
        descriptor.fromBytes(into, at)
    }
    region.read(0, 4, into)
    into.fillAt(0, 4, 0xee)
}

describe("regions", () => {
    test("an exception names the argument and its value", () => {
        throwsMessage(
            () => Region.immutable("abc" as any),
            'InvalidArgument: data "abc"'
        )
        throwsMessage(
            () => Region.appendOnly(-1),
            "InvalidArgument: maxSize -1"
        )
        throwsMessage(
            () => Region.slab(0, Infinity),
            "InvalidArgument: slotSize 0"
        )
        throwsMessage(
            () => Region.slab(4, 1.5),
            "InvalidArgument: slotCount 1.5"
        )
        throwsMessage(
            () => Region.slab(1, Infinity),
            "OutOfMemory: Infinity bytes"
        )
    })
    beforeEach(settle)

    test("an immutable region in flash is used where it is", () => {
        const region = Region.immutable(hex`01020304`)
        equal(region.policy, RegionPolicy.Immutable, "policy")
        equal(region.size(), 4, "size")
        equal(contentsOf(region), "01020304", "bytes")
        destroyAll([region])
    })
    test("an immutable region in RAM is a copy, which nobody else holds", () => {
        const data = Buffer.from([1, 2, 3, 4])
        const region = Region.immutable(data)
        data.fillAt(0, 4, 0xee)
        equal(contentsOf(region), "01020304", "the bytes of then")
        destroyAll([region])
    })
    test("no call changes an immutable region", () => {
        const data = Buffer.from([1, 2, 3, 4])
        const regions = [
            Region.immutable(hex`01020304`),
            Region.immutable(data),
        ]
        for (const region of regions) {
            tryToWrite(region, hex`ff`)
            equal(contentsOf(region), "01020304", "as it was")
            equal(region.append(byte(1)), Code.RegionPolicyViolation, "append")
            equal(region.alloc(), Code.RegionPolicyViolation, "alloc")
            equal(region.free(0), Code.RegionPolicyViolation, "free")
            equal(region.write(0, 0, byte(1)), Code.RegionPolicyViolation, "w")
        }
        destroyAll(regions)
    })
    test("an append-only region grows up to its size, no further", () => {
        const region = Region.appendOnly(6)
        equal(region.policy, RegionPolicy.AppendOnly, "policy")
        equal(region.size(), 0, "nothing yet")
        equal(region.append(hex`0102`), 0, "offset of the first")
        equal(region.append(hex``), 2, "nothing more")
        equal(region.append(hex`030405`), 2, "offset of the second")
        equal(region.append(hex`0607`), Code.RegionFull, "one byte too many")
        equal(region.size(), 5, "as it was")
        equal(contentsOf(region), "0102030405", "bytes")
        equal(region.append(byte(6)), 5, "the last byte")
        equal(region.append(byte(7)), Code.RegionFull, "full")
        equal(region.append(hex``), 6, "nothing fits")
        destroyAll([region])
    })
    test("no call changes a byte below an append-only region's cursor", () => {
        const region = Region.appendOnly(64)
        const data = Buffer.from([1, 2, 3, 4])
        check(region.append(data))
        data.fillAt(0, 4, 0xee)
        for (let i = 0; i < 8; ++i) {
            tryToWrite(region, hex`ff`)
            equal(contentsOf(region).slice(0, 8), "01020304", "as it was")
        }
        equal(region.alloc(), Code.RegionPolicyViolation, "alloc")
        equal(region.free(0), Code.RegionPolicyViolation, "free")
        equal(region.write(0, 0, byte(1)), Code.RegionPolicyViolation, "write")
        destroyAll([region])
    })
    test("bytes that were not appended yet cannot be read", () => {
        const region = Region.appendOnly(8)
        check(region.append(hex`0102`))
        equal(region.read(0, 3, Buffer.alloc(3)), Code.InvalidArgument, "read")
        equal(region.getAt(1, "u16"), undefined, "getAt")
        destroyAll([region])
    })
    test("a slab's slots are allocated, written and freed", () => {
        const region = Region.slab(4, 3)
        equal(region.policy, RegionPolicy.Slab, "policy")
        equal(region.size(), 12, "size")
        const slots = [0, 1, 2].map(() => check(region.alloc()))
        equal(slots.slice(0).sort().join(","), "0,1,2", "all of them")
        equal(region.alloc(), Code.SlabFull, "no more")
        equal(region.write(slots[1], 1, hex`aabbcc`), 0, "write")
        equal(region.getAt(slots[1] * 4, "u32"), 0xccbbaa00, "bytes")
        equal(region.free(slots[1]), 0, "free")
        equal(region.free(slots[1]), Code.InvalidSlot, "twice")
        equal(region.write(slots[1], 0, byte(1)), Code.InvalidSlot, "freed")
        equal(region.alloc(), slots[1], "again")
        equal(region.append(byte(1)), Code.RegionPolicyViolation, "append")
        destroyAll([region])
    })
    test("a write stays within its slot", () => {
        const region = Region.slab(4, 3)
        for (let i = 0; i < 3; ++i) check(region.alloc())
        equal(region.write(1, 0, hex`01020304`), 0, "the whole slot")
        equal(region.write(1, 4, hex``), 0, "nothing at its end")
        const before = contentsOf(region)
        equal(region.write(1, 1, hex`eeeeeeee`), Code.InvalidArgument, "over")
        equal(region.write(1, 5, hex``), Code.InvalidArgument, "behind")
        for (const offset of farOffsets)
            equal(region.write(1, offset, byte(9)), -25, "offset " + offset)
        for (const slot of [3, ...farOffsets])
            equal(region.write(slot, 0, byte(9)), -20, "slot " + slot)
        equal(contentsOf(region), before, "as it was")
        destroyAll([region])
    })
    test("slots come and go in any order", async () => {
        const region = Region.slab(1, 5)
        const taken: number[] = []
        for (let round = 0; round < 60; ++round) {
            if (round % 3 !== 2) {
                const slot = region.alloc()
                equal(slot < 0, taken.length === 5, "SlabFull if all are taken")
                equal(taken.indexOf(slot), -1, "a slot that nobody has")
                if (slot >= 0) taken.push(slot)
            } else {
                const index = round % taken.length
                const slot = taken[index]
                taken.insert(index, -1)
                equal(region.free(slot), 0, "free")
                equal(region.free(slot), Code.InvalidSlot, "twice")
            }
            if (round % 10 === 0) await settle()
        }
        destroyAll([region])
    })
    test("a slab of many slots is made at once", async () => {
        const region = Region.slab(1, Size.Many)
        for (const slot of [0, 1, 2]) equal(region.alloc(), slot, "a slot")
        equal(region.free(1), 0, "free")
        equal(region.free(3), Code.InvalidSlot, "never allocated")
        const last = Size.Many - 1
        equal(region.write(last, 0, byte(1)), Code.InvalidSlot, "nor this")
        equal(region.alloc(), 1, "again")
        equal(region.alloc(), 3, "and on")
        destroyAll([region])
    })
    test("numbers of all formats are read where they are", () => {
        const region = Region.immutable(hex`ff80 0000 c03f 0000 0000 0000 f0bf`)
        equal(region.getAt(0, "u8"), 255, "u8")
        equal(region.getAt(0, "i8"), -1, "i8")
        equal(region.getAt(0, "u16"), 0x80ff, "u16")
        equal(region.getAt(0, "i16"), -32513, "i16")
        equal(region.getAt(0, "u32"), 0x80ff, "u32")
        equal(region.getAt(4, "i32"), 0x3fc0, "i32")
        equal(region.getAt(2, "f32"), 1.5, "f32")
        equal(region.getAt(6, "f64"), -1, "f64")
        equal(region.getAt(0, "u64"), 0x3fc0 * 4294967296 + 0x80ff, "u64")
        equal(region.getAt(6, "i64"), -0x4010 * 281474976710656, "i64")
        equal(region.getAt(0, "i8.8"), -32513 / 256, "i8.8")
        equal(region.getAt(4, "u22.10"), 15.9375, "u22.10")
        equal(region.getAt(13, "u8"), 0xbf, "the last byte")
        equal(region.getAt(13, "i0.8"), -65 / 256, "the same")
        equal(region.getAt(7, "u64"), undefined, "half of a long one")
        equal(region.getAt(13, "u8.8"), undefined, "half of a fixed point")
        destroyAll([region])
    })
    test("outside of what a region holds nothing is read", () => {
        const regions = allRegions()
        for (const region of regions) {
            const into = Buffer.from([9, 9, 9, 9, 9])
            equal(region.read(4, 0, into), 0, "no byte, at the end")
            for (const offset of farOffsets) {
                equal(region.read(offset, 1, into), -25, "read " + offset)
                equal(region.read(0, offset, into), -25, "length " + offset)
                equal(region.getAt(offset, "u8"), undefined, "at " + offset)
            }
            equal(region.read(4, 1, into), Code.InvalidArgument, "one byte")
            equal(region.read(1, 4, into), Code.InvalidArgument, "over the end")
            equal(region.read(5, 0, into), Code.InvalidArgument, "behind it")
            equal(region.getAt(3, "u16"), undefined, "half of a number")
            equal(region.getAt(0, "f64"), undefined, "half of a long one")
            equal(into.toString("hex"), "0909090909", "nothing written")
        }
        destroyAll(regions)
    })
    test("a buffer that is too small gets nothing", () => {
        const regions = allRegions()
        for (const region of regions) {
            const into = Buffer.from([9, 9, 9])
            equal(region.read(0, 4, into), Code.BufferTooSmall, "3 for 4")
            equal(into.toString("hex"), "090909", "nothing written")
            equal(region.read(1, 3, into), 3, "3 for 3")
            equal(into.toString("hex"), "020304", "bytes")
        }
        destroyAll(regions)
    })
    test("wrong arguments leave everything as it was", async () => {
        const regions = allRegions()
        for (const region of regions) {
            await settle()
            const into = Buffer.alloc(4)
            for (const wrong of noCounts) {
                equal(region.read(wrong, 1, into), -25, "offset " + wrong)
                equal(region.read(0, wrong, into), -25, "length " + wrong)
                equal(region.getAt(wrong, "u8"), undefined, "at " + wrong)
                equal(region.free(wrong) < 0, true, "slot " + wrong)
                equal(region.write(0, wrong, into) < 0, true, "to " + wrong)
                equal(region.write(wrong, 0, into) < 0, true, "of " + wrong)
            }
            for (const wrong of [...noBuffers, hex`00000000`])
                equal(region.read(0, 1, wrong), -25, "into " + wrong)
            for (const wrong of noBuffers) {
                equal(region.append(wrong) < 0, true, "append " + wrong)
                equal(region.write(0, 0, wrong) < 0, true, "write " + wrong)
            }
            const noFormats: any[] = ["u8[1]", "u7", "", undefined, null, 8, {}]
            for (const wrong of noFormats)
                equal(region.getAt(0, wrong), undefined, "format " + wrong)
            equal(contentsOf(region), "01020304", "as it was")
        }
        destroyAll(regions)
    })
    test("what makes no region throws", () => {
        const huge = [4294967296, 9007199254740992, Infinity]
        noBuffers.forEach(wrong => {
            const make = () => Region.immutable(wrong)
            throwsKernelError(make, 25, "immutable " + wrong)
        })
        const noSizes: any[] = [0, ...noCounts]
        noSizes.forEach(wrong => makesNone(wrong, KernelError.InvalidArgument))
        huge.forEach(size => makesNone(size, KernelError.OutOfMemory))
        const tooLarge = () => Region.appendOnly(57333)
        throwsKernelError(tooLarge, KernelError.OutOfMemory, "57,333 bytes")
        const tooMany = () => Region.slab(1, 28667)
        throwsKernelError(tooMany, KernelError.OutOfMemory, "28,667 slots")
        const neither = () => Region.slab(0, Infinity)
        throwsKernelError(neither, KernelError.InvalidArgument, "0 * Infinity")
    })
})

describe("handles", () => {
    beforeEach(settle)

    test("every call on a destroyed region says StaleHandle", () => {
        const into = Buffer.alloc(4)
        const regions = allRegions()
        const handles = regions.map(region => region.handle)
        destroyAll(regions)
        const successors = allRegions() // under the same ids
        for (let i = 0; i < regions.length; ++i) {
            const region = regions[i]
            equal(region.destroy(), Code.StaleHandle, "destroy")
            equal(region.size(), Code.StaleHandle, "size")
            equal(region.read(0, 1, into), Code.StaleHandle, "read")
            equal(region.getAt(0, "u8"), undefined, "getAt")
            equal(region.append(byte(9)), Code.StaleHandle, "append")
            equal(region.alloc(), Code.StaleHandle, "alloc")
            equal(region.free(0), Code.StaleHandle, "free")
            equal(region.write(0, 0, byte(9)), Code.StaleHandle, "write")
            equal(region.handle, handles[i], "it keeps its handle")
            equal(
                contentsOf(successors[i]),
                "01020304",
                "others are as they were"
            )
        }
        destroyAll(successors)
    })
    test("destroy gives the memory back, though the region is still known", async () => {
        const regions: Region[] = []
        for (let i = 0; i < Size.Slabs; ++i) {
            const region = Region.slab(1, Size.Slots)
            regions.push(region)
            check(region.destroy())
            await settle()
        }
        equal(regions.length, Size.Slabs, "more than the heap could hold")
    })
    test("an id is used again, with the next generation", () => {
        const first = Region.immutable(hex`01`)
        const { id, generation } = first.handle
        check(first.destroy())
        const second = Region.appendOnly(4)
        equal(second.handle.id, id, "the same id")
        equal(second.handle.generation, generation + 1, "the next generation")
        check(second.append(hex`02`))
        const into = Buffer.alloc(1)
        const old = nameOf(first, 0, 1)
        equal(old.read(into), Code.StaleHandle, "the old handle is stale")
        const future = new MessageDescriptor(id, generation + 2, 0, 1)
        equal(future.read(into), Code.StaleHandle, "one of the future, too")
        destroyAll([second])
    })
    test("living regions have ids of their own", () => {
        const regions = allRegions()
        for (let i = 0; i < regions.length; ++i)
            for (let k = 0; k < i; ++k)
                equal(
                    regions[i].handle.id === regions[k].handle.id,
                    false,
                    "id"
                )
        equal(regions[0].handle.id > 0, true, "no id is 0")
        destroyAll(regions)
    })
    test("a handle stays stale however often its id is used again", async () => {
        const first = Region.immutable(hex`01`)
        const old = nameOf(first, 0, 1)
        check(first.destroy())
        for (let i = 0; i < 300; ++i) {
            const next = Region.immutable(hex`02`)
            equal(old.isValid(), false, "with a successor")
            check(next.destroy())
            equal(old.isValid(), false, "without one")
            if (i % 20 === 0) await settle()
        }
    })
    test("an id is given up rather than have a generation twice", () => {
        const first = Region.immutable(hex`01`)
        const { id } = first.handle
        check(first.destroy())
        const record = records[id - 1]
        record.generation = 4294967294
        const last = Region.immutable(hex`02`)
        equal(last.handle.id, id, "the last of its id")
        equal(last.handle.generation, 4294967295, "the largest u32")
        check(last.destroy())
        const next = Region.immutable(hex`03`)
        equal(next.handle.id === id, false, "another id")
        equal(new MessageDescriptor(id, 0, 0, 1).isValid(), false, "no wrap")
        destroyAll([next])
    })
    test("a queue's region is a slab over its backing, made once", () => {
        const queue = descriptorQueueOf(2)
        const handle = queue.region()
        equal(queue.region(), handle, "made once")
        const other = descriptorQueueOf(2).region()
        equal(other.id === handle.id, false, "each its own")
        const own = new MessageDescriptor(handle.id, handle.generation, 0, 8)
        equal(own.isValid(), false, "no descriptor names a ring's bytes")
        equal(queue.sendDescriptor(own), -27, "InvalidDescriptorRegion")
        equal(own.read(Buffer.alloc(8)), -27, "not read either")
        equal(own.getAt(0, "u8"), undefined, "nor in place")
        equal(queue.size(), 0, "nothing sent")
    })
})
