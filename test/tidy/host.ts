// How host/ is laid out: which folders there are, which of them may import which, and that each command is one of npm's.

import { dirname, normalize } from "node:path/posix"
import {
    type Node,
    SyntaxKind,
    isCallExpression,
    isImportTypeNode,
    isLiteralTypeNode,
    isSourceFile,
    isStringLiteral,
} from "typescript/unstable/ast"
import { importedFrom } from "./layout"
import { type File, lineOf } from "./project"
import type { Rule } from "./rule"

const order =
    "terminal project devicescript vm firmware device suites measure soak fuzz mutants commands"
/** Each folder of host/ imports only folders that stand before it. */
const folderOrder = order.split(" ")

/** What runs tests that are written in TypeScript. */
const importersOfTests = ["host/mutants/"]

const commandLinesMax = 70

function folderOf(path: string) {
    return /^host\/(\w+)\/[\w.]+\.mjs$/.exec(path)?.[1]
}

function checkPlace(node: Node, file: File) {
    if (!isSourceFile(node)) return
    if (!folderOrder.includes(folderOf(file.path) ?? ""))
        return `${file.path} lies in none of the folders of host/`
}

function checkImport(node: Node, file: File) {
    const path = pathImported(node, file)
    if (path === undefined || isCommand(path)) return
    const isTest = path.startsWith("test/")
    if (isTest && importersOfTests.some(each => file.path.startsWith(each)))
        return
    const [own, other] = [folderOf(file.path), folderOf(path)]
    if (other === undefined || !folderOrder.includes(other))
        return `${path} lies in none of the folders of host/`
    if (folderOrder.indexOf(other) > folderOrder.indexOf(own ?? ""))
        return `${own} stands before ${other} and must not import it`
}

/** They run when they are imported; and what two of them share is no command. */
function checkCommand(node: Node, file: File) {
    const path = pathImported(node, file)
    if (path !== undefined && isCommand(path))
        return `${path} is a command: nobody imports it`
}

function isCommand(path: string) {
    return folderOf(path) === "commands"
}

/** The file of the project that a node imports, be it for its types only. */
function pathImported(node: Node, file: File) {
    const from = importedFrom(node) ?? importedInPlace(node)
    if (from?.startsWith(".")) return normalize(`${dirname(file.path)}/${from}`)
}

/** `import("./x.mjs")`, as a value or, in a comment, as a type. */
function importedInPlace(node: Node) {
    const argument = argumentOfImport(node)
    return argument && isStringLiteral(argument) ? argument.text : undefined
}

function argumentOfImport(node: Node) {
    if (isImportTypeNode(node))
        return isLiteralTypeNode(node.argument)
            ? node.argument.literal
            : undefined
    if (!isCallExpression(node)) return
    const isImport = node.expression.kind === SyntaxKind.ImportKeyword
    return isImport ? node.arguments[0] : undefined
}

function checkLength(node: Node, file: File) {
    if (!isSourceFile(node) || !isCommand(file.path)) return
    const lines = lineOf(file, node.text.trimEnd().length)
    if (lines > commandLinesMax)
        return `${lines} lines in a command: at most ${commandLinesMax}, the rest belongs to what it calls`
}

export const commandRule: Rule = { name: "command", check: checkCommand }

export const hostRules: Rule[] = [
    { name: "host-place", check: checkPlace },
    { name: "host-import", check: checkImport },
    commandRule,
    { name: "command-length", check: checkLength },
]

/**
 * What is wrong between npm's scripts and the commands.
 * @param scripts  of package.json
 * @param paths  the files of host/
 */
export function inspectScripts(
    scripts: Record<string, string>,
    paths: string[]
) {
    const commands = new Set(paths.filter(isCommand))
    const problems: string[] = []
    const run = new Set<string>()
    for (const [name, line] of Object.entries(scripts)) {
        const path = /^node (\S+)/.exec(line)?.[1]
        if (path === undefined) continue
        run.add(path)
        if (!commands.has(path))
            problems.push(`npm run ${name}: ${path} is no command of host/`)
    }
    for (const path of commands)
        if (!run.has(path)) problems.push(`${path}: no script runs it`)
    return problems
}
