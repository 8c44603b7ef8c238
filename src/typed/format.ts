/** The formats of numbers in a buffer: those of DeviceScript's Buffers, little-endian. */

/** The name of a format, as in `Buffer.getAt` and `setAt`. */
export type NumberFormat = "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "f32" | "f64"

/** A format as a number. Invariant: integers come before floats, an unsigned one is even, its signed twin is next. */
export enum Format {
    None = -1,
    U8 = 0,
    I8,
    U16,
    I16,
    U32,
    I32,
    F32,
    F64,
}

/** The format of a name. None for anything else. */
export function formatOf(name: any): Format {
    if (name === "u8") return Format.U8
    if (name === "i8") return Format.I8
    if (name === "u16") return Format.U16
    if (name === "i16") return Format.I16
    if (name === "u32") return Format.U32
    if (name === "i32") return Format.I32
    if (name === "f32") return Format.F32
    if (name === "f64") return Format.F64
    return Format.None
}

/** The size of a number in bytes. */
export function sizeOf(format: Format): number {
    if (format <= Format.I8) return 1
    if (format <= Format.I16) return 2
    return format === Format.F64 ? 8 : 4
}

/** Reads a number, which must lie within the buffer. A chain of ifs, since the VM wants the format as a literal. */
export function readNumber(from: Buffer, at: number, format: Format): number {
    if (format === Format.U8) return from.getAt(at, "u8")
    if (format === Format.I8) return from.getAt(at, "i8")
    if (format === Format.U16) return from.getAt(at, "u16")
    if (format === Format.I16) return from.getAt(at, "i16")
    if (format === Format.U32) return from.getAt(at, "u32")
    if (format === Format.I32) return from.getAt(at, "i32")
    if (format === Format.F32) return from.getAt(at, "f32")
    return from.getAt(at, "f64")
}

/** The largest value that a format holds; Infinity for f64, which has no bound to check. */
export function highestOf(format: Format): number {
    if (format === Format.U8) return 255
    if (format === Format.I8) return 127
    if (format === Format.U16) return 65535
    if (format === Format.I16) return 32767
    if (format === Format.U32) return 4294967295
    if (format === Format.I32) return 2147483647
    return format === Format.F32 ? 3.4028234663852886e38 : Infinity
}

/** The lowest value that a format holds: see `highestOf`. */
export function lowestOf(format: Format): number {
    if (format >= Format.F32) return -highestOf(format)
    const isSigned = (format & 1) !== 0
    return isSigned ? -highestOf(format) - 1 : 0
}
