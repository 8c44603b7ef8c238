/** The program of the works in which a task waits. */

import { loadBallast, measure, Work } from "./harness"
import { Payload } from "./payload"
import {
    pushBurstWorks,
    pushEmitterWorks,
    pushLoops,
    pushSingleWorks,
    queueBytes,
    startReceivers,
} from "./tasks"

loadBallast(queueBytes)
const works: Work[] = []
for (const bytes of [4, 16, 64]) {
    const payload = new Payload(bytes)
    pushSingleWorks(works, payload)
    pushBurstWorks(works, payload)
    if (bytes === 64) pushEmitterWorks(works, payload)
}
pushLoops(works)
await startReceivers()
await measure(works)
