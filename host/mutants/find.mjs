// All mutants of src/, from the syntax trees that TypeScript gives.

import { createHash } from "node:crypto"
import { join } from "node:path"
import { SyntaxKind, isEnumDeclaration } from "typescript/unstable/ast"
import { walk, withFiles } from "../project/trees.mjs"
import { patterns } from "./patterns.mjs"

/**
 * @typedef {object} Mutant
 * @property {string} id  "src/gate.ts:120:9 operator <="
 * @property {string} key  the same wherever in its file the code stands
 * @property {string} file
 * @property {number} line
 * @property {number} column
 * @property {number} start  what is replaced, as offsets into the file's text
 * @property {number} end
 * @property {string} by  what replaces it
 * @property {string} pattern
 * @property {string} was  the lines that change, in one
 * @property {string} is  what becomes of them
 * @property {string} where  the innermost function with a name, or enum, that holds it; "" if there is none
 * @property {number[]} ends  where the functions that hold it end, the innermost first
 */

/**
 * @param {string} root
 * @param {{ tsconfig?: string, texts?: Record<string, string> }} [options]  files that stand in for those on the disk
 * @returns {Mutant[]} in the order of their places
 */
export function findMutants(
    root,
    { tsconfig = join(root, "tsconfig.json"), texts = {} } = {}
) {
    return withFiles(tsconfig, root, texts, files => {
        const library = files.filter(({ path }) => path.startsWith("src/"))
        const shared = new Map(library.flatMap(enumsOf))
        return library.flatMap(file =>
            mutantsOf(file, new Map([...shared, ...enumsOf(file)]))
        )
    })
}

function enumsOf(file) {
    const enums = []
    walk(file.source, node => {
        if (isEnumDeclaration(node))
            enums.push([
                node.name.text,
                node.members.map(({ name }) => name.getText()),
            ])
    })
    return enums
}

/** What says nothing at run time, and what errors say to people. */
const skipped = new Set([
    SyntaxKind.ImportDeclaration,
    SyntaxKind.ExportDeclaration,
    SyntaxKind.InterfaceDeclaration,
    SyntaxKind.TypeAliasDeclaration,
    SyntaxKind.TemplateExpression,
])

function mutantsOf(file, enums) {
    const found = new Map()
    visitCode(file.source, node => {
        for (const { name, of } of patterns)
            for (const change of of(node, enums)) {
                const mutant = describe(file, name, change)
                // two patterns may give the same text
                const same = `${mutant.start} ${mutant.end} ${mutant.by}`
                if (!found.has(same)) found.set(same, mutant)
            }
    })
    const mutants = [...found.values()].sort((a, b) => a.start - b.start)
    return numberTwins(mutants)
}

/** Calls `visit` for each node that is no type. */
function visitCode(node, visit) {
    if (skipped.has(node.kind) || isType(node)) return
    visit(node)
    node.forEachChild(child => visitCode(child, visit))
}

function isType(node) {
    return (
        node.kind >= SyntaxKind.FirstTypeNode &&
        node.kind <= SyntaxKind.LastTypeNode
    )
}

const functionKinds = new Set([
    SyntaxKind.FunctionDeclaration,
    SyntaxKind.FunctionExpression,
    SyntaxKind.ArrowFunction,
    SyntaxKind.MethodDeclaration,
    SyntaxKind.Constructor,
])

function describe(file, pattern, { node, by }) {
    const { path, source } = file
    const [start, end] = [node.getStart(), node.end]
    const place = source.getLineAndCharacterOfPosition(start)
    const [line, column] = [place.line + 1, place.character + 1]
    const lineStart = source.text.lastIndexOf("\n", start - 1) + 1
    const next = source.text.indexOf("\n", end)
    const lineEnd = next < 0 ? source.text.length : next
    const before = source.text.slice(lineStart, start)
    const behind = source.text.slice(end, lineEnd)
    return {
        id: `${path}:${line}:${column} ${pattern} ${inOneLine(by)}`,
        key: "",
        ...{ file: path, line, column, start, end, by, pattern },
        was: inOneLine(source.text.slice(lineStart, lineEnd)),
        is: inOneLine(before + by + behind),
        ...holdersOf(node),
    }
}

function inOneLine(text) {
    return text.replace(/\s+/g, " ").trim()
}

function holdersOf(node) {
    let where = ""
    const ends = []
    for (let holder = node.parent; holder; holder = holder.parent) {
        const isFunction = functionKinds.has(holder.kind)
        if (isFunction) ends.push(holder.end)
        if (where === "" && (isFunction || isEnumDeclaration(holder)))
            where = nameOf(holder)
    }
    return { where, ends }
}

function nameOf(holder) {
    if (holder.kind === SyntaxKind.Constructor)
        return `${holder.parent.name?.text}.constructor`
    return holder.name?.getText() ?? ""
}

/** Mutants that read the same are told apart by their order. */
function numberTwins(mutants) {
    const counts = new Map()
    const ids = new Set()
    for (const mutant of mutants) {
        const { file, where, pattern, was, is } = mutant
        const text = [file, where, pattern, was, is].join("\n")
        const count = counts.get(text) ?? 0
        counts.set(text, count + 1)
        while (ids.has(mutant.id)) mutant.id += "'"
        ids.add(mutant.id)
        mutant.key = createHash("sha256")
            .update(`${text}\n${count}`)
            .digest("hex")
    }
    return mutants
}
