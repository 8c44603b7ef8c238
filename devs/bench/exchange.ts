/** The program of the works in which no task waits. */

import { loadBallast, measure, Work } from "./harness"
import { Payload } from "./payload"
import {
    pushBatchWorks,
    pushFloorWorks,
    pushMixedWorks,
    pushPeerWorks,
    pushQueueWorks,
    pushReadyWorks,
} from "./direct"

loadBallast(0)
const works: Work[] = []
for (const bytes of [4, 16, 64]) {
    const payload = new Payload(bytes)
    pushQueueWorks(works, payload)
    pushPeerWorks(works, payload)
    pushBatchWorks(works, payload)
    pushReadyWorks(works, payload)
    pushMixedWorks(works, payload)
    if (bytes === 64) pushFloorWorks(works, payload)
}
await measure(works)
