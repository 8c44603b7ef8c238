// How the house is laid out: who may import whom, how long things are, where it is allowed to throw.

import { posix } from "node:path"
import {
    type ImportDeclaration,
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

const { dirname, join } = posix

/**
 * The chapters of src/, to be read in this order, and each file behind those that it imports. The last are the files of
 * src/ itself, and what no image has unless a program asks for it.
 */
export const chapters: Record<string, string> = {
    base: "errors values stats config memory",
    ring: "entry backing message state order core ring",
    waiting:
        "clock tasks line wake phase credit board entrance gate waiters sleep",
    typed: "format field reason records schema slots region descriptor",
    "": "handoff queue select index",
    debug: "inside flaws dump",
}
/** So each chapter can be understood without those above it, and beside it. Types may be named from anywhere. */
const lowest = "base"
const sourceOrder = Object.entries(chapters).flatMap(([chapter, names]) =>
    names.split(" ").map(name => join("src", chapter, name))
)

const functionLinesMax = 60
const fileLinesMax = 350

function placeOf(path: string) {
    return sourceOrder.indexOf(path.replace(/\.ts$/, ""))
}

function checkPlace(node: Node, file: File) {
    if (isSourceFile(node) && placeOf(file.path) < 0)
        return `${file.path} has no place in the chapters of src/`
}

function checkImport(node: Node, file: File) {
    const from = importedFrom(node)
    if (from === undefined || from === "@devicescript/core") return
    const imported = join(dirname(file.path), from)
    if (!imported.startsWith("src/"))
        return `${from}: src/ imports @devicescript/core and its own files only`
    if (placeOf(imported) < 0)
        return `${from} has no place in the chapters of src/`
    if (isImportDeclaration(node) && isTypeOnly(node)) return
    const own = placeOf(file.path)
    if (own >= 0 && placeOf(imported) >= own)
        return `${file.path} stands before ${imported} and must not import it`
    const chapter = chapterOf(imported)
    if (isApart(chapterOf(file.path), chapter))
        return `${file.path}: a chapter imports itself and ${lowest}, not ${chapter}`
}

function chapterOf(path: string) {
    return dirname(path).slice("src/".length)
}

function isApart(own: string, imported: string) {
    const isTop = own === "" || own === "debug"
    return !isTop && imported !== own && imported !== lowest
}

function isTypeOnly(node: ImportDeclaration) {
    return node.importClause?.phaseModifier === SyntaxKind.TypeKeyword
}

/** What stands behind the `from` of an import or export. */
export function importedFrom(node: Node) {
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
