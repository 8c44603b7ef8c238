/**
 * The layout of a ring's backing buffer, and its size.
 *
 *     0             u16 x 4  for each priority the last slot that has it, see order.ts
 *     8             slot, slot, ...: ringSize of them, each
 *         0             u16  link: the offset of the next slot on the circle
 *         2             u16  unused: it keeps headers aligned
 *         4             header of 8 bytes, see entry.ts
 *         12            payload of maxMsgSize bytes
 *
 * A slot is named by the offset of its header. Invariant: no byte outside of this layout is ever written.
 */

import { QueueConfig, resolveConfig, validateConfig } from "../base/config"
import { KernelError, KernelException } from "../base/errors"
import { allocate } from "../base/memory"
import { isWritable, labelOf, refuseArgument } from "../base/values"

/** In bytes. */
export enum SlotLayout {
    /** An offset fits into 2 bytes, as the VM has no Buffer above 57,332 bytes. */
    OffsetSize = 2,
    FirstSlot = 8,
    /** The header of the first slot. */
    FirstHeader = 12,
    /** What a slot takes besides its payload: link and header. */
    Overhead = 12,
}

/** Offset from a slot's header, in bytes. */
export enum Link {
    Next = -4,
}

/** Stands in place of a slot. */
export enum Slot {
    None = 0,
}

/**
 * The size of the backing buffer that a queue needs.
 * @param config undefined means the defaults
 * @returns the size in bytes, exactly what the queue uses, or InvalidArgument (a config that `validateConfig` refuses)
 */
export function requiredMemory(config?: QueueConfig): number {
    const error = validateConfig(config)
    return error < 0 ? error : backingSize(resolveConfig(config))
}

/** `settings` are valid, with nothing left out. */
function backingSize(settings: QueueConfig): number {
    const slotSize = SlotLayout.Overhead + settings.maxMsgSize
    return SlotLayout.FirstSlot + settings.ringSize * slotSize
}

/**
 * Returns `backing`, or allocates one if it is undefined.
 * @throws KernelException InvalidArgument (bad config), OutOfMemory (more than the VM can allocate at once)
 */
export function backingFor(config: QueueConfig, backing: Buffer): Buffer {
    if (backing !== undefined) return backing
    const settings = resolveConfig(config)
    return allocate(backingSize(settings), labelOf(settings.name))
}

/**
 * Returns `backing` if it can back a queue.
 * @param settings a valid configuration with nothing left out
 * @throws KernelException InvalidArgument (no Buffer, or one in flash), OutOfMemory (too small)
 */
export function checkBacking(backing: Buffer, settings: QueueConfig): Buffer {
    const label = labelOf(settings.name)
    if (!isWritable(backing)) refuseArgument(label, "backing", backing)
    const needed = backingSize(settings)
    if (backing.length < needed)
        throw new KernelException(
            KernelError.OutOfMemory,
            label + "backing " + backing.length + " of " + needed + " bytes"
        )
    return backing
}
