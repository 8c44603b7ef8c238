// What an editor offers to whoever uses the library: the names of the contract, and nothing of the library's own.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import {
    type Node,
    SyntaxKind,
    isClassDeclaration,
    isMethodDeclaration,
    isPropertyDeclaration,
} from "typescript/unstable/ast"
import { describe, expect, test } from "vitest"
import { compile } from "../host/devicescript/compiler.mjs"
import { root } from "../host/project/root.mjs"
import { type File, withFiles } from "./tidy/project"
import { hasModifier, nameOf } from "./tidy/rule"

const blocking =
    "sendTimeout recvTimeout recvTypedTimeout sendDescriptorTimeout sendRecordTimeout recvRecordTimeout"
/** By class, what is its own and public. */
const offered: Record<string, string> = {
    RingBuffer:
        "send recv recvTyped sendBatch recvBatch reserve commit cancel front release peek peekAt purge close size " +
        "available capacity isEmpty isFull isClosed name config backing sendCount recvCount",
    KernelQueue: `${blocking} sendDescriptor sendRecord recvRecord region stats`,
    Region: "handle policy immutable appendOnly slab size read getAt append alloc free write destroy",
    Schema: "fingerprint make encode decode explain layout",
    MessageDescriptor: "toBytes fromBytes isValid read getAt",
    ReceivedMessage: "kind descriptor",
    RingEntry: "length priority flags sequence isDescriptor",
}

function publicMembers(file: File) {
    const members: Record<string, string[]> = {}
    file.source.forEachChild(node => {
        if (!isClassDeclaration(node)) return
        members[nameOf(node)!] = [...node.members]
            .filter(isOffered)
            .map(member => nameOf(member)!)
    })
    return members
}

function isOffered(member: Node) {
    const isHidden =
        hasModifier(member, SyntaxKind.PrivateKeyword) ||
        hasModifier(member, SyntaxKind.ProtectedKeyword)
    const isMember =
        isMethodDeclaration(member) || isPropertyDeclaration(member)
    return isMember && !isHidden
}

const { members, timeouts, tags, texts } = withFiles(
    join(root, "tsconfig.json"),
    root,
    {},
    files => {
        const sources = files.filter(({ path }) => path.startsWith("src/"))
        return {
            members: Object.assign({}, ...sources.map(publicMembers)),
            texts: sources.map(({ source }) => source.text),
            tags: sources.flatMap(({ source }) =>
                source.text
                    .split("\n")
                    .filter(line => line.includes("@devsWhenUsed"))
            ),
            timeouts: sources.flatMap(({ source }) =>
                [...source.text.matchAll(/@param timeout (.*)/g)].map(
                    ([, text]) => text
                )
            ),
        }
    }
)

test("docs/API.md shows every call of a queue, and every error that the library returns", () => {
    const page = readFileSync(join(root, "docs/API.md"), "utf8")
    const calls = `${offered.RingBuffer} ${offered.KernelQueue}`.split(" ")
    expect(calls.filter(name => !page.includes(`${name}(`))).toEqual([])
    const errors = new Set(
        texts.flatMap(text =>
            [...text.matchAll(/-KernelError\.(\w+)/g)].map(([, name]) => name)
        )
    )
    errors.delete("X")
    expect([...errors].filter(name => !page.includes(`| ${name} `))).toEqual([])
})

describe("completion offers", () => {
    test.each(Object.entries(offered))(
        "of %s what the contract names",
        (name, names) => {
            expect(members[name].sort()).toEqual(names.split(" ").sort())
        }
    )
})

test("the compiler's tag stands once at a class, and says what it is for", () => {
    const explained =
        " * @devsWhenUsed for the compiler: it leaves out the methods that a program does not call"
    expect(tags.length).toBeGreaterThan(0)
    expect(tags.filter(tag => tag !== explained)).toEqual([])
})

test("each timeout says that a tick is a millisecond", () => {
    expect(timeouts.length).toBeGreaterThanOrEqual(
        blocking.split(" ").length + 1
    )
    expect(timeouts.filter(text => !text.includes("millisecond"))).toEqual([])
})

test("a RingSize that is no power of two is an error of the compiler", async () => {
    const folder = ".devicescript/api"
    mkdirSync(join(root, folder), { recursive: true })
    const compileWith = (size: number) => {
        const entry = `${folder}/size${size}.ts`
        const text = `import type { RingSize } from "../../src"
import { KernelQueue } from "../../src"
const ringSize: RingSize = ${size}
new KernelQueue({ ringSize })
`
        writeFileSync(join(root, entry), text)
        return compile(entry)
    }
    await compileWith(16)
    await expect(compileWith(12)).rejects.toThrow(
        /size12\.ts:3:7 - error TS2322: Type '12' is not assignable to type 'RingSize'/
    )
})
