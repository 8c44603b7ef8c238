// How a calibration table gets to the sensor task: by descriptor. The table stays where it is, in flash; the
// task reads the two points that it needs of it.

import {
    check,
    KernelError,
    KernelQueue,
    MessageDescriptor,
    OverflowPolicy,
    ReceivedMessage,
    Region,
} from "../../src"

enum Size {
    Descriptor = 24,
    /** A point of a table, i16: the temperature in tenths of a degree. */
    Point = 2,
}

enum Tenths {
    /** From one point of a table to the next. */
    Step = 50,
}

/** For a sensor that needs no correction: the points of 0, 5, 10, ... 50 degrees. */
export const straight = hex`0000 3200 6400 9600 c800 fa00 2c01 5e01 9001 c201 f401`

/** A mailbox for tables: the newest is what counts. */
export class Calibration {
    readonly queue = new KernelQueue({
        ringSize: 1,
        maxMsgSize: Size.Descriptor as number,
        overflow: OverflowPolicy.DropOldest,
        name: "calibration",
    })
    private message = new ReceivedMessage()
    private bytes = Buffer.alloc(Size.Descriptor)
    /** The table in use; undefined if none has come yet. */
    private table: MessageDescriptor

    /**
     * Sends a table. The region must live as long as the table is used: without it readings go uncorrected.
     * @param region the temperatures where the sensor reads 0, 5, 10, ... degrees; at least two points
     */
    send(region: Region) {
        const { id, generation } = region.handle
        const length = check(region.size())
        check(
            this.queue.sendDescriptor(
                new MessageDescriptor(id, generation, 0, length)
            )
        )
    }

    /** Takes over the newest table, if one has come. For the sensor task. */
    update() {
        const result = this.queue.recvTyped(this.bytes, this.message)
        if (result === -KernelError.QueueEmpty) return
        check(result)
        this.table = this.message.descriptor
    }

    /** The temperature, in tenths of a degree, where the sensor reads so many. Between two points it is a line. */
    correct(reading: number): number {
        if (this.table === undefined || !this.table.isValid()) return reading
        const lastLine = this.table.length / Size.Point - 2
        const line = Math.floor(
            Math.min(Math.max(reading / Tenths.Step, 0), lastLine)
        )
        const from = this.table.getAt(line * Size.Point, "i16")
        const to = this.table.getAt((line + 1) * Size.Point, "i16")
        const part = (reading - line * Tenths.Step) / Tenths.Step
        return Math.round(from + (to - from) * part)
    }
}
