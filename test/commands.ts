// Runs the project's commands as a user does: as child processes.

import { spawn } from "node:child_process"
import { connect, createServer } from "node:net"
import { join } from "node:path"
import { root } from "../host/devicescript.mjs"

const limitMs = 60_000

/**
 * Starts a script of host/; `ended` gives its exit code and all that it wrote, `output` what it has written so far.
 * @param folder the project, or a copy of it
 */
export function start(script: string, args: string[], env = {}, folder = root) {
    const child = spawn(process.execPath, [join("host", script), ...args], {
        cwd: folder,
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, ...env },
    })
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
    return { child, ended, output }
}

export function run(script: string, args: string[], env = {}, folder = root) {
    return start(script, args, env, folder).ended
}

/** Listens on a port of the loopback device, or fails if someone else does. */
export function occupy(port: number) {
    return new Promise<{ release: () => void }>((resolve, reject) => {
        const server = createServer()
        server.once("error", reject)
        server.listen(port, "127.0.0.1", () =>
            resolve({ release: () => server.close() })
        )
    })
}

/** Whether someone listens on a port. It connects: to bind it would take it from who is about to. */
export function isTaken(port: number) {
    return new Promise<boolean>(resolve => {
        const socket = connect(port, "127.0.0.1")
        socket.once("connect", () => resolve(true))
        socket.once("error", () => resolve(false))
        socket.once("connect", () => socket.destroy())
    })
}
