/** The memory behind a queue, or a region: one static Buffer. */

import { backingSize, labelOf, QueueConfig } from "./config"
import { refuseArgument, resolveConfig } from "./config"
import { KernelError, KernelException } from "./errors"

enum Limit {
    /** The largest Buffer that the VM can allocate: it panics a little above this. */
    BufferBytes = 57332,
}

/**
 * Allocates what a queue needs.
 *
 * What is free of the heap nobody can ask: less than the queue needs, and the VM panics.
 * @throws KernelException InvalidArgument (bad config), OutOfMemory (more than any heap of the VM can give)
 */
export function allocateBacking(config?: QueueConfig): Buffer {
    const settings = resolveConfig(config)
    return allocate(backingSize(settings), labelOf(settings.name))
}

/**
 * Allocates a Buffer.
 * @param label in front of the exception's message: "" or "name: "
 * @throws KernelException OutOfMemory (more than the VM can allocate at once)
 */
export function allocate(sizeBytes: number, label: string): Buffer {
    if (sizeBytes > Limit.BufferBytes)
        throw new KernelException(
            KernelError.OutOfMemory,
            label + sizeBytes + " bytes"
        )
    return Buffer.alloc(sizeBytes)
}

/**
 * Passes a buffer on that can back a queue.
 * @param settings a valid configuration with nothing left out
 * @throws KernelException InvalidArgument (no Buffer, or one in flash), OutOfMemory (too small)
 */
export function checkBacking(backing: Buffer, settings: QueueConfig): Buffer {
    if (!isWritable(backing))
        refuseArgument(labelOf(settings.name), "backing", backing)
    const needed = backingSize(settings)
    if (backing.length < needed)
        throw new KernelException(
            KernelError.OutOfMemory,
            labelOf(settings.name) +
                "backing " +
                backing.length +
                " of " +
                needed +
                " bytes"
        )
    return backing
}

/** Whether a value is a Buffer in RAM: one in flash refuses to be written, even with no bytes. */
export function isWritable(value: any): boolean {
    if (!(value instanceof Buffer)) return false
    try {
        value.blitAt(0, value, 0, 0)
        return true
    } catch {
        return false
    }
}
