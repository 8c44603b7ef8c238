/** Static memory: one Buffer for each queue or region, allocated once, when that is made. */

import { KernelError, KernelException } from "./errors"

enum Limit {
    /** The largest Buffer that the VM can allocate. Just above this it panics. */
    BufferBytes = 57332,
}

/**
 * Allocates a Buffer. If less of the heap is free, the VM panics: a program cannot ask how much is free.
 * @param label in front of the exception's message: "" or "name: "
 * @throws KernelException OutOfMemory (more than any heap of the VM can give at once)
 */
export function allocate(sizeBytes: number, label: string): Buffer {
    if (sizeBytes > Limit.BufferBytes)
        throw new KernelException(KernelError.OutOfMemory, label + sizeBytes + " bytes")
    return Buffer.alloc(sizeBytes)
}
