import { describe, test } from "@devicescript/test"
import { check, errorName, KernelError } from "../../src"
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
    test("the codes are the stable ones", () => {
        const codes = [
            KernelError.InvalidCapability,
            KernelError.InsufficientRights,
            KernelError.CapabilityRevoked,
            KernelError.ProofRejected,
            KernelError.OutOfMemory,
            KernelError.QueueFull,
            KernelError.QueueEmpty,
            KernelError.Timeout,
            KernelError.InvalidSignature,
            KernelError.InvalidManifest,
            KernelError.InvalidObjectType,
            KernelError.LimitExceeded,
            KernelError.AlreadyExists,
            KernelError.NotFound,
            KernelError.NotPermitted,
            KernelError.CoherenceViolation,
            KernelError.DelegationDepthExceeded,
            KernelError.CannotGrant,
            KernelError.StaleHandle,
            KernelError.InvalidSlot,
            KernelError.SlabFull,
            KernelError.RegionFull,
            KernelError.RegionPolicyViolation,
            KernelError.BufferTooSmall,
            KernelError.InvalidArgument,
            KernelError.MessageTooLarge,
            KernelError.InvalidDescriptorRegion,
        ]
        equal(codes.length, names.length, "codes from 1 on")
        for (let i = 0; i < codes.length; ++i) equal(codes[i], i + 1, names[i])
        equal(KernelError.QueueClosed, 64, "QueueClosed")
        equal(KernelError.SchemaMismatch, 65, "SchemaMismatch")
        equal(KernelError.InternalError, 255, "InternalError")
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
        throwsKernelError(() => check(-1), 1, "the smallest code")
        throwsKernelError(() => check(-99), 99, "an unknown failure")
        let message = ""
        try {
            check(-KernelError.MessageTooLarge)
        } catch (error: any) {
            message = error.message
        }
        equal(message, "MessageTooLarge", "the message names the error")
    })
    test("check throws InvalidArgument for what is no number", () => {
        const results: any[] = [NaN, undefined, null, "0", {}]
        results.forEach(result =>
            throwsKernelError(
                () => check(result),
                KernelError.InvalidArgument,
                "thrown for " + result
            )
        )
    })
})
