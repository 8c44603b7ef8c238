// What a stranger gets: the package as it would be published, and docs/YOUR-PROJECT.md followed word by word, from an
// empty folder to a program that runs.

import { execFileSync, spawnSync } from "node:child_process"
import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    readdirSync,
    rmSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join, relative, normalize } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { root } from "../host/project/root.mjs"
import { runVirtual } from "../host/vm/simulator.mjs"

const manifest = JSON.parse(read("package.json"))
const page = read("docs/YOUR-PROJECT.md")

function read(path: string) {
    return readFileSync(join(root, path), "utf8")
}

/** Runs a line of a shell, and returns all that it prints. */
function shell(folder: string, line: string) {
    const env = { ...process.env, npm_config_prefer_offline: "true" }
    const { status, stdout, stderr } = spawnSync("sh", ["-ec", line], {
        cwd: folder,
        env,
        encoding: "utf8",
    })
    return { status, output: stdout + stderr }
}

function succeed(folder: string, line: string) {
    const { status, output } = shell(folder, line)
    expect(status, `${line}\n${output}`).toBe(0)
    return output
}

describe("the package", () => {
    // npm writes its notices to stderr
    const published = shell(root, "npm publish --dry-run --json")
    const packed: { path: string }[] = JSON.parse(
        succeed(root, "npm pack --dry-run --json --ignore-scripts 2>/dev/null")
    )[0].files
    const paths = packed.map(({ path }) => path)

    test("holds the library's sources, its pages and boards, nothing else", () => {
        const below = (folder: string) =>
            readdirSync(join(root, folder), {
                recursive: true,
                withFileTypes: true,
            })
                .filter(entry => entry.isFile())
                .map(({ parentPath, name }) =>
                    relative(root, join(parentPath, name)).replaceAll("\\", "/")
                )
        const papers = readdirSync(root).filter(name =>
            /^(README|CHANGELOG|CONTRIBUTING|LICENSE)/.test(name)
        )
        const manifests = ["package.json", "devsconfig.json"]
        const folders = ["src", "docs", "boards"].flatMap(below)
        expect(paths.sort()).toEqual(
            [...folders, ...papers, ...manifests].sort()
        )
    })

    test("could be published: npm warns of nothing but the login", () => {
        expect(published.status, published.output).toBe(0)
        const warnings = published.output
            .split("\n")
            .filter(line => /\bwarn\b/i.test(line))
            .filter(line => !line.includes("requires you to be logged in"))
        expect(warnings).toEqual([])
    })

    test("says where it comes from, and who made it", () => {
        const { repository, homepage, bugs, author, license } = manifest
        const base = repository.url.replace(/^git\+(.*)\.git$/, "$1")
        expect(homepage).toBe(`${base}#readme`)
        expect(bugs.url).toBe(`${base}/issues`)
        expect(author).not.toBe("")
        expect(license).toBe("MIT OR Apache-2.0")
    })

    test("runs nothing in whoever installs it", () => {
        const run = ["preinstall", "install", "postinstall", "prepare"]
        expect(Object.keys(manifest.scripts)).not.toEqual(
            expect.arrayContaining([
                expect.stringMatching(`^(${run.join("|")})$`),
            ])
        )
    })

    test.each(paths.filter(path => path.endsWith(".md")))(
        "%s: its links lead to what is in the package, or to the repository",
        path => {
            const base = `${manifest.homepage.split("#")[0]}/blob/main/`
            for (const [, link] of read(path).matchAll(
                /\]\(([^)#]+)[^)]*\)/g
            )) {
                if (link.startsWith(base)) {
                    const file = link.slice(base.length)
                    expect(existsSync(join(root, file)), link).toBe(true)
                } else if (!/^https:/.test(link))
                    expect(paths, `${path}: ${link}`).toContain(
                        normalize(join(dirname(path), link))
                    )
            }
        }
    )
})

const isReachable =
    shell(root, "npm view @devicescript/cli version").status === 0
if (!isReachable && !process.env.CI)
    console.log(
        "skipped: docs/YOUR-PROJECT.md is not followed, as npm's registry cannot be reached"
    )

describe.skipIf(!isReachable && !process.env.CI)("docs/YOUR-PROJECT.md", () => {
    const folder = mkdtempSync(join(tmpdir(), "kernel-queue-"))
    const project = join(folder, "my-project")
    const clone = join(folder, "devicescript-kernel-queue")
    const blocks = [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, text]) =>
        text.trim()
    )
    const [init, install, installByGit, build, run] = blocks
    const program = /```ts\n([^]*?)```/.exec(page)![1]
    const printed = /It prints\s+```\n([^]*?)```/.exec(page)![1]

    /** A clone of what is here now, committed or not. */
    function makeClone() {
        const files = execFileSync(
            "git",
            ["ls-files", "--cached", "--others", "--exclude-standard"],
            { cwd: root, encoding: "utf8" }
        )
        for (const file of files.trim().split("\n")) {
            if (!existsSync(join(root, file))) continue // deleted, not committed
            mkdirSync(dirname(join(clone, file)), { recursive: true })
            cpSync(join(root, file), join(clone, file))
        }
        const who = "-c user.name=test -c user.email=test@localhost"
        succeed(
            clone,
            `git init -q && git add -A && git ${who} commit -qm clone`
        )
    }

    /** Builds the page's program, and runs the image. */
    async function expectItPrints() {
        writeFileSync(join(project, "src/main.ts"), program)
        succeed(project, build)
        expect(hasCore()).toBe(true)
        const { output } = await runVirtual(readImage(), { limitMs: 1000 })
        expect(output.join("\n") + "\n").toBe(printed)
    }

    const hasCore = () =>
        existsSync(join(project, "node_modules/@devicescript/core"))

    beforeAll(() => {
        makeClone()
        // the second line of the block goes into the project, as this test does by itself
        succeed(folder, init)
    })
    afterAll(() => rmSync(folder, { recursive: true }))

    test("has the blocks that are followed here", () => {
        expect(blocks).toHaveLength(5)
        expect(init).toMatch(/ init my-project\ncd my-project$/)
        expect(install).toContain("npm pack")
        expect(installByGit).toContain("git+file")
    })

    test("from a package: installs, builds, and prints what it says", async () => {
        const output = succeed(project, install)
        expect(output).not.toMatch(/warn.*devicescript-kernel-queue/)
        expect(hasCore()).toBe(false) // as the page says
        await expectItPrints()
        const { output: log } = shell(project, run)
        for (const line of printed.trim().split("\n"))
            expect(log).toContain(line)
        expect(log).toContain("timeout")
        expect(log).not.toContain("Exception")
    })

    test("from git: the same, and nothing of ours runs or warns", async () => {
        succeed(project, "npm uninstall devicescript-kernel-queue")
        const output = succeed(project, installByGit)
        expect(output).not.toMatch(/warn.*devicescript-kernel-queue/)
        expect(readdirSync(join(project, "node_modules"))).not.toContain(
            "vitest"
        )
        await expectItPrints()
    })

    test("npm install without a name brings DeviceScript's own packages back", () => {
        succeed(project, install)
        expect(hasCore()).toBe(false)
        succeed(project, "npm install")
        expect(hasCore()).toBe(true)
    })

    function readImage() {
        const bin = join(project, ".devicescript/bin")
        const debug = readFileSync(join(bin, "bytecode-dbg.json"), "utf8")
        return {
            source: "src/main.ts",
            binary: readFileSync(join(bin, "bytecode.devs")),
            debug: JSON.parse(debug),
        }
    }
})

describe("docs/TROUBLESHOOTING.md", () => {
    const headings = [
        ...read("docs/TROUBLESHOOTING.md").matchAll(/^### `(.+)`$/gm),
    ].map(([, words]) => words)
    const ours = ["host", "src"].flatMap(folder =>
        readdirSync(join(root, folder), { recursive: true })
            .filter(name => /\.(ts|mjs)$/.test(String(name)))
            .map(name => read(`${folder}/${name}`))
    )
    /** Of messages that are put together: the part that stands in a source. */
    const parts: Record<string, string> = {
        "npm took --seconds for an option of its own":
            "for an option of its own",
        "can't connect to ws://127.0.0.1:8081": "can't connect to ",
        "no board answers on serial within": "no board answers on ",
    }
    /** Said by what is no source of ours or of the CLI's: Linux, the VM's C code, TypeScript. */
    const elsewhere = [
        "Permission denied, cannot open",
        "TypeError: fetch failed",
        "PANIC 60005",
        "getting field 'setMode' of undefined",
        "Cannot find module '@devicescript/core'",
        "InfiniteLoop",
        "TS9999",
    ]
    const texts = [
        ...ours,
        read("node_modules/@devicescript/cli/built/devicescript-cli.cjs"),
    ]

    test.each(headings.filter(words => !elsewhere.includes(words)))(
        "%s: is said by something",
        words => {
            const part = parts[words] ?? words
            expect(texts.some(text => text.includes(part))).toBe(true)
        }
    )

    test("shows no message of elsewhere that is gone from it", () => {
        expect(headings).toEqual(expect.arrayContaining(elsewhere))
    })
})
