import { type Node, SyntaxKind } from "typescript/unstable/ast"
import type { File } from "./project"

/** Looks at one node; what it returns is what is wrong with that node. */
export interface Rule {
    name: string
    /** For the library only: programs in devs/ may do otherwise. */
    srcOnly?: boolean
    check: (node: Node, file: File) => string | undefined
}

const functionKinds = [
    SyntaxKind.FunctionDeclaration,
    SyntaxKind.FunctionExpression,
    SyntaxKind.ArrowFunction,
    SyntaxKind.MethodDeclaration,
    SyntaxKind.Constructor,
    SyntaxKind.GetAccessor,
    SyntaxKind.SetAccessor,
]

export function isFunction(node: Node) {
    return functionKinds.includes(node.kind)
}

/** The innermost ancestor that `wanted` accepts. */
export function ancestor(node: Node, wanted: (node: Node) => boolean) {
    let candidate = node.parent
    while (candidate && !wanted(candidate)) candidate = candidate.parent
    return candidate as Node | undefined
}

/** The name of a declaration, if it has one that is an identifier. */
export function nameOf(node: Node): string | undefined {
    return (node as { name?: { text?: string } }).name?.text
}

export function hasModifier(node: Node, kind: SyntaxKind) {
    const { modifiers } = node as { modifiers?: readonly Node[] }
    return modifiers?.some(modifier => modifier.kind === kind) ?? false
}
