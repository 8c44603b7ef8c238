import { check, KernelError, KernelQueue, MsgPriority } from "../../src"
import { Message, messageSchema, next } from "./messages"

/**
 * The consumer's end of a link: receives messages and checks their numbers. For one task only.
 * It trusts nothing that the queue says of itself.
 */
export class Inbox {
    received = 0
    /** Numbers that were skipped. A message that comes after all is still counted here, and in `disorder`. */
    gaps = 0
    /** Messages that came twice, or after a later one of their priority. */
    disorder = 0
    /** How many messages the urgent ones have overtaken. */
    overtook = 0
    urgent = 0
    /** What was received last. */
    message = messageSchema.make()
    private queue: KernelQueue<Message>
    private expected = [0, 0, 0, 0]

    constructor(queue: KernelQueue<Message>) {
        this.queue = queue
    }

    /** Waits for a message and checks it. False if none came in time. */
    async receive(timeoutMs: number): Promise<boolean> {
        const result = await this.queue.recvRecordTimeout(
            this.message,
            timeoutMs
        )
        if (result === -KernelError.Timeout) return false
        check(result)
        this.received++
        this.verify(this.message.priority)
        return true
    }

    /** Whether the message received last was an urgent one. */
    isUrgent(): boolean {
        return this.message.priority === MsgPriority.Urgent
    }

    private verify(priority: number) {
        const sequence = this.message.sequence
        const ahead = (sequence - this.expected[priority]) | 0 // right past 2^32 too
        if (ahead < 0) {
            this.disorder++
            return
        }
        this.gaps += ahead
        this.expected[priority] = next(sequence)
        if (priority === MsgPriority.Urgent) this.countOvertaken()
    }

    private countOvertaken() {
        this.urgent++
        const waiting =
            (this.message.behind - this.expected[MsgPriority.Normal]) | 0
        if (waiting > 0) this.overtook += waiting
    }
}
