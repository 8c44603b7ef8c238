// How the house is laid out: who may import whom, how long things are, where it is allowed to throw.

import { basename } from "node:path"
import {
    type Node,
    SyntaxKind,
    isBlock,
    isCatchClause,
    isExportDeclaration,
    isImportDeclaration,
    isSourceFile,
    isStringLiteral,
} from "typescript/unstable/ast"
import { type File, lineOf } from "./project"
import { type Rule, ancestor, isFunction, nameOf } from "./rule"

const order =
    "errors entry stats config memory format schema slots region descriptor message order access core ring tasks wrap gate clock waiters handoff queue select index"
/** Each file of src/ imports only files that stand before it. */
const sourceOrder = order.split(" ")

const functionLinesMax = 70
const fileLinesMax = 480

function checkPlace(node: Node, file: File) {
    if (!isSourceFile(node)) return
    const name = /^src\/(\w+)\.ts$/.exec(file.path)?.[1]
    if (name === undefined || !sourceOrder.includes(name))
        return `${file.path} has no place in the order of src/`
}

function checkImport(node: Node, file: File) {
    const from = importedFrom(node)
    if (from === undefined || from === "@devicescript/core") return
    const imported = /^\.\/(\w+)$/.exec(from)?.[1]
    if (imported === undefined)
        return `${from}: src/ imports @devicescript/core and its own files only`
    if (!sourceOrder.includes(imported))
        return `${from} has no place in the order of src/`
    const own = basename(file.path, ".ts")
    const ownPlace = sourceOrder.indexOf(own)
    if (ownPlace >= 0 && sourceOrder.indexOf(imported) >= ownPlace)
        return `${own} stands before ${imported} and must not import it`
}

function importedFrom(node: Node) {
    if (!isImportDeclaration(node) && !isExportDeclaration(node)) return
    const from = node.moduleSpecifier
    return from && isStringLiteral(from) ? from.text : undefined
}

function checkIndex(node: Node, file: File) {
    if (file.path !== "src/index.ts" || !node.parent) return
    if (!isSourceFile(node.parent)) return
    const isEnd = node.kind === SyntaxKind.EndOfFile
    const isReexport = isExportDeclaration(node) && node.moduleSpecifier
    if (!isEnd && !isReexport)
        return "index.ts re-exports and does nothing else"
}

/** Functions that may throw, beside constructors: `check`, and what only constructors and a region's makers call. */
const throwing = new Set([
    "check",
    "allocate",
    "checkBacking",
    "refuseArgument",
])

/** Both allocate. What runs on a board returns numbers. */
function checkThrow(node: Node) {
    const isThrow = node.kind === SyntaxKind.ThrowStatement
    if (!isThrow && node.kind !== SyntaxKind.TemplateExpression) return
    const owner = ancestor(node, isFunction)
    if (owner?.kind === SyntaxKind.Constructor) return
    if (throwing.has((owner && nameOf(owner)) ?? "")) return
    const what = isThrow ? "throw" : "a template string"
    return `${what} outside of constructors and check()`
}

function checkFunctionLength(node: Node, file: File) {
    const { body } = node as { body?: Node }
    if (!isFunction(node) || !body) return
    const lines =
        linesOf(node, file, node.getStart()) + 1 - nestedLines(body, file)
    if (lines > functionLinesMax)
        return `${lines} lines in a function: at most ${functionLinesMax}, those of nested functions aside`
}

function linesOf(node: Node, file: File, from: number) {
    return lineOf(file, node.end) - lineOf(file, from)
}

/** A nested function begins where the code before it ends: the comment above a function belongs to it. */
function nestedLines(node: Node, file: File): number {
    let lines = 0
    node.forEachChild(child => {
        lines += isFunction(child)
            ? linesOf(child, file, child.pos)
            : nestedLines(child, file)
    })
    return lines
}

function checkFileLength(node: Node, file: File) {
    if (!isSourceFile(node)) return
    const lines = lineOf(file, node.text.trimEnd().length)
    if (lines > fileLinesMax)
        return `${lines} lines in a file: at most ${fileLinesMax}`
}

function checkCatch(node: Node) {
    if (!isCatchClause(node) || !isBlock(node.block)) return
    if (node.block.getText().slice(1, -1).trim() === "")
        return "an empty catch: say why nothing is to be done"
}

export const layoutRules: Rule[] = [
    { name: "place", srcOnly: true, check: checkPlace },
    { name: "import", srcOnly: true, check: checkImport },
    { name: "index", srcOnly: true, check: checkIndex },
    { name: "throw", srcOnly: true, check: checkThrow },
    { name: "function-length", srcOnly: true, check: checkFunctionLength },
    { name: "file-length", srcOnly: true, check: checkFileLength },
    { name: "empty-catch", check: checkCatch },
]
