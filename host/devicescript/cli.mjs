// The DeviceScript CLI as a child process that never outlives this one.

import { execFileSync, spawn } from "node:child_process"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"

const require = createRequire(import.meta.url)
const cliPath = join(
    dirname(require.resolve("@devicescript/cli/package.json")),
    "devicescript"
)
const windows = process.platform === "win32"

/** @type {Set<import("node:child_process").ChildProcess>} */
const children = new Set()

process.on("exit", () => children.forEach(killTree))
for (const [signal, code] of /** @type {const} */ ([
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
]))
    process.on(signal, () => process.exit(code))

/**
 * Starts the CLI. It and what it starts end when it is given to `killTree`, and with this process.
 * @param {string[]} args
 * @param {{ cwd: string, onLine: (line: string) => void }} options `onLine` gets stdout and stderr
 */
export function startCli(args, { cwd, onLine }) {
    const child = spawn(process.execPath, [cliPath, ...args], {
        cwd,
        stdio: ["ignore", "pipe", "pipe"],
        detached: !windows, // a process group of its own: what it starts ends with it
        env: { ...process.env, NO_UPDATE_NOTIFIER: "1" },
    })
    children.add(child)
    eachLine(child.stdout, onLine)
    eachLine(child.stderr, onLine)
    return child
}

/**
 * Calls `onLine` for each line of a stream.
 * @param {import("node:stream").Readable} stream
 * @param {(line: string) => void} onLine
 */
function eachLine(stream, onLine) {
    let rest = ""
    stream.setEncoding("utf8")
    stream.on("data", text => {
        const lines = (rest + text).split("\n")
        rest = lines.pop() ?? ""
        for (const line of lines) onLine(line.trimEnd())
    })
    stream.on("end", () => rest && onLine(rest))
}

/** Ends a child and all that it has started. */
export function killTree(child) {
    if (!children.delete(child)) return
    try {
        if (windows)
            execFileSync("taskkill", ["/pid", String(child.pid), "/T", "/F"], {
                stdio: "ignore",
            })
        else process.kill(-child.pid, "SIGKILL")
    } catch {
        // it has ended already
    }
}
