// Tasks that do nothing but give way, across the wrap of the VM's wake times. Each says so when it is well behind it.

import * as ds from "@devicescript/core"
import { sleep } from "../../src"

enum Ticks {
    Wrap = 4294967296,
    Behind = 300,
}

async function giveWay() {
    while (ds.millis() < Ticks.Wrap + Ticks.Behind) await sleep(0)
    console.log("behind")
}

for (let i = 0; i < 3; ++i) giveWay.start()
