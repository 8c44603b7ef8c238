/**
 * Runs pieces of work in turn, for ever, and marks where each begins and ends: the host takes the time
 * between the marks, for the VM's own tick is far too coarse, and stops after as many rounds as it wants.
 */

import * as ds from "@devicescript/core"
import { KernelError, KernelException } from "../../src"

export interface Work {
    name: string
    /** Done by one `run`: few enough for the VM's limit of 131,072 opcodes. */
    messages: number
    /** What is timed. */
    run: (messages: number) => Promise<void>
    /** Before and behind that, with the clock stopped. `after` fails if the work was not done. */
    before?: () => Promise<void>
    after?: () => Promise<void>
}

enum Heap {
    /** On a nearly empty heap a call costs several times as much: an allocation fills the whole free block. */
    BallastBytes = 32000,
    Scraps = 12,
    ScrapBytesMax = 200,
    GarbagePieces = 20,
}

/** A buffer that stays: made first, while there is a block that long. */
let ballast: Buffer

/** @param heldBytes what of the ballast the works' own buffers stand for */
export function loadBallast(heldBytes: number) {
    ballast = Buffer.alloc(Heap.BallastBytes - heldBytes)
}

/** Never returns. */
export async function measure(works: Work[]): Promise<void> {
    const scraps: Buffer[] = []
    for (let i = 0; i < Heap.Scraps; ++i) scraps.push(Buffer.alloc(1))
    let forwards = true
    while (ballast !== undefined) {
        stir(scraps)
        for (let i = 0; i < works.length; ++i)
            await runMarked(works[forwards ? i : works.length - 1 - i])
        console.log("round")
        forwards = !forwards // no work always follows the same one
    }
}

async function runMarked(work: Work): Promise<void> {
    await ds.sleep(1) // each begins with the whole budget of opcodes
    if (work.before !== undefined) await work.before()
    const begin = "begin " + work.messages + " " + work.name
    console.log(begin)
    await work.run(work.messages)
    console.log("end")
    await ds.sleep(1) // other tasks may still be at work
    if (work.after !== undefined) await work.after()
}

/** Leaves garbage of random sizes, and random gaps between what lives. */
function stir(scraps: Buffer[]) {
    for (let i = 0; i < scraps.length; ++i)
        scraps[i] = Buffer.alloc(1 + Math.randomInt(Heap.ScrapBytesMax))
    for (let i = 0; i < Heap.GarbagePieces; ++i)
        Buffer.alloc(Math.randomInt(Heap.ScrapBytesMax))
}

/** Work that was not done is not measured. */
export function expect(fulfilled: boolean, what: string) {
    if (!fulfilled) throw new KernelException(KernelError.InternalError, what)
}
