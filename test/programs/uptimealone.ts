// A program that has just begun, close to the wrap: a single wait across it, and nothing else that would bring the
// keeper to guard it. By recvTimeout, which parks without the calls that the other forms share.

import * as ds from "@devicescript/core"
import { pass } from "./uptimeforms"

enum Ticks {
    Timeout = 3000,
}

const since = ds.millis()
await pass("recv", Ticks.Timeout)
console.log("wait", "recv", Ticks.Timeout, ds.millis() - since - Ticks.Timeout)
ds.restart()
