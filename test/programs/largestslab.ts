/** A slab of as many slots as a heap of 64 KB has room for: each is freed, and is the next to be allocated. */

import * as ds from "@devicescript/core"
import { Region } from "../../src"

enum Size {
    Slots = 18000,
    /** Between two pauses: the VM's limit of opcodes. */
    Run = 200,
}

const slab = Region.slab(1, Size.Slots)
let right = 0
for (let i = 0; i < Size.Slots; ++i) {
    if (slab.alloc() === i) right++
    if (i % Size.Run === 0) await ds.sleep(0)
}
console.log("allocated", right, "then", slab.alloc())
right = 0
for (let i = 0; i < Size.Slots; ++i) {
    if (slab.free(i) === 0 && slab.alloc() === i) right++
    if (i % Size.Run === 0) await ds.sleep(0)
}
console.log("allocated again", right)
