// Why ds.emitter is not enough: the README says so, this shows it.

import { expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { runVirtual } from "../host/vm/simulator.mjs"

test.each([0, 0.3])(
    "ds.emitter loses most of 100 events in bursts, a queue none (%d ms a clock reading)",
    async chargeMs => {
        const program = await compile("test/programs/emitter.ts")
        const { output } = await runVirtual(program, { chargeMs })
        const [emitter, queue] = output.map(line => Number(line.split(" ")[1]))
        expect(queue).toBe(100)
        expect(emitter).toBe(14) // which the README says
    }
)
