/** A message of a size, and where it is received: each message can be told from the one before. */
export class Payload {
    readonly msg: Buffer
    readonly into: Buffer

    constructor(readonly bytes: number) {
        this.msg = Buffer.alloc(bytes)
        this.into = Buffer.alloc(bytes)
    }

    /** Marks what is sent from now on. */
    stamp() {
        this.msg[0] = this.msg[0] + 1
        this.msg[this.bytes - 1] = this.msg[0]
    }

    /** Whether a message that was sent since has been received, to its last byte. */
    hasArrived(): boolean {
        const { msg, into } = this
        return into[0] === msg[0] && into[this.bytes - 1] === msg[0]
    }
}
