import { describe, test } from "@devicescript/test"
import { check, errorName, KernelError, KernelException } from "../../src"
import { equal, throwsKernelError } from "./support"

/** The stable codes from 1 on, as other systems know them. */
const names = [
    "InvalidCapability",
    "InsufficientRights",
    "CapabilityRevoked",
    "ProofRejected",
    "OutOfMemory",
    "QueueFull",
    "QueueEmpty",
    "Timeout",
    "InvalidSignature",
    "InvalidManifest",
    "InvalidObjectType",
    "LimitExceeded",
    "AlreadyExists",
    "NotFound",
    "NotPermitted",
    "CoherenceViolation",
    "DelegationDepthExceeded",
    "CannotGrant",
    "StaleHandle",
    "InvalidSlot",
    "SlabFull",
    "RegionFull",
    "RegionPolicyViolation",
    "BufferTooSmall",
    "InvalidArgument",
    "MessageTooLarge",
    "InvalidDescriptorRegion",
]

describe("errors", () => {
    test("each code has its name, as a code and as a result", () => {
        for (let i = 0; i < names.length; ++i) {
            equal(errorName(i + 1), names[i], "name of a code")
            equal(errorName(-1 - i), names[i], "name of a result")
        }
        equal(errorName(64), "QueueClosed", "name of 64")
        equal(errorName(-65), "SchemaMismatch", "name of -65")
        equal(errorName(-255), "InternalError", "name of -255")
    })
    test("the codes that the library returns are the stable ones", () => {
        equal(KernelError.OutOfMemory, 5, "OutOfMemory")
        equal(KernelError.QueueFull, 6, "QueueFull")
        equal(KernelError.QueueEmpty, 7, "QueueEmpty")
        equal(KernelError.Timeout, 8, "Timeout")
        equal(KernelError.BufferTooSmall, 24, "BufferTooSmall")
        equal(KernelError.InvalidArgument, 25, "InvalidArgument")
        equal(KernelError.MessageTooLarge, 26, "MessageTooLarge")
        equal(KernelError.QueueClosed, 64, "QueueClosed")
    })
    test("what is no error is Unknown", () => {
        equal(errorName(-99), "Unknown(-99)", "no such code")
        equal(errorName(0), "Unknown(0)", "success")
        equal(errorName(28), "Unknown(28)", "behind the last")
        equal(errorName(-6.5), "Unknown(-6.5)", "a fraction")
        equal(errorName(NaN), "Unknown(NaN)", "NaN")
        equal(errorName(undefined), "Unknown(undefined)", "undefined")
    })
    test("check passes a success on unchanged", () => {
        equal(check(0), 0, "0")
        equal(check(4294967296), 4294967296, "above 32 bits")
    })
    test("check throws a failure, with its code and its name", () => {
        throwsKernelError(() => check(-6), KernelError.QueueFull, "QueueFull")
        throwsKernelError(() => check(-99), 99, "an unknown failure")
        let message = ""
        try {
            check(-KernelError.MessageTooLarge)
        } catch (error: any) {
            message = error.message
        }
        equal(message, "MessageTooLarge", "the message names the error")
    })
    test("check throws what is no number", () => {
        const results: any[] = [NaN, undefined, null, "0", {}]
        for (const result of results) {
            let thrown = false
            try {
                check(result)
            } catch (error) {
                thrown = error instanceof KernelException
            }
            equal(thrown, true, "thrown for " + result)
        }
    })
})
