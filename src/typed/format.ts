/** The formats of numbers in a buffer: those of DeviceScript's Buffers, little-endian. */

/** N bits before the point and M behind it, 8, 16, 32 or 64 in all, M at least 1: "u22.10", "i16.16", "u0.8". */
export type FixedPoint = `u${number}.${number}` | `i${number}.${number}`

/** The name of a format, as in `Buffer.getAt` and `setAt`. */
export type NumberFormat =
    ("u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "u64" | "i64" | "f32" | "f64") | FixedPoint

/**
 * A format as a number, as the VM has it: two bits for the size, then signed or float. Above these four bits stands how
 * many bits of a fixed point are behind the point.
 */
export enum Format {
    None = -1,
    U8 = 0,
    U16 = 1,
    U32 = 2,
    U64 = 3,
    I8 = 4,
    I16 = 5,
    I32 = 6,
    I64 = 7,
    F32 = 10,
    F64 = 11,
}

enum Bits {
    /** Of a format, without the bits behind the point. */
    Plain = 15,
    Size = 3,
    /** How far the bits behind the point are shifted up. */
    Fraction = 4,
}

/** The largest value of a format. */
export enum Highest {
    F32 = 3.4028234663852886e38,
}

enum Limit {
    /** 2^32: a u32 is below it. */
    U32 = 4294967296,
}

/** The names, each at four times its format. */
const names = "u8  u16 u32 u64 i8  i16 i32 i64         f32 f64 "

/** The format of a name. None for anything else. */
export function formatOf(name: any): number {
    if (typeof name !== "string") return Format.None
    const at = names.indexOf(name)
    if (at < 0) return fixedPointOf(name)
    const format = at >> 2
    // a part of a name is none: "u", "16", "2 u64"
    const length = (format & Bits.Size) === 0 ? 2 : 3
    if ((at & 3) !== 0 || name.length !== length) return Format.None
    return format
}

/** The format of a fixed point's name. None for anything else. */
function fixedPointOf(name: string): number {
    const point = name.indexOf(".")
    if (point < 0) return Format.None
    const whole = parseInt(name.slice(1, point))
    const fraction = parseInt(name.slice(point + 1))
    const bits = whole + fraction
    // so "u08.8", "u8.8 " and the like are none
    if (name !== name[0] + whole + "." + fraction) return Format.None
    if (!(whole >= 0) || !(fraction >= 1)) return Format.None
    let format: number = Format.U8
    while (format < Format.U64 && bits > 8 << format) format++
    if (bits !== 8 << format) return Format.None
    if (name[0] === "i") format += Format.I8
    else if (name[0] !== "u") return Format.None
    return format + (fraction << Bits.Fraction)
}

/** The size of a number in bytes. */
export function sizeOf(format: number): number {
    return 1 << (format & Bits.Size)
}

/** How many steps of a fixed point make 1: 2 to the power of the bits behind the point. 1 for other formats. */
export function scaleOf(format: number): number {
    return Math.pow(2, format >> Bits.Fraction)
}

/** A format without the bits behind the point: how the integer that counts its steps is written. */
export function plainOf(format: number): Format {
    return format & Bits.Plain
}

/** The lowest value that a format holds. f64 has no bound. */
export function lowestOf(format: number): number {
    const plain = plainOf(format)
    if (plain >= Format.F32) return -highestOf(format)
    if (plain < Format.I8) return 0
    return -Math.pow(2, 8 * sizeOf(format) - 1) / scaleOf(format)
}

/** The largest value that a format holds; for 64 bits rounded up to one that does not fit. f64 has no bound. */
export function highestOf(format: number): number {
    const plain = plainOf(format)
    if (plain === Format.F32) return Highest.F32
    const isSigned = plain >= Format.I8
    const bits = 8 * sizeOf(format) - (isSigned ? 1 : 0)
    return (Math.pow(2, bits) - 1) / scaleOf(format)
}

/** Whether a value is a number that an f32 holds, up to its precision. */
export function isFloat32(value: any): boolean {
    if (typeof value !== "number") return false
    const size = Math.abs(value)
    return size <= Highest.F32 || !(size < Infinity)
}

/** Reads a number of any format, which must lie within the buffer. */
export function readNumber(from: Buffer, at: number, format: number): number {
    return readPlain(from, at, plainOf(format)) / scaleOf(format)
}

/** Reads a number of a plain format. A chain of ifs, since the VM wants the format as a literal. */
export function readPlain(from: Buffer, at: number, format: Format): number {
    if (format === Format.U8) return from.getAt(at, "u8")
    if (format === Format.I8) return from.getAt(at, "i8")
    if (format === Format.U16) return from.getAt(at, "u16")
    if (format === Format.I16) return from.getAt(at, "i16")
    if (format === Format.U32) return from.getAt(at, "u32")
    if (format === Format.I32) return from.getAt(at, "i32")
    if (format === Format.F32) return from.getAt(at, "f32")
    if (format === Format.F64) return from.getAt(at, "f64")
    const high = format === Format.U64 ? from.getAt(at + 4, "u32") : from.getAt(at + 4, "i32")
    return high * Limit.U32 + from.getAt(at, "u32")
}

/**
 * Writes a number of a plain format, which holds it. The VM's own fixed points and 64-bit integers are not used: it
 * writes a negative fixed point one step too high, and any integer beyond 2^31 as -2^63 into an "i64".
 */
export function writePlain(into: Buffer, at: number, format: Format, value: number) {
    if (format === Format.U8) into.setAt(at, "u8", value)
    else if (format === Format.I8) into.setAt(at, "i8", value)
    else if (format === Format.U16) into.setAt(at, "u16", value)
    else if (format === Format.I16) into.setAt(at, "i16", value)
    else if (format === Format.U32) into.setAt(at, "u32", value)
    else if (format === Format.I32) into.setAt(at, "i32", value)
    else if (format === Format.F32) into.setAt(at, "f32", value)
    else if (format === Format.F64) into.setAt(at, "f64", value)
    else {
        const high = Math.floor(value / Limit.U32)
        into.setAt(at, "u32", value - high * Limit.U32)
        if (format === Format.U64) into.setAt(at + 4, "u32", high)
        else into.setAt(at + 4, "i32", high)
    }
}
