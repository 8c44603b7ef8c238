// Messages in all ways that the library has, all at once, round after round: see soaktasks.ts. After each tenth of
// them the tasks come to rest, the books are compared, and the host looks at the heap. Prints
//
//     at <messages> <records of waiting tasks>
//     collect
//     free
//     way <name> <sent> <received> <dropped> <timeouts>
//     finished <faults>

import { FOREVER, sleep } from "../../src"
import { endRound, PerRound, sendRound } from "./soaktasks"
import { startReceivers, ways } from "./soaktasks"
import { amount, chosenFault, Fault, fault, faults } from "./soakways"
import { finish, showHeap, variant } from "./soakways"

enum Limit {
    /** So long the messages of a round may take after the last was sent, in ticks. */
    Arrival = 1000,
    Tenths = 10,
}

/** What a leak keeps. */
const kept: Buffer[] = []

function isAllDone(): boolean {
    for (const way of ways) if (!way.isDone()) return false
    return true
}

async function waitForAll() {
    for (let ticks = 0; ticks < Limit.Arrival; ++ticks) {
        if (isAllDone()) return
        await sleep(1)
    }
    fault("round", "messages are missing")
}

async function runRounds(rounds: number) {
    for (let i = 0; i < rounds && faults === 0; ++i) {
        await sendRound(variant)
        await waitForAll()
        endRound()
        if (chosenFault === Fault.Leak) kept.push(Buffer.alloc(8))
        if (chosenFault === Fault.Silent) await sleep(FOREVER)
        if (chosenFault === Fault.Panic) throw new Error("as the host wished")
    }
}

startReceivers()
const roundsATenth = amount / (PerRound.All * Limit.Tenths)
for (let tenth = 1; tenth <= Limit.Tenths && faults === 0; ++tenth) {
    await runRounds(roundsATenth)
    for (const way of ways) way.audit()
    await showHeap(tenth * roundsATenth * PerRound.All)
}
for (const way of ways) way.print()
finish()
