/** Queues of the default configuration that share one backing buffer: what is left is their own heap. */

import { KernelQueue, requiredMemory } from "../../src"
import { reportHeap } from "./heap"

enum Limit {
    Queues = 40,
}

const queues: KernelQueue[] = []
const backing = Buffer.alloc(requiredMemory())

export async function makeQueues(count: number): Promise<void> {
    queues.insert(0, Limit.Queues)
    for (let i = 0; i < count; ++i)
        queues[i] = new KernelQueue(undefined, backing)
    await reportHeap()
}
