// Installs what is missing, so that each command of the README works in a fresh clone.
// Uses Node alone: it runs before anything else is there.

import { execFileSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"

const root = join(dirname(fileURLToPath(import.meta.url)), "../..")
const modules = join(root, "node_modules")

/** The names of package.json's dependencies that are not there in the pinned version. */
function missingPackages() {
    const { devDependencies } = readJson(join(root, "package.json"))
    return Object.keys(devDependencies).filter(name => {
        const manifest = join(modules, name, "package.json")
        return (
            !existsSync(manifest) ||
            readJson(manifest).version !== devDependencies[name]
        )
    })
}

function readJson(path) {
    return JSON.parse(readFileSync(path, "utf8"))
}

function run(command, args) {
    const windows = process.platform === "win32"
    try {
        execFileSync(command, args, {
            cwd: root,
            // npm shows its own progress on a terminal
            stdio: [
                "ignore",
                process.stdout.isTTY ? "inherit" : "ignore",
                "inherit",
            ],
            shell: windows,
        })
    } catch (error) {
        console.error(
            `setup: "${command} ${args.join(" ")}" failed: ${/** @type {Error} */ (error).message}`
        )
        process.exit(1)
    }
}

// npm runs this script itself when it has installed something: then there is nothing to install, and what it was
// told to leave out stays out.
const isRunByNpm = process.env.npm_lifecycle_event === "dependencies"
const missing = missingPackages()
if (missing.length > 0) {
    if (isRunByNpm) process.exit()
    console.log(
        `installing ${missing.join(", ")}: half a minute the first time`
    )
    run("npm", ["ci", "--no-fund", "--no-audit"])
}

// npm knows nothing of the runtime's own packages: the DeviceScript compiler unpacks them on every
// build, and "npm install" of anything prunes them again.
if (!existsSync(join(modules, "@devicescript", "core", "package.json"))) {
    console.log("unpacking DeviceScript's own packages")
    const { unpackRuntimePackages } =
        await import("../devicescript/compiler.mjs")
    await unpackRuntimePackages()
}
