/** The largest region that there can be, and one byte more. */

import { Region } from "../../src"

enum Size {
    Largest = 57332,
}

const log = Region.appendOnly(Size.Largest)
console.log("appended at", log.append(Buffer.alloc(1)))
try {
    Region.appendOnly(Size.Largest + 1)
} catch (error) {
    console.log((error as Error).message)
}
