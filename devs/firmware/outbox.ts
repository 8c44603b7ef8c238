import { check, KernelError, KernelQueue, MsgPriority } from "../../src"
import { Message, messageSchema, next } from "./messages"
import { sendTimeoutMs } from "./settings"

/** The producer's end of a link: numbers the messages and sends them. For one task only. */
export class Outbox {
    /** How many messages the queue has taken. */
    accepted = 0
    /** How many it had no room for in time. They are lost: their numbers are not used again. */
    refused = 0
    /** To be filled in by the producer before it calls `send`. */
    message = messageSchema.make()
    private queue: KernelQueue<Message>
    private sequences = [0, 0, 0, 0]

    constructor(queue: KernelQueue<Message>) {
        this.queue = queue
    }

    /** Sends what is in `message`, and waits for room if it must. */
    async send(priority: MsgPriority) {
        const message = this.message
        message.sequence = this.sequences[priority]
        message.behind = this.sequences[MsgPriority.Normal]
        message.priority = priority
        this.sequences[priority] = next(message.sequence)
        const result = await this.queue.sendRecordTimeout(
            message,
            sendTimeoutMs,
            priority
        )
        if (result === -KernelError.Timeout) {
            this.refused++ // not the end of the world: the sensor goes on measuring
        } else {
            check(result)
            this.accepted++
        }
    }
}
