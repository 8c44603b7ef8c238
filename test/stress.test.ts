// npm run test:stress, on suites of every kind of end.

import { describe, test } from "vitest"
import { run } from "./commands"

const fixture = (name: string) => `test/fixtures/${name}.suite.ts`

describe.concurrent("test:stress", () => {
    test("a suite that passes: a line a test, the counts, exit code 0", async ({
        expect,
    }) => {
        const { code, output } = await run("stress.mjs", [fixture("passing")])
        expect(output.trimEnd().split("\n")).toEqual([
            "running test/fixtures/passing.suite.ts",
            "test/fixtures/passing.suite.ts",
            "  pass  passing: adds",
            "  pass  passing: concatenates",
            "suites: 1 passed",
            "tests:  2 passed",
        ])
        expect(code).toBe(0)
    })

    test("failure, panic, no end and an error of the compiler are told apart; exit code 1", async ({
        expect,
    }) => {
        const { code, output } = await run("stress.mjs", [
            ...["--timeout", "5"],
            ...["failing", "panicking", "endless", "broken"].map(fixture),
        ])
        const lines = output.trimEnd().split("\n")
        expect(lines).toEqual(
            expect.arrayContaining([
                "  pass  failing: holds",
                "  FAIL  failing: does not hold: toBe: Expected 1, got 2 (test/fixtures/failing.suite.ts:8:9)",
                "  FAIL  panicking: never gives way: Exception: InfiniteLoop (test/fixtures/panicking.suite.ts:8:9)",
                "        !  at inline_F11 (pc:5) test/fixtures/panicking.suite.ts:8:9",
                "  FAIL  the suite stopped at test 2 of 3",
                "  FAIL  endless: waits for ever: no end within 5 s",
                "  FAIL  test/fixtures/broken.suite.ts:1:7 - error TS2322: Type 'string' is not assignable to type 'number'.",
            ])
        )
        expect(lines.slice(-2)).toEqual([
            "suites: 0 passed, 4 failed",
            "tests:  3 passed, 3 failed, 1 not run",
        ])
        expect(code).toBe(1)
    })

    test.for([
        {
            args: ["nowhere"],
            message: /^test:stress: there is no suite "nowhere"; known: /,
        },
        {
            args: ["--speed"],
            message: /^test:stress: unknown option '--speed'/,
        },
        {
            args: ["--timeout", "soon"],
            message:
                /^test:stress: option '--timeout <seconds>' argument 'soon' is invalid/,
        },
    ])(
        "$args: one clear line, exit code 1",
        async ({ args, message }, { expect }) => {
            const { code, output } = await run("stress.mjs", args)
            expect(output).toMatch(message)
            expect(output.trimEnd()).not.toContain("\n")
            expect(code).toBe(1)
        }
    )
})
