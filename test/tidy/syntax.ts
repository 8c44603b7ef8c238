// What DeviceScript 2.16.4 does not compile, or compiles into something else, told by its form alone. The
// compiler looks only at what a program uses: in a library a mistake would pass until somebody calls it.

import {
    type Node,
    NodeFlags,
    SyntaxKind,
    isBinaryExpression,
    isBindingElement,
    isCallExpression,
    isElementAccessExpression,
    isForOfStatement,
    isMethodDeclaration,
    isNewExpression,
    isPropertyAccessExpression,
    isStringLiteral,
    isTemplateExpression,
    isVariableDeclarationList,
} from "typescript/unstable/ast"
import { type Rule, ancestor, hasModifier, isFunction } from "./rule"

/** Kinds of node of which no use compiles; of a namespace export no use but that of its constants. */
const unsupported = new Map<SyntaxKind, string>([
    [SyntaxKind.DoStatement, "do..while"],
    [SyntaxKind.LabeledStatement, "a label"],
    [SyntaxKind.GetAccessor, "a getter"],
    [SyntaxKind.SetAccessor, "a setter"],
    [SyntaxKind.PrivateIdentifier, "a #private name"],
    [SyntaxKind.ClassStaticBlockDeclaration, "a static block"],
    [SyntaxKind.ClassExpression, "a class expression"],
    [SyntaxKind.SatisfiesExpression, "satisfies"],
    [SyntaxKind.NonNullExpression, "x!"],
    [SyntaxKind.VoidExpression, "void x"],
    [SyntaxKind.YieldExpression, "yield"],
    [SyntaxKind.MetaProperty, "new.target"],
    [SyntaxKind.RegularExpressionLiteral, "a regular expression"],
    [SyntaxKind.BigIntLiteral, "a big integer"],
    [SyntaxKind.ModuleDeclaration, "a namespace"],
    [SyntaxKind.Decorator, "a decorator"],
    [SyntaxKind.ExportAssignment, "a default export"],
    [SyntaxKind.DefaultKeyword, "a default export"],
    [SyntaxKind.NamespaceExport, "export * as"],
])

const unsupportedOperators = new Map<SyntaxKind, string>([
    [SyntaxKind.InKeyword, "in"],
    [SyntaxKind.QuestionQuestionEqualsToken, "??="],
    [SyntaxKind.BarBarEqualsToken, "||="],
    [SyntaxKind.AmpersandAmpersandEqualsToken, "&&="],
])

function checkKind(node: Node) {
    const name = unsupported.get(node.kind)
    if (name !== undefined) return `${name} is not supported by the compiler`
}

function checkOperator(node: Node) {
    if (!isBinaryExpression(node)) return
    const name = unsupportedOperators.get(node.operatorToken.kind)
    if (name !== undefined)
        return `the operator ${name} is not supported by the compiler`
}

function checkVar(node: Node) {
    if (
        isVariableDeclarationList(node) &&
        !(node.flags & NodeFlags.BlockScoped)
    )
        return "var does not compile: use let or const"
}

function checkDestructuring(node: Node) {
    if (isBindingElement(node) && node.initializer)
        return "destructuring with a default value does not compile"
    if (
        isBinaryExpression(node) &&
        node.operatorToken.kind === SyntaxKind.EqualsToken &&
        (node.left.kind === SyntaxKind.ArrayLiteralExpression ||
            node.left.kind === SyntaxKind.ObjectLiteralExpression)
    )
        return "destructuring into variables that exist does not compile"
}

function checkForAwait(node: Node) {
    if (isForOfStatement(node) && node.awaitModifier)
        return "for await does not compile"
}

function checkStaticField(node: Node) {
    if (
        node.kind === SyntaxKind.PropertyDeclaration &&
        hasModifier(node, SyntaxKind.StaticKeyword)
    )
        return "a static field cannot have a value: use a module variable"
}

function checkObjectMethod(node: Node) {
    if (
        isMethodDeclaration(node) &&
        node.parent.kind === SyntaxKind.ObjectLiteralExpression
    )
        return "an object literal's method does not compile: write f: () => ..."
}

const overloadKinds = [SyntaxKind.FunctionDeclaration, SyntaxKind.Constructor]

/** A function's does not compile; a constructor's does, and then `new` panics: "body missing". */
function checkOverload(node: Node) {
    const { body } = node as { body?: Node }
    if (overloadKinds.includes(node.kind) && body === undefined)
        return "overloads do not work: declare one signature"
}

function checkSuper(node: Node) {
    if (node.kind === SyntaxKind.SuperKeyword && !isCallExpression(node.parent))
        return "super.x does not compile: only super(...) does"
}

/** Compiled, the inner `?.` reads a field of undefined where the outer one has found undefined. */
function checkOptionalChain(node: Node) {
    if (!(node as { questionDotToken?: Node }).questionDotToken) return
    let inner = (node as { expression?: Node }).expression
    while (inner && isChainLink(inner)) {
        if (inner.questionDotToken)
            return "a second ?. in a chain throws where the first found undefined"
        inner = inner.expression
    }
}

function isChainLink(node: Node) {
    return (
        isPropertyAccessExpression(node) ||
        isElementAccessExpression(node) ||
        isCallExpression(node)
    )
}

function checkThis(node: Node) {
    if (node.kind !== SyntaxKind.ThisKeyword) return
    const owner = ancestor(
        node,
        candidate =>
            isFunction(candidate) ||
            candidate.kind === SyntaxKind.PropertyDeclaration
    )
    const parent = owner?.parent.kind
    if (parent !== SyntaxKind.ClassDeclaration)
        return "this does not compile inside a function or an arrow of its own: const self = this"
}

const argumentsMax = 8
/** A template string, as the console's whole line, is one call: its format and its values. */
const formattedMax = argumentsMax - 1

function checkArguments(node: Node) {
    const formatted = formattedValues(node)
    if (formatted !== undefined)
        return formatted > formattedMax
            ? `${formatted} values in one text: at most ${formattedMax}`
            : undefined
    if (!isCallExpression(node) && !isNewExpression(node)) return
    const count = node.arguments?.length ?? 0
    if (count > argumentsMax)
        return `${count} arguments in a call: at most ${argumentsMax}`
}

/** How many values a text is made of, string literals aside, which join the format. */
function formattedValues(node: Node): number | undefined {
    if (isTemplateExpression(node)) return node.templateSpans.length
    if (!isCallExpression(node) || !isConsole(node.expression)) return
    const count = (argument: Node) =>
        isStringLiteral(argument) ? 0 : (formattedValues(argument) ?? 1)
    return node.arguments.map(count).reduce((a, b) => a + b, 0)
}

function isConsole(callee: Node) {
    return (
        isPropertyAccessExpression(callee) &&
        callee.expression.getText() === "console"
    )
}

export const syntaxRules: Rule[] = [
    { name: "unsupported", check: checkKind },
    { name: "unsupported-operator", check: checkOperator },
    { name: "var", check: checkVar },
    { name: "destructuring", check: checkDestructuring },
    { name: "for-await", check: checkForAwait },
    { name: "static-field", check: checkStaticField },
    { name: "object-method", check: checkObjectMethod },
    { name: "overload", check: checkOverload },
    { name: "super", check: checkSuper },
    { name: "optional-chain", check: checkOptionalChain },
    { name: "this", check: checkThis },
    { name: "arguments", check: checkArguments },
]
