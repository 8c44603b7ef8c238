/**
 * Errors, as stable numbers.
 *
 * A call that can fail returns a number. 0 or more is success, a negative number is `-KernelError.X`.
 *
 *     if (queue.send(msg) === -KernelError.QueueFull) backOff()
 *     check(queue.send(msg)) // or throw, where an error would be a bug
 */

/** The codes of the RuVix kernel ABI, and those of this queue: 64 and 65. They never change. */
export enum KernelError {
    InvalidCapability = 1,
    InsufficientRights = 2,
    CapabilityRevoked = 3,
    ProofRejected = 4,
    OutOfMemory = 5,
    QueueFull = 6,
    QueueEmpty = 7,
    Timeout = 8,
    InvalidSignature = 9,
    InvalidManifest = 10,
    InvalidObjectType = 11,
    LimitExceeded = 12,
    AlreadyExists = 13,
    NotFound = 14,
    NotPermitted = 15,
    CoherenceViolation = 16,
    DelegationDepthExceeded = 17,
    CannotGrant = 18,
    StaleHandle = 19,
    InvalidSlot = 20,
    SlabFull = 21,
    RegionFull = 22,
    RegionPolicyViolation = 23,
    BufferTooSmall = 24,
    InvalidArgument = 25,
    MessageTooLarge = 26,
    InvalidDescriptorRegion = 27,
    QueueClosed = 64,
    SchemaMismatch = 65,
    InternalError = 255,
}

/**
 * The names of codes 1 to 27, in their order, each followed by a space. One text, since each text costs eight bytes and
 * these are in every image.
 */
const names =
    "InvalidCapability InsufficientRights CapabilityRevoked ProofRejected OutOfMemory QueueFull QueueEmpty Timeout InvalidSignature InvalidManifest InvalidObjectType LimitExceeded AlreadyExists NotFound NotPermitted CoherenceViolation DelegationDepthExceeded CannotGrant StaleHandle InvalidSlot SlabFull RegionFull RegionPolicyViolation BufferTooSmall InvalidArgument MessageTooLarge InvalidDescriptorRegion "

/**
 * The name of an error, for logs.
 * @param result a code, or the negative result of a call
 * @returns "QueueFull" for -6 and for 6; "Unknown(-99)" for any other number
 */
export function errorName(result: number): string {
    const code = Math.abs(result)
    if (code === KernelError.QueueClosed) return "QueueClosed"
    if (code === KernelError.SchemaMismatch) return "SchemaMismatch"
    if (code === KernelError.InternalError) return "InternalError"
    let start = 0
    for (let i = 1; i <= KernelError.InvalidDescriptorRegion; ++i) {
        const end = names.indexOf(" ", start)
        if (code === i) return names.slice(start, end)
        start = end + 1
    }
    return "Unknown(" + result + ")"
}

/** An error as an exception. Only constructors, the makers of regions and `check` throw it. */
export class KernelException extends Error {
    constructor(
        /** The error. */
        readonly code: KernelError,
        /** Text behind the error's name in the message; "" for none. */
        context: string
    ) {
        super()
        this.name = "KernelException"
        this.message = errorName(code)
        if (context) this.message += ": " + context
    }
}

/**
 * Returns a success and throws an error. Use it so that no result is ignored: an ignored error may be a lost message.
 * @param result what a call returned
 * @returns `result`, if it is 0 or more
 * @throws KernelException with the code of the error; InvalidArgument if `result` is no number
 */
export function check(result: number): number {
    if (typeof result === "number") if (result >= 0) return result
    let code = KernelError.InvalidArgument
    if (result < 0) code = -result
    throw new KernelException(code, "")
}
