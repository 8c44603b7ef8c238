/** Where static memory comes from: one Buffer for each queue or region, made once. */

import { KernelError, KernelException } from "./errors"

enum Limit {
    /** The largest Buffer that the VM can allocate: it panics a little above this. */
    BufferBytes = 57332,
}

/**
 * Allocates a Buffer. Nobody can ask how much of the heap is free: if there is less than this, the VM panics.
 * @param label in front of the exception's message: "" or "name: "
 * @throws KernelException OutOfMemory (more than any heap of the VM can give at once)
 */
export function allocate(sizeBytes: number, label: string): Buffer {
    if (sizeBytes > Limit.BufferBytes)
        throw new KernelException(KernelError.OutOfMemory, label + sizeBytes + " bytes")
    return Buffer.alloc(sizeBytes)
}
