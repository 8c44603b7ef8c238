// Waits with ends on both sides of the wrap and on it: many of one form, or some of each.

import * as ds from "@devicescript/core"
import { sleep } from "../../src"
import { caseOf, forms, passAllUntil } from "./uptimeforms"
import { passUntil, waiting, wrap } from "./uptimeforms"

const ends = [
    ...[-30000, -2000, -1000, -500, -200, -150, -100, -75, -60, -51, -20, -17],
    ...[-16, -15, -2, -1, 0, 1, 2, 3, 10, 100, 1000, 5000],
]

const form = forms[caseOf(60)]
if (form === undefined) passAllUntil([-1000, -17, -16, -1, 0, 1, 16, 1000])
else for (const at of ends) passUntil.start(form, at)
await sleep(wrap + 6000 - ds.millis())
console.log("left", waiting)
ds.restart()
