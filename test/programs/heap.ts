/**
 * A program cannot ask how much heap is in use. But it can ask for more than there is: the VM collects its
 * garbage, finds too little, and says in its log what is in use before it panics.
 */

import * as ds from "@devicescript/core"

enum Bytes {
    /** In use anyway: with it the request below is too large for any heap of a board's 64 KiB. */
    Ballast = 10000,
    /** The most that the VM takes for a request that it could fulfil. */
    Request = 57332,
}

export async function reportHeap(): Promise<void> {
    await ds.sleep(50) // other tasks are at rest, and what they leave to be collected has been left
    const ballast = Buffer.alloc(Bytes.Ballast)
    const impossible = Buffer.alloc(Bytes.Request)
    throw new Error("there is room for " + ballast.length + impossible.length)
}

/** What a program finds wrong ends it before its heap is reported. */
export function expect(fulfilled: boolean, what: string) {
    if (!fulfilled) throw new Error(what)
}
