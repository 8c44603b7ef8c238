// Runs the project's commands as a user does: as child processes.

import { spawn } from "node:child_process"
import { createServer } from "node:net"
import { join } from "node:path"
import { root } from "../host/project/root.mjs"
import { limitMs } from "./limit.mjs"

/**
 * Starts a script of host/commands/; `ended` gives its exit code and all that it wrote, `output` what it has written so far.
 * @param folder the project, or a copy of it
 */
export function start(script: string, args: string[], env = {}, folder = root) {
    const child = spawn(
        process.execPath,
        [join("host", "commands", script), ...args],
        {
            cwd: folder,
            stdio: ["ignore", "pipe", "pipe"],
            env: { ...process.env, ...env },
        }
    )
    const chunks: Buffer[] = []
    child.stdout.on("data", chunk => chunks.push(chunk))
    child.stderr.on("data", chunk => chunks.push(chunk))
    const timer = setTimeout(() => child.kill("SIGTERM"), limitMs)
    const ended = new Promise<{ code: number | null; output: string }>(
        resolve =>
            child.on("close", code => {
                clearTimeout(timer)
                resolve({ code, output: Buffer.concat(chunks).toString() })
            })
    )
    const output = () => Buffer.concat(chunks).toString()
    /** Waits until it has written something, so many times; fails at once if it ends before. */
    const shows = (what: string | RegExp, times = 1) =>
        new Promise<void>((resolve, reject) => {
            const look = () => {
                if (output().split(what).length > times) resolve()
            }
            const giveUp = () => {
                const wanted = `it ended before it had shown ${what}, ${times}x`
                reject(new Error(`${wanted}:\n${output()}`))
            }
            look()
            child.stdout.on("data", look)
            child.stderr.on("data", look)
            child.on("close", giveUp)
        })
    return { child, ended, output, shows }
}

export function run(script: string, args: string[], env = {}, folder = root) {
    return start(script, args, env, folder).ended
}

/** What a command printed that was no progress: its last line, and whatever is more than that. */
export function errorOf(output: string) {
    const isProgress = (line: string) =>
        /^(looking for|starting|compiling|running|preparing|flashing|bundling|fetching|measuring) /.test(
            line
        )
    return output
        .split("\n")
        .filter(line => !isProgress(line))
        .join("\n")
}

/** Sees to it that a port of the loopback device is taken: by us, unless somebody has it already. */
export function occupy(port: number) {
    return new Promise<{ release: () => void }>(resolve => {
        const server = createServer()
        const release = () => server.close()
        server.once("error", () => resolve({ release: () => {} }))
        server.listen(port, "127.0.0.1", () => resolve({ release }))
    })
}
