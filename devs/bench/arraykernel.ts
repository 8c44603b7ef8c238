/**
 * What a good programmer writes by hand for the kernel queue's contract, with arrays: four priorities,
 * bounded, every argument checked with the kernel's codes, one consumer that may wait. It does not survive the
 * death of that consumer, and knows no waiting senders, no purge and no stats: less than the kernel queue.
 */

import * as ds from "@devicescript/core"
import { FOREVER, KernelError, MsgPriority } from "../../src"

export class ArrayKernel {
    private readonly queued: Buffer[][] = [[], [], [], []]
    private size = 0
    private sent = 0
    private closed = false
    /** The task that waits for a message, if one does. */
    private consumer: ds.Fiber = undefined

    constructor(
        private readonly ringSize: number,
        private readonly maxMsgSize: number
    ) {}

    send(msg: Buffer, priority: MsgPriority = MsgPriority.Normal): number {
        if (!(msg instanceof Buffer)) return -KernelError.InvalidArgument
        if (priority !== (priority & 3)) return -KernelError.InvalidArgument
        if (this.closed) return -KernelError.QueueClosed
        if (msg.length > this.maxMsgSize) return -KernelError.MessageTooLarge
        if (this.size >= this.ringSize) return -KernelError.QueueFull
        this.queued[priority].push(Buffer.from(msg))
        this.size++
        this.sent++
        if (this.consumer !== undefined) this.wake()
        return 0
    }

    recv(into: Buffer): number {
        if (!(into instanceof Buffer)) return -KernelError.InvalidArgument
        if (this.size === 0) return this.nothing(into)
        let p = MsgPriority.Urgent
        while (this.queued[p].length === 0) p--
        const queue = this.queued[p]
        const msg = queue[0]
        const length = msg.length
        if (length > into.length) return -KernelError.BufferTooSmall
        try {
            into.blitAt(0, msg, 0, length)
        } catch {
            return -KernelError.InvalidArgument // in flash
        }
        queue.insert(0, -1) // takes the first out: shift() is TypeScript and five times as dear
        this.size--
        return length
    }

    /** For one consumer. */
    async recvTimeout(into: Buffer, timeout: number): Promise<number> {
        if (typeof timeout !== "number" || !(timeout >= 0))
            return -KernelError.InvalidArgument
        let result = this.recv(into)
        if (result !== -KernelError.QueueEmpty) return result
        const deadline = ds.millis() + Math.ceil(timeout)
        while (result === -KernelError.QueueEmpty) {
            const left = deadline - ds.millis()
            if (!(left > 0)) return -KernelError.Timeout
            this.consumer = ds.Fiber.self()
            await ds.suspend(timeout === FOREVER ? undefined : left)
            this.consumer = undefined
            result = this.recv(into)
        }
        return result
    }

    close() {
        this.closed = true
        if (this.consumer !== undefined) this.wake()
    }

    private wake() {
        const consumer = this.consumer
        this.consumer = undefined // a second resume before it ran is an error
        consumer.resume(undefined)
    }

    private nothing(into: Buffer): number {
        try {
            into.blitAt(0, into, 0, 0)
        } catch {
            return -KernelError.InvalidArgument
        }
        return this.closed ? -KernelError.QueueClosed : -KernelError.QueueEmpty
    }
}
