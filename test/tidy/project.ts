// DeviceScript files as TypeScript sees them: syntax trees, and types on request.
//
// TypeScript 7 is a native program; its package ships a client that asks it for trees and types. The client
// is called unstable, which is why the version is pinned exactly.

import { relative } from "node:path"
import { API, type Checker } from "typescript/unstable/sync"
import type { Node, SourceFile } from "typescript/unstable/ast"

export interface File {
    /** Relative to the project that holds it, with forward slashes: "src/ring.ts". */
    path: string
    source: SourceFile
    checker: Checker
}

/**
 * Reads the files of a tsconfig.json and hands them to `use`, as long as the compiler is alive.
 * @param texts files that are not on the disk, or stand in for those that are
 */
export function withFiles<T>(
    tsconfig: string,
    root: string,
    texts: Record<string, string>,
    use: (files: File[]) => T
): T {
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
            .map(path => ({
                path: relative(root, path).replaceAll("\\", "/"),
                source: project.program.getSourceFile(path)!,
                checker: project.checker,
            }))
        return use(files)
    } finally {
        api.close()
    }
}

/** Calls `visit` for a node and all that it holds, outer nodes first. */
export function walk(node: Node, visit: (node: Node) => void) {
    visit(node)
    node.forEachChild(child => walk(child, visit))
}

export function lineOf(file: File, position: number) {
    return file.source.getLineAndCharacterOfPosition(position).line + 1
}
