// Every rule, and what they find in a file.

import { commandRule, hostRules } from "./host"
import { layoutRules } from "./layout"
import { type File, lineOf, walk } from "./project"
import type { Rule } from "./rule"
import { syntaxRules } from "./syntax"
import { valueRules } from "./values"

const boardRules: Rule[] = [...syntaxRules, ...valueRules, ...layoutRules]
export const rules: Rule[] = [...boardRules, ...hostRules]
export const unfinishedRule = "unfinished"

export interface Finding {
    path: string
    line: number
    rule: string
    message: string
}

/** All that is wrong with a file, from its first line to its last. */
export function inspect(file: File): Finding[] {
    const findings = findUnfinished(file)
    const applicable = rulesFor(file.path)
    walk(file.source, node => {
        for (const { name, check } of applicable) {
            const message = check(node, file)
            if (message === undefined) continue
            const start = node === file.source ? 0 : node.getStart()
            const line = lineOf(file, start)
            findings.push({ path: file.path, line, rule: name, message })
        }
    })
    return findings.sort((a, b) => a.line - b.line)
}

function rulesFor(path: string) {
    if (path.startsWith("host/")) return hostRules
    if (!/^(src|devs|test\/programs)\//.test(path)) return [commandRule]
    const inSrc = path.startsWith("src/")
    return boardRules.filter(rule => inSrc || !rule.srcOnly)
}

/** In brackets, so that they are not found here. */
const unfinishedWords = /\b(TO[D]O|FIX[M]E|XX[X])\b/

/** Comments are no nodes, so this one reads lines. */
function findUnfinished(file: File): Finding[] {
    return file.source.text.split("\n").flatMap((text, index) => {
        const word = unfinishedWords.exec(text)?.[0]
        if (word === undefined) return []
        const message = `${word}: finish it, or file an issue`
        const line = index + 1
        return [{ path: file.path, line, rule: unfinishedRule, message }]
    })
}

export function describeFinding({ path, line, rule, message }: Finding) {
    return `${path}:${line} ${message} (${rule})`
}
