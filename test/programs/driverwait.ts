// The driver's calls that may park.

import * as ds from "@devicescript/core"
import { recvAny, sleep } from "../../src"
import { Call, Coded, Field } from "./calls"
import {
    queues,
    Step,
    field,
    junkOf,
    messageOf,
    intoOf,
    objectOf,
    receivedOf,
    priorityOf,
    timeoutOf,
    recordOf,
    descriptorOf,
    putInto,
    putReceived,
    putRecord,
} from "./driverstate"

function listOf(step: Step): any {
    const kind = field(step.at, Field.Second)
    if (kind >= Coded.Junk) return junkOf(kind)
    const mask = field(step.at, Field.First)
    const list: any[] = []
    for (let i = 0; i < queues.length; ++i) {
        const j = kind === 1 ? queues.length - 1 - i : i
        if ((mask & (1 << j)) !== 0) list.push(queues[j])
    }
    if (kind === 2) list.push(list[0])
    else if (kind === 3) list.push(7)
    return list
}

export async function runBlocking(step: Step, call: Call): Promise<number> {
    const { queue } = step
    const timeout = timeoutOf(step)
    if (call === Call.RecvTimeout)
        return await queue.recvTimeout(intoOf(step), timeout)
    if (call === Call.SendTimeout)
        return await queue.sendTimeout(
            messageOf(step),
            timeout,
            priorityOf(step)
        )
    if (call === Call.RecvTypedTimeout)
        return await queue.recvTypedTimeout(
            intoOf(step),
            receivedOf(step),
            timeout
        )
    if (call === Call.RecvAny)
        return await recvAny(
            listOf(step),
            intoOf(step),
            receivedOf(step),
            timeout
        )
    if (call === Call.SendDescriptorTimeout)
        return await queue.sendDescriptorTimeout(
            descriptorOf(step),
            timeout,
            priorityOf(step)
        )
    if (call === Call.SendRecordTimeout)
        return await queue.sendRecordTimeout(
            recordOf(step),
            timeout,
            priorityOf(step)
        )
    if (call === Call.RecvRecordTimeout) {
        step.message = objectOf(step, {})
        return await queue.recvRecordTimeout(step.message, timeout)
    }
    if (call === Call.Sleep) await sleep(timeout)
    else await ds.sleep(timeout)
    return 0
}

/** What a blocking call has brought. */
export function putOutcome(step: Step, call: Call, result: number) {
    if (call === Call.RecvTimeout) putInto(step)
    else if (call === Call.RecvTypedTimeout || call === Call.RecvAny)
        putReceived(step, result)
    else if (call === Call.RecvRecordTimeout && result >= 0)
        putRecord(step.message)
}
