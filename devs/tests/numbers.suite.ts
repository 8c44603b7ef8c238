// Fields of numbers: integers of 64 bits and fixed points. For the others see schema.suite.ts.

import { beforeEach, describe, test } from "@devicescript/test"
import { check, Schema } from "../../src"
import { carry, holds, refuses, schemaOf } from "./fields"
import { equal, settle } from "./support"

enum Two {
    To31 = 2147483648,
    To32 = 4294967296,
    To52 = 4503599627370496,
    To53 = 9007199254740992,
    To63 = 9223372036854775808,
    To64 = 18446744073709551616,
}

/** Two to the power of minus `bits`: one step of so many bits behind the point. */
function step(bits: number): number {
    return Math.pow(2, -bits)
}

/** Of each format the lowest and the highest value, and the next below and above. A double has 53 bits. */
const limits: any[][] = [
    ["u64", 0, Two.To64 - 2048, -1, Two.To64],
    ["i64", -Two.To63, Two.To63 - 1024, -Two.To63 - 2048, Two.To63],
    ["u0.8", 0, 255 / 256, -1 / 256, 1],
    ["i0.8", -0.5, 127 / 256, -129 / 256, 0.5],
    ["u1.7", 0, 255 / 128, -1 / 128, 2],
    ["i1.7", -1, 127 / 128, -129 / 128, 1],
    ["u7.1", 0, 127.5, -0.5, 128],
    ["i7.1", -64, 63.5, -64.5, 64],
    ["u8.8", 0, 65535 / 256, -1 / 256, 256],
    ["i8.8", -128, 32767 / 256, -32769 / 256, 128],
    ["u0.16", 0, 65535 / 65536, -1 / 65536, 1],
    ["i1.15", -1, 32767 / 32768, -32769 / 32768, 1],
    ["u16.16", 0, 65536 - step(16), -step(16), 65536],
    ["i16.16", -32768, 32768 - step(16), -32768 - step(16), 32768],
    ["u22.10", 0, 4194304 - step(10), -step(10), 4194304],
    ["i22.10", -2097152, 2097152 - step(10), -2097152 - step(10), 2097152],
    ["i1.31", -1, 1 - step(31), -1 - step(31), 1],
    ["u32.32", 0, Two.To32 - step(21), -step(32), Two.To32],
    ["i32.32", -Two.To31, Two.To31 - step(22), -Two.To31 - step(21), Two.To31],
    ["u0.64", 0, 1 - step(53), -step(64), 1],
    ["i0.64", -0.5, 0.5 - step(54), -0.5 - step(53), 0.5],
    ["u1.63", 0, 2 - step(52), -step(63), 2],
    ["i1.63", -1, 1 - step(53), -1 - step(52), 1],
    ["u8.56", 0, 256 - step(45), -step(56), 256],
    ["u63.1", 0, Two.To63 - 1024, -0.5, Two.To63],
    ["i63.1", -Two.To63 / 2, Two.To63 / 2 - 512, -Two.To63, Two.To63 / 2],
]

/** The bytes of the lowest and of the highest value of a format. */
function limitBytes(format: string): string[] {
    const bytes = schemaOf([format]).size
    const isSigned = format[0] === "i"
    let zeros = ""
    let ones = ""
    for (let i = 1; i < bytes; ++i) {
        zeros += "00"
        ones += "ff"
    }
    // a double has no bits for the last 10 or 11 of 64
    if (bytes === 8) ones = isSigned ? "00fcffffffffff" : "00f8ffffffffff"
    return [zeros + (isSigned ? "80" : "00"), ones + (isSigned ? "7f" : "ff")]
}

/** The VM's own way to write a format, and values that it writes right. */
const ways: any[][] = [
    [
        "u64",
        (b: Buffer, v: number) => b.setAt(0, "u64", v),
        [0, 1, Two.To32, Two.To53, Two.To64 - 2048],
    ],
    [
        "i64",
        (b: Buffer, v: number) => b.setAt(0, "i64", v),
        [0, 1, -1, -Two.To31, -Two.To63],
    ],
    [
        "u0.8",
        (b: Buffer, v: number) => b.setAt(0, "u0.8", v),
        [0, 0.5, 0.3, 255 / 256],
    ],
    [
        "i0.8",
        (b: Buffer, v: number) => b.setAt(0, "i0.8", v),
        [0, 0.25, 0.3, 127 / 256],
    ],
    [
        "u1.7",
        (b: Buffer, v: number) => b.setAt(0, "u1.7", v),
        [0, 1.5, 1.3, 255 / 128],
    ],
    [
        "u8.8",
        (b: Buffer, v: number) => b.setAt(0, "u8.8", v),
        [0, 1.5, 21.3, 65535 / 256],
    ],
    [
        "i8.8",
        (b: Buffer, v: number) => b.setAt(0, "i8.8", v),
        [0, 1.5, 21.3, 32767 / 256],
    ],
    [
        "u16.16",
        (b: Buffer, v: number) => b.setAt(0, "u16.16", v),
        [0, 1.5, 21.333, 40000.5],
    ],
    [
        "u22.10",
        (b: Buffer, v: number) => b.setAt(0, "u22.10", v),
        [0, 21.5, 21.333, 4194303.5],
    ],
    [
        "i22.10",
        (b: Buffer, v: number) => b.setAt(0, "i22.10", v),
        [0, 21.5, 21.333, 2097151.5],
    ],
    [
        "u32.32",
        (b: Buffer, v: number) => b.setAt(0, "u32.32", v),
        [0, 1.5, 3000000000.25, 4294967295.5],
    ],
]

describe("fields of numbers", () => {
    beforeEach(settle)

    test("a format holds its lowest and its highest value, and none beyond", async () => {
        for (const row of limits) {
            await settle()
            const format = row[0]
            const bytes = limitBytes(format)
            holds(format, row[1], bytes[0])
            holds(format, row[2], bytes[1])
            refuses(format, row[3], "b: " + row[3] + " is below ")
            refuses(format, row[4], "b: " + row[4] + " is above ")
        }
    })
    test("integers of 64 bits come back as they were", () => {
        holds("u64", 5, "0500000000000000")
        holds("u64", Two.To32, "0000000001000000")
        holds("u64", Two.To32 + 1, "0100000001000000")
        holds("u64", Two.To53, "0000000000002000")
        holds("u64", Two.To53 - 1, "ffffffffffff1f00")
        holds("u64", Two.To63, "0000000000000080")
        holds("i64", -1, "ffffffffffffffff")
        holds("i64", -Two.To32, "00000000ffffffff")
        holds("i64", -Two.To32 - 1, "fffffffffeffffff")
        holds("i64", 5000000000, "00f2052a01000000")
        holds("i64", -5000000000, "000efad5feffffff")
        holds("i64", -Two.To53, "000000000000e0ff")
    })
    test("a fraction is no integer of 64 bits, nor is what is no number", async () => {
        for (const format of ["u64", "i64"]) {
            await settle()
            refuses(format, 0.5, "b: 0.5 is no integer")
            refuses(format, Two.To52 - 0.5, " is no integer")
            refuses(format, NaN, "b: NaN is no integer")
            refuses(format, Infinity, "b: Infinity is above ")
            refuses(format, -Infinity, "b: -Infinity is below ")
            refuses(format, 1e300, "b: 1e+300 is above ")
            const none: any[] = [null, "1", true, {}, [1], hex`01`]
            for (const value of none) refuses(format, value, "b: no number")
            refuses(format, undefined, "b: missing")
        }
        refuses("i64", -0.5, "b: -0.5 is no integer")
    })
    test("a negative fixed point is exact", () => {
        holds("i8.8", -1.5, "80fe")
        holds("i8.8", -1 / 256, "ffff")
        holds("i0.8", -0.25, "c0")
        holds("i1.15", -0.5, "00c0")
        holds("i16.16", -21.25, "00c0eaff")
        holds("i22.10", -3.25, "00f3ffff")
        holds("i32.32", -1.5, "00000080feffffff")
        holds("i1.63", -0.75, "00000000000000a0")
    })
    test("a fixed point is rounded to the nearest step", () => {
        holds("u0.8", 0.3, "4d", 77 / 256)
        holds("i8.8", 0.1, "1a00", 26 / 256)
        holds("i8.8", -0.1, "e6ff", -26 / 256)
        holds("u22.10", 21.333, "55550000", 21845 / 1024)
        holds("u8.8", 255.9979, "ffff", 65535 / 256)
        refuses("u8.8", 255.9981, "is above")
        holds("u8.8", -0.0019, "0000", 0)
        refuses("u8.8", -0.002, "is below")
        holds("i8.8", -128.0019, "0080", -128)
        refuses("i8.8", -128.002, "is below")
    })
    test("a fixed point of 64 bits keeps all that a double has", () => {
        holds("u32.32", (Two.To52 + 1) * step(32), "0100000000001000")
        holds("u32.32", (Two.To53 - 1) * step(32), "ffffffffffff1f00")
        holds("i32.32", -(Two.To52 + 1) * step(32), "ffffffffffffefff")
        holds("u0.64", step(64), "0100000000000000")
        holds("i1.63", -step(63), "ffffffffffffffff")
        holds("i1.63", 0.1, "00cdcccccccccc0c")
    })
    test("what is no number is no fixed point", async () => {
        const none: any[] = [null, "1", true, {}, [1], hex`01`]
        for (const format of ["u0.8", "i8.8", "u16.16", "i1.63"]) {
            await settle()
            refuses(format, NaN, "b: NaN is no number")
            refuses(format, Infinity, "b: Infinity is above ")
            refuses(format, -Infinity, "b: -Infinity is below ")
            refuses(format, 1e300, "b: 1e+300 is above ")
            for (const value of none) refuses(format, value, "b: no number")
            refuses(format, undefined, "b: missing")
        }
    })
    test("every fixed point of 8, 16, 32 and 64 bits is a format", async () => {
        for (const bits of [8, 16, 32, 64]) {
            for (let behind = 1; behind <= bits; ++behind) {
                if (behind % 4 === 1) await settle()
                const name: any = bits - behind + "." + behind
                const format: any = { u: "u" + name, i: "i" + name }
                const schema: Schema = new Schema(1, format)
                equal(schema.size, bits / 4, "size of " + name)
                const into = Buffer.alloc(schema.size)
                const one = { u: step(behind), i: -step(behind) }
                equal(schema.explain(one), "", name)
                check(schema.encode(one, into, 0))
                equal(into[0], 1, "a step of u" + name)
                equal(into[bits / 8 - 1], bits > 8 ? 0 : 1, "no more")
                equal(into[bits / 8], 255, "a step of i" + name)
                equal(into[bits / 4 - 1], 255, "the sign of i" + name)
                const got: any = { u: 0, i: 0 }
                check(schema.decode(into, 0, got))
                equal(got.u, one.u, "back: u" + name)
                equal(got.i, one.i, "back: i" + name)
            }
        }
    })
    test("the bytes are those of the VM's own setAt, where that is right", async () => {
        for (const row of ways) {
            await settle()
            const values: number[] = row[2]
            for (const value of values) {
                const own = Buffer.alloc(schemaOf([row[0]]).size)
                const write = row[1]
                write(own, value)
                carry(row[0], value, own.toString("hex"))
            }
        }
    })
})
