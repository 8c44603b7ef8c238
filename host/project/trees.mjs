// DeviceScript files as TypeScript sees them: syntax trees, and types on request.
//
// TypeScript 7 is a native program; its package ships a client that asks it for trees and types. The client
// is called unstable, which is why the version is pinned exactly.

import { relative } from "node:path"
import { API } from "typescript/unstable/sync"

/**
 * @typedef {object} File
 * @property {string} path  relative to the project that holds it, with forward slashes: "src/ring.ts"
 * @property {import("typescript/unstable/ast").SourceFile} source
 * @property {import("typescript/unstable/sync").Checker} checker
 */

/**
 * Reads the files of a tsconfig.json and hands them to `use`, as long as the compiler is alive.
 * @template T
 * @param {string} tsconfig
 * @param {string} root
 * @param {Record<string, string>} texts  files that are not on the disk, or stand in for those that are
 * @param {(files: File[]) => T} use
 * @returns {T}
 */
export function withFiles(tsconfig, root, texts, use) {
    const api = new API({
        fs: {
            readFile: path => texts[path],
            fileExists: path => (path in texts ? true : undefined),
        },
    })
    try {
        const snapshot = api.updateSnapshot({ openProjects: [tsconfig] })
        const project = snapshot.getProject(tsconfig)
        if (!project) throw new Error(`TypeScript cannot open ${tsconfig}`)
        const files = project.rootFiles
            .filter(path => !path.includes("/node_modules/"))
            .map(path => {
                const source = project.program.getSourceFile(path)
                if (!source) throw new Error(`TypeScript cannot read ${path}`)
                return {
                    path: relative(root, path).replaceAll("\\", "/"),
                    source,
                    checker: project.checker,
                }
            })
        return use(files)
    } finally {
        api.close()
    }
}

/**
 * Calls `visit` for a node and all that it holds, outer nodes first.
 * @param {import("typescript/unstable/ast").Node} node
 * @param {(node: import("typescript/unstable/ast").Node) => void} visit
 */
export function walk(node, visit) {
    visit(node)
    node.forEachChild(child => walk(child, visit))
}
