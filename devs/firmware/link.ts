import { KernelQueue, QueueStats } from "../../src"
import { Inbox } from "./inbox"
import { Message, messageSchema } from "./messages"
import { Outbox } from "./outbox"
import { ringSize } from "./settings"

/** A kernel queue from one task to another, with the books that both ends keep. */
export class Link {
    queue: KernelQueue<Message>
    outbox: Outbox
    inbox: Inbox
    stats = new QueueStats()

    constructor(name: string) {
        this.queue = new KernelQueue({
            ringSize: ringSize, // the compiler knows no shorthand for an imported const
            schema: messageSchema,
            name,
        })
        this.outbox = new Outbox(this.queue)
        this.inbox = new Inbox(this.queue)
    }

    /**
     * How many messages were sent and will never be received, as of the last `queue.stats(link.stats)`.
     *
     * The numbers show a loss only when the next message comes, the books show it at once, but not what
     * was lost on the way out of the queue. A loss may show in both: the larger of the two is the truth.
     */
    lost(): number {
        const vanished =
            this.outbox.accepted - this.stats.received - this.stats.size
        return Math.max(this.inbox.gaps, vanished + this.outbox.refused)
    }
}
