/** The figures of a queue. */

/** A queue's figures. Make it once; `stats` fills it. */
export class QueueStats {
    /** The queue's name, from its config. */
    name = ""
    /** Messages accepted. Invariant: sent = received + size + dropped + purged. */
    sent = 0
    /** Messages delivered, also to a waiting task that has not run yet. */
    received = 0
    /** Messages dropped by `OverflowPolicy.DropOldest`. */
    dropped = 0
    /** Messages discarded by `purge`. */
    purged = 0
    /** Calls that returned -Timeout. */
    timeouts = 0
    /** The most messages that were queued at once. */
    highWater = 0
    /** Messages queued now. */
    size = 0
    /** Entries in all. */
    capacity = 0
    /** Tasks that wait for room. */
    waitingSenders = 0
    /** Tasks that wait for a message. */
    waitingReceivers = 0
}
