// Every rule, and what they find in a file.

import { layoutRules } from "./layout"
import { type File, lineOf, walk } from "./project"
import type { Rule } from "./rule"
import { syntaxRules } from "./syntax"
import { valueRules } from "./values"

export const rules: Rule[] = [...syntaxRules, ...valueRules, ...layoutRules]
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
    const inSrc = file.path.startsWith("src/")
    const applicable = rules.filter(rule => inSrc || !rule.srcOnly)
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

/** Comments are no nodes, so this one reads lines. */
function findUnfinished(file: File): Finding[] {
    return file.source.text.split("\n").flatMap((text, index) => {
        const word = /\b(TODO|FIXME|XXX)\b/.exec(text)?.[0]
        if (word === undefined) return []
        const message = `${word}: finish it, or file an issue`
        const line = index + 1
        return [{ path: file.path, line, rule: unfinishedRule, message }]
    })
}

export function describeFinding({ path, line, rule, message }: Finding) {
    return `${path}:${line} ${message} (${rule})`
}
