// What a command that takes its time says meanwhile: a spinner where the output is a terminal, plain lines elsewhere.

import ora from "ora"

let spinner

/**
 * Says what is being waited for.
 * @param {string} text
 */
export function beginStep(text) {
    endStep()
    if (process.stdout.isTTY && process.stdout.columns > 0)
        spinner = ora({
            text,
            stream: process.stdout,
            discardStdin: false,
        }).start()
    else console.log(text)
}

/**
 * Says how far it is: a terminal always shows it, plain lines only if it is due.
 * @param {string} text
 * @param {boolean} isDue
 */
export function updateStep(text, isDue) {
    if (spinner) spinner.text = text
    else if (isDue) console.log(text)
}

/** What was waited for is there: the spinner goes, its text stays. */
export function endStep() {
    spinner?.stopAndPersist({ symbol: "-" })
    spinner = undefined
}

/**
 * Prints a line in between.
 * @param {string} line
 */
export function say(line) {
    const text = spinner?.text
    endStep()
    console.log(line)
    if (text !== undefined) beginStep(text)
}
