// What a mutant may differ in. Each pattern looks at one node of the syntax tree and gives what may stand in its place.
//
// Stryker knows such patterns, too, but puts all mutants into one text, each behind a switch that is read at run time
// from a global object which it builds with the Function constructor: DeviceScript compiles none of that.

import {
    SyntaxKind,
    isBinaryExpression,
    isBlock,
    isCallExpression,
    isConditionalExpression,
    isEnumMember,
    isExpressionStatement,
    isForStatement,
    isIfStatement,
    isNumericLiteral,
    isPostfixUnaryExpression,
    isPrefixUnaryExpression,
    isPropertyAccessExpression,
    isReturnStatement,
    isWhileStatement,
} from "typescript/unstable/ast"

/** @typedef {import("typescript/unstable/ast").Node} Node */

/**
 * @typedef {object} Change
 * @property {Node} node  what is replaced
 * @property {string} by
 */

/**
 * @typedef {object} Pattern
 * @property {string} name
 * @property {(node: Node, enums: Map<string, string[]>) => Change[]} of  gets the members of each enum,
 *     by its name
 */

const text = node => node.getText()

/** The operators that stand in for one. The first of a comparison moves its boundary, the second turns it round. */
const operators = new Map([
    [SyntaxKind.LessThanToken, ["<=", ">="]],
    [SyntaxKind.LessThanEqualsToken, ["<", ">"]],
    [SyntaxKind.GreaterThanToken, [">=", "<="]],
    [SyntaxKind.GreaterThanEqualsToken, [">", "<"]],
    [SyntaxKind.EqualsEqualsEqualsToken, ["!=="]],
    [SyntaxKind.ExclamationEqualsEqualsToken, ["==="]],
    [SyntaxKind.AmpersandAmpersandToken, ["||"]],
    [SyntaxKind.BarBarToken, ["&&"]],
    [SyntaxKind.PlusToken, ["-"]],
    [SyntaxKind.MinusToken, ["+"]],
    [SyntaxKind.AsteriskToken, ["+"]],
    [SyntaxKind.SlashToken, ["*"]],
    [SyntaxKind.PercentToken, ["*"]],
    [SyntaxKind.AmpersandToken, ["|"]],
    [SyntaxKind.BarToken, ["&"]],
    [SyntaxKind.CaretToken, ["|"]],
    [SyntaxKind.LessThanLessThanToken, [">>"]],
    [SyntaxKind.GreaterThanGreaterThanToken, ["<<"]],
    [SyntaxKind.PlusEqualsToken, ["-=", "="]],
    [SyntaxKind.MinusEqualsToken, ["+=", "="]],
    [SyntaxKind.AmpersandEqualsToken, ["|="]],
    [SyntaxKind.BarEqualsToken, ["&="]],
])

function changeOperator(node) {
    if (!isBinaryExpression(node)) return []
    const others = operators.get(node.operatorToken.kind) ?? []
    return others.map(by => ({ node: node.operatorToken, by }))
}

/** One of the two conditions alone. */
function dropOperand(node) {
    const joins =
        isBinaryExpression(node) &&
        (node.operatorToken.kind === SyntaxKind.AmpersandAmpersandToken ||
            node.operatorToken.kind === SyntaxKind.BarBarToken)
    if (!joins) return []
    return [node.left, node.right].map(side => ({ node, by: text(side) }))
}

/** An unsigned number becomes a signed one. */
function dropUnsigned(node) {
    const isUnsigned =
        isBinaryExpression(node) &&
        node.operatorToken.kind ===
            SyntaxKind.GreaterThanGreaterThanGreaterThanToken &&
        text(node.right) === "0"
    return isUnsigned ? [{ node, by: text(node.left) }] : []
}

/** Off by one. */
function changeNumber(node) {
    if (node.kind === SyntaxKind.Identifier && text(node) === "Infinity")
        return isPropertyAccessExpression(node.parent)
            ? []
            : [{ node, by: "0" }]
    if (!isNumericLiteral(node)) return []
    const value = Number(node.text)
    return [value + 1, value - 1].map(by => ({ node, by: String(by) }))
}

/** A constant that is far off: what one more or less does not show. */
function changeConstant(node) {
    if (!isEnumMember(node) || !node.initializer) return []
    if (!isNumericLiteral(node.initializer)) return []
    const value = Number(node.initializer.text)
    if (value < 2) return []
    const few = Math.trunc(value / 5)
    return [value * 100, few].map(by => ({
        node: /** @type {Node} */ (node.initializer),
        by: String(by),
    }))
}

/** Another member of the same enum. */
function swapMember(node, enums) {
    if (!isPropertyAccessExpression(node)) return []
    const members = enums.get(text(node.expression)) ?? []
    const index = members.indexOf(node.name.text)
    if (index < 0 || members.length < 2) return []
    const neighbours = [
        members[(index + 1) % members.length],
        members[(index + members.length - 1) % members.length],
    ]
    return [...new Set(neighbours)].map(by => ({ node: node.name, by }))
}

function changeBoolean(node) {
    if (node.kind === SyntaxKind.TrueKeyword) return [{ node, by: "false" }]
    if (node.kind === SyntaxKind.FalseKeyword) return [{ node, by: "true" }]
    return []
}

/** A condition always holds, or never. A loop that never ends shows little. */
function forceCondition(node) {
    if (isIfStatement(node)) {
        const holds = { node: node.expression, by: "true" }
        if (isGuard(node)) return [holds]
        return [holds, { node: node.expression, by: "false" }]
    }
    if (isWhileStatement(node)) return [{ node: node.expression, by: "false" }]
    if (isForStatement(node))
        return node.condition ? [{ node: node.condition, by: "false" }] : []
    if (isConditionalExpression(node))
        return ["true", "false"].map(by => ({ node: node.condition, by }))
    return []
}

const leaving = [
    SyntaxKind.ReturnStatement,
    SyntaxKind.ThrowStatement,
    SyntaxKind.BreakStatement,
    SyntaxKind.ContinueStatement,
]

/** Whether it does nothing but leave. */
function isGuard(node) {
    if (!isIfStatement(node) || node.elseStatement) return false
    const body = node.thenStatement
    const last = isBlock(body) ? body.statements.at(-1) : body
    return last !== undefined && leaving.includes(last.kind)
}

function dropGuard(node) {
    return isGuard(node) ? [{ node, by: "{}" }] : []
}

function dropNegation(node) {
    if (!isPrefixUnaryExpression(node)) return []
    const { operator, operand } = node
    if (
        operator === SyntaxKind.ExclamationToken ||
        operator === SyntaxKind.TildeToken ||
        (operator === SyntaxKind.MinusToken && !isNumericLiteral(operand))
    )
        return [{ node, by: text(operand) }]
    return []
}

/** Steps the other way. */
function turnStep(node) {
    const isStep =
        isPrefixUnaryExpression(node) || isPostfixUnaryExpression(node)
    if (!isStep) return []
    const { operator, operand } = node
    const by =
        operator === SyntaxKind.PlusPlusToken
            ? "--"
            : operator === SyntaxKind.MinusMinusToken
              ? "++"
              : undefined
    if (by === undefined) return []
    const other = isPrefixUnaryExpression(node)
        ? by + text(operand)
        : text(operand) + by
    return [{ node, by: other }]
}

/** Math.min and Math.max: the other one, or no bound at all. */
function changeBound(node) {
    if (!isCallExpression(node)) return []
    const callee = text(node.expression)
    if (callee !== "Math.min" && callee !== "Math.max") return []
    const other = callee === "Math.min" ? "Math.max" : "Math.min"
    const bracket =
        isBinaryExpression(node.parent) &&
        node.parent.operatorToken.kind !== SyntaxKind.EqualsToken
    const sides = node.arguments.map(side => ({
        node,
        by: bracket ? `(${text(side)})` : text(side),
    }))
    return [{ node: node.expression, by: other }, ...sides]
}

/** A statement that is dropped has nothing to say. What a condition guards alone goes with the condition. */
function dropStatement(node) {
    const isBare =
        isExpressionStatement(node) ||
        node.kind === SyntaxKind.BreakStatement ||
        node.kind === SyntaxKind.ContinueStatement ||
        node.kind === SyntaxKind.ThrowStatement ||
        (isReturnStatement(node) && !node.expression)
    if (!isBare || isAloneInIf(node) || isSuperCall(node)) return []
    return [{ node, by: "{}" }]
}

function isAloneInIf(node) {
    const block = node.parent
    const isOnly = isBlock(block) && block.statements.length === 1
    const owner = isOnly ? block.parent : block
    return (
        isIfStatement(owner) &&
        !owner.elseStatement &&
        owner.thenStatement === (isOnly ? block : node)
    )
}

/** A constructor without it does not compile. */
function isSuperCall(node) {
    if (!isExpressionStatement(node)) return false
    const call = node.expression
    return (
        isCallExpression(call) &&
        call.expression.kind === SyntaxKind.SuperKeyword
    )
}

/** @type {Pattern[]} */
export const patterns = [
    { name: "operator", of: changeOperator },
    { name: "operand", of: dropOperand },
    { name: "unsigned", of: dropUnsigned },
    { name: "number", of: changeNumber },
    { name: "constant", of: changeConstant },
    { name: "member", of: swapMember },
    { name: "boolean", of: changeBoolean },
    { name: "condition", of: forceCondition },
    { name: "guard", of: dropGuard },
    { name: "negation", of: dropNegation },
    { name: "step", of: turnStep },
    { name: "bound", of: changeBound },
    { name: "statement", of: dropStatement },
]
