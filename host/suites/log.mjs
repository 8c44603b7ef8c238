// What a log of an on-device suite (@devicescript/test) says.
//
//     > running 2 tests
//     > ring: order                        a suite
//     >   first in, first out              a test of it, about to run
//     * Exception: Error                   ... which has failed, and why
//     *  message: expected 1, got 2
//     *  at inline_F15 (pc:8) devs/tests/ring.ts:6:52
//     > tests: 2, pass: 1, error: 1
//
// "!" in place of "*" is what the VM says when it ends the program.

/**
 * @typedef {object} TestResult
 * @property {string} suite
 * @property {string} name
 * @property {string | undefined} error  the message, or undefined if the test passed
 * @property {string | undefined} place  file:line:column of the failed assertion
 */

/**
 * @typedef {object} SuiteTotals what a suite says of itself at its end
 * @property {number} tests
 * @property {number} pass
 * @property {number} error
 */

/**
 * @param {string[]} lines the log of one suite program, stack frames with their places
 * @param {string} [cutOff] what a test is told that was running when the log ended, if the VM said nothing
 * @returns {{ results: TestResult[], announced: number, finished: boolean, totals: SuiteTotals | undefined }}
 *     `finished` is false if the program ended before its suite did; then the last result carries what the
 *     VM said
 */
export function parseSuiteLog(
    lines,
    cutOff = "the program ended before this test did"
) {
    /** @type {TestResult[]} */
    const results = []
    let suite = ""
    let announced = 0
    /** @type {SuiteTotals | undefined} */
    let totals
    for (const line of lines) {
        const [marker, text] = [line[0], line.slice(2)]
        const count = /^running (\d+) tests$/.exec(text)
        const current = results.at(-1)
        const finished = totals !== undefined
        if (marker === ">") {
            if (count) announced = Number(count[1])
            else if (isTotals(text)) totals = readTotals(text)
            else if (text.startsWith("  "))
                results.push({
                    suite,
                    name: text.trim(),
                    error: undefined,
                    place: undefined,
                })
            else suite = text
        } else if ((marker === "*" || marker === "!") && current && !finished) {
            noteFailure(current, text)
        }
    }
    const last = results.at(-1)
    const finished = totals !== undefined
    if (!finished && last && last.error === undefined) last.error = cutOff
    return { results, announced, finished, totals }
}

/** Whether the program wrote, in `text`, that its suite is at its end. */
export function isTotals(text) {
    return /^tests: \d+, pass: \d+, error: \d+$/.test(text)
}

function readTotals(text) {
    const [tests, pass, error] = text.match(/\d+/g).map(Number)
    return { tests, pass, error }
}

function noteFailure(result, text) {
    const message = /^ message: (.*)$/.exec(text)
    const place = /^ at .* (\S+:\d+:\d+)$/.exec(text)
    if (/^(Exception|Unhandled exception)/.test(text)) result.error ??= text
    else if (message) result.error = message[1]
    else if (place && !place[1].startsWith("node_modules/"))
        // the innermost frame of a test's own file says most; helpers come before it in the trace
        if (!result.place || /support/.test(result.place))
            result.place = place[1]
}
