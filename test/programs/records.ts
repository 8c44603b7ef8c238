/** Two tasks that exchange records. */

import { check, FOREVER, KernelQueue, Schema } from "../../src"

const schema = new Schema(1, { n: "u16" })
const queue = new KernelQueue({ ringSize: 2, maxMsgSize: 2, schema })
const record = { n: 0 }

async function receive(): Promise<void> {
    check(await queue.recvRecordTimeout(record, FOREVER))
    console.log("received", record.n)
}

receive.start()
check(await queue.sendRecordTimeout({ n: 7 }, FOREVER))
