// What goes wrong with certain values only: told by static types.

import {
    type Node,
    NodeFlags,
    SyntaxKind,
    isArrowFunction,
    isAsExpression,
    isBinaryExpression,
    isCallExpression,
    isConditionalExpression,
    isForStatement,
    isIdentifier,
    isIfStatement,
    isNewExpression,
    isParenthesizedExpression,
    isPrefixUnaryExpression,
    isPropertyAccessExpression,
    isVariableDeclaration,
    isWhileStatement,
} from "typescript/unstable/ast"
import { type Type, TypeFlags } from "typescript/unstable/sync"
import type { File } from "./project"
import type { Rule } from "./rule"

function typeOf(node: Node, file: File) {
    return file.checker.getTypeAtLocation(node)
}

function someType(type: Type | undefined, test: (type: Type) => boolean) {
    if (type === undefined) return false
    return type.isUnionType() ? type.getTypes().some(test) : test(type)
}

function isTested(node: Node): boolean {
    const parent = node.parent
    if (isParenthesizedExpression(parent)) return isTested(parent)
    if (isIfStatement(parent) || isWhileStatement(parent))
        return parent.expression === node
    if (isConditionalExpression(parent) || isForStatement(parent))
        return parent.condition === node
    if (isPrefixUnaryExpression(parent))
        return parent.operator === SyntaxKind.ExclamationToken
    if (isBinaryExpression(parent) && isLogical(parent.operatorToken.kind))
        return parent.left === node || isTested(parent)
    if (isArrowFunction(parent))
        return parent.body === node && isPredicate(parent)
    return false
}

const testingMethods = ["filter", "find", "findIndex", "some", "every"]

function isPredicate(node: Node) {
    const call = node.parent
    return (
        isCallExpression(call) &&
        isPropertyAccessExpression(call.expression) &&
        testingMethods.includes(call.expression.name.text)
    )
}

function isLogical(operator: SyntaxKind) {
    return (
        operator === SyntaxKind.AmpersandAmpersandToken ||
        operator === SyntaxKind.BarBarToken
    )
}

/** Of `a || b` the sides are reported, not the whole. */
function isCombination(node: Node) {
    return (
        isParenthesizedExpression(node) ||
        (isBinaryExpression(node) && isLogical(node.operatorToken.kind))
    )
}

/** The VM takes every number that it holds as a double for false: 1.5, 0x80000000, -1 >>> 0. */
function checkTruth(node: Node, file: File) {
    if (!node.parent || !isTested(node)) return
    if (isCombination(node) || isBitOperation(node)) return
    const isNumber = (type: Type) => (type.flags & TypeFlags.NumberLike) !== 0
    if (someType(typeOf(node, file), isNumber))
        return "a number held as a double is always false: compare it, !== 0"
}

/** Whether a value is an int32 and anybody can see it: a literal, an enum's, or of a bit operation. */
function isSeenInt32(node: Node, file: File): boolean {
    if (isParenthesizedExpression(node))
        return isSeenInt32(node.expression, file)
    if (isBitOperation(node)) return true
    const type = typeOf(node, file)
    return type !== undefined && isInt32Type(type)
}

/** Their results the VM holds as integers. Not >>>: it makes an unsigned one, which may be a double. */
function isBitOperation(node: Node) {
    if (isPrefixUnaryExpression(node))
        return node.operator === SyntaxKind.TildeToken
    return (
        isBinaryExpression(node) && int32Operators.has(node.operatorToken.kind)
    )
}

const int32Operators = new Set([
    SyntaxKind.AmpersandToken,
    SyntaxKind.BarToken,
    SyntaxKind.CaretToken,
    SyntaxKind.LessThanLessThanToken,
    SyntaxKind.GreaterThanGreaterThanToken,
])

function isInt32Type(type: Type): boolean {
    if (type.isUnionType()) return type.getTypes().every(isInt32Type)
    return type.isNumberLiteralType() && type.value === (type.value | 0)
}

/** The VM cuts both operands to int32 first: (-1 >>> 0) % 10 is -1, 5.5 % 2 is 1. */
function checkDivision(node: Node, file: File) {
    const operands = divided(node)
    if (operands?.some(operand => !isSeenInt32(operand, file)))
        return "divides as int32: make each operand one that can be seen, as in (x | 0) % 10"
}

function divided(node: Node): readonly Node[] | undefined {
    if (isCallExpression(node) && node.expression.getText() === "Math.idiv")
        return node.arguments
    if (!isBinaryExpression(node)) return
    const operator = node.operatorToken.kind
    if (
        operator === SyntaxKind.PercentToken ||
        operator === SyntaxKind.PercentEqualsToken
    )
        return [node.left, node.right]
}

/** The compiler wants `await` right before the call: `await (a ? f() : g())` fails too. */
function checkPromise(node: Node, file: File) {
    if (!isCallExpression(node)) return
    if (node.parent.kind === SyntaxKind.AwaitExpression) return
    const isPromise = (type: Type) => type.getSymbol()?.name === "Promise"
    if (someType(typeOf(node, file), isPromise))
        return "a call of an async function needs await right before it, or .start()"
}

const missingClasses = ["Map", "Set", "WeakMap", "WeakSet", "Uint8Array"]

function checkClass(node: Node, file: File) {
    if (!isNewExpression(node) || !isIdentifier(node.expression)) return
    const name = node.expression.text
    const symbol = file.checker.getSymbolAtLocation(node.expression)
    const known = symbol && !file.checker.isUnknownSymbol(symbol)
    if (missingClasses.includes(name) && !known)
        return `${name} does not exist on the VM`
}

/** The compiler turns `getAt` and `setAt` into opcodes; at run time a Buffer has no such methods. */
function checkFormat(node: Node, file: File) {
    if (!isPropertyAccessExpression(node)) return
    if (node.name.text !== "getAt" && node.name.text !== "setAt") return
    const receiver = typeOf(behindCasts(node.expression), file)
    const isUntyped = receiver === undefined || receiver.flags & TypeFlags.Any
    if (!isUntyped && receiver.getSymbol()?.name !== "Buffer") return
    const cast = typeOf(node.expression, file)?.flags === TypeFlags.Any
    if (isUntyped || cast)
        return `${node.name.text} behind any does not exist at run time`
    const call = node.parent
    if (!isCallExpression(call) || call.expression !== node)
        return `${node.name.text} can only be called, it is no value`
    if (call.arguments[1]?.kind !== SyntaxKind.StringLiteral)
        return `the format of ${node.name.text} must be a literal`
}

function behindCasts(node: Node): Node {
    return isParenthesizedExpression(node) || isAsExpression(node)
        ? behindCasts(node.expression)
        : node
}

/** The compiler folds literals, operators and other constants, but gives up at a parenthesis. */
function checkDerivedConst(node: Node, file: File) {
    if (!isVariableDeclaration(node) || !node.initializer) return
    const list = node.parent
    const atTop = list.parent.parent?.kind === SyntaxKind.SourceFile
    if (!atTop || !(list.flags & NodeFlags.Const)) return
    if (isConstant(node.initializer, file) && !isFolded(node.initializer))
        return "parentheses make this constant a run-time global: use an enum member"
}

function isConstant(node: Node, file: File): boolean {
    const type = typeOf(node, file)
    const isPrimitive = (type: Type) =>
        (type.flags & (TypeFlags.NumberLike | TypeFlags.StringLike)) !== 0
    return someType(type, isPrimitive) && !holdsCall(node)
}

function holdsCall(node: Node): boolean {
    if (isCallExpression(node) || isNewExpression(node)) return true
    return node.forEachChild(child => holdsCall(child) || undefined) ?? false
}

function isFolded(node: Node): boolean {
    if (isParenthesizedExpression(node)) return false
    return node.forEachChild(child => !isFolded(child) || undefined) !== true
}

export const valueRules: Rule[] = [
    { name: "truth", check: checkTruth },
    { name: "int32-division", srcOnly: true, check: checkDivision },
    { name: "await", check: checkPromise },
    { name: "missing-class", check: checkClass },
    { name: "buffer-format", check: checkFormat },
    { name: "derived-const", srcOnly: true, check: checkDerivedConst },
]
