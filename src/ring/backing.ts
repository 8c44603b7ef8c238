/**
 * A ring's backing buffer: what lies where in it, and how large it must be.
 *
 *     0             u16 x 4  for each priority its last slot, see order.ts
 *     8             slot, slot, ...: ringSize of them, each
 *         0             u16  link: where the header of the next slot on the circle is
 *         2             u16  unused: it keeps headers aligned
 *         4             header of 8 bytes, see entry.ts
 *         12            payload of maxMsgSize bytes
 *
 * A slot is named by the offset of its header. Nothing outside of this is ever written.
 */

import { QueueConfig, resolveConfig, validateConfig } from "../base/config"
import { KernelError, KernelException } from "../base/errors"
import { allocate } from "../base/memory"
import { isWritable, labelOf, refuseArgument } from "../base/values"

/** In bytes. */
export enum SlotLayout {
    /** Of an offset: enough, as the VM has no Buffer above 57,332 bytes. */
    OffsetSize = 2,
    FirstSlot = 8,
    LinkSize = 4,
    /** What a slot takes beside its payload: link and header. */
    Overhead = 12,
}

/** From a slot's header, in bytes. */
export enum Link {
    Next = -4,
}

/** What stands in place of a slot. */
export enum Slot {
    None = 0,
}

/**
 * The size of the backing buffer.
 * @returns bytes, exactly what the queue uses, or -InvalidArgument
 */
export function requiredMemory(config?: QueueConfig): number {
    const error = validateConfig(config)
    return error < 0 ? error : backingSize(resolveConfig(config))
}

/** Of a valid configuration with nothing left out. */
function backingSize(settings: QueueConfig): number {
    const slotSize = SlotLayout.Overhead + settings.maxMsgSize
    return SlotLayout.FirstSlot + settings.ringSize * slotSize
}

/**
 * Allocates what a queue needs.
 * @throws KernelException InvalidArgument (bad config), OutOfMemory (more than the VM can allocate at once)
 */
export function allocateBacking(config?: QueueConfig): Buffer {
    const settings = resolveConfig(config)
    return allocate(backingSize(settings), labelOf(settings.name))
}

/**
 * Passes a buffer on that can back a queue.
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
