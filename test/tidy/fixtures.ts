// For each rule what it must report, and what looks like it and is fine. A line that must be reported ends
// in "//!". All that is called bad here was seen to fail on DeviceScript 2.16.4, or is against the house rules.

export interface Fixture {
    rule: string
    bad: string
    good?: string
    /** The file that the texts pretend to be. */
    path?: string
}

function lines(count: number) {
    return "f()\n".repeat(count)
}

/** Parameters and arguments "a, b, c, ..." */
function list(count: number, suffix = "") {
    return [..."abcdefghijk"]
        .slice(0, count)
        .map(c => c + suffix)
        .join()
}

const call = (count: number) =>
    `export function f(${list(count, ": number")}) {
        f(${list(count)}) ${count > 8 ? "//!" : ""}
    }`

const notCompiled: Fixture[] = [
    {
        rule: "unsupported",
        bad: `export function f(i: number) {
            do i++ //!
            while (i < 3)
        }`,
        good: `export function f(i: number) {
            while (i < 3) i++
        }`,
    },
    {
        rule: "unsupported",
        bad: `export function f() {
            outer: for (const x of [1]) //!
                for (const y of [x]) if (y === 1) continue outer
        }`,
        good: `export function f(x: number) {
            switch (x) {
                default:
                    break
            }
        }`,
    },
    {
        rule: "unsupported",
        bad: `export class A {
            n = 1
            get x() { return this.n } //!
            set x(v) { this.n = v } //!
        }`,
        good: `export class A {
            n = 1
            x() { return this.n }
        }`,
    },
    {
        rule: "unsupported",
        bad: `export class A {
            #n = 1 //!
        }`,
        good: `export class A {
            private n = 1
            f() { return this.n }
        }`,
    },
    {
        rule: "unsupported",
        bad: `export function f(a: number[]) {
            return a[0]! //!
        }`,
        good: `export function f(a: number[]) {
            return a[0] !== 1
        }`,
    },
    {
        rule: "unsupported",
        bad: `export const x = 1 satisfies number //!`,
        good: `export const x = 1 as number`,
    },
    {
        rule: "unsupported",
        bad: `export default function f() {} //!`,
        good: `export function f() {}`,
    },
    {
        rule: "unsupported",
        bad: `const x = 1
            export default x //!`,
        good: `const x = 1
            export { x }`,
    },
    {
        rule: "unsupported",
        path: "src/index.ts",
        bad: `export * as ring from "./ring/ring" //!`,
        good: `export * from "./ring/ring"`,
    },
    {
        rule: "unsupported-operator",
        bad: `export function f(o: any) {
            return "a" in o //!
        }`,
        good: `export function f(o: any) {
            for (const key in o) return key
        }`,
    },
    {
        rule: "unsupported-operator",
        bad: `export function f(o: any) {
            o ??= 1 //!
            o ||= 1 //!
            o &&= 1 //!
        }`,
        good: `export function f(o: any) {
            o = o ?? 1
            o += 1
        }`,
    },
    {
        rule: "var",
        bad: `export var x = 1 //!`,
        good: `export let x = 1`,
    },
    {
        rule: "destructuring",
        bad: `export function f({ a = 1 }: any) { //!
            const [b = 2] = a //!
            let c = b
            ;[c] = a //!
            return c
        }`,
        good: `export function f({ a }: any, c = 1) {
            const [b] = a
            return b + c
        }`,
    },
    {
        rule: "for-await",
        bad: `export async function f(a: any) {
            for await (const x of a) return x //!
        }`,
        good: `export async function f(a: any) {
            for (const x of a) return x
        }`,
    },
    {
        rule: "static-field",
        bad: `export class A {
            static x = 1 //!
        }`,
        good: `export class A {
            static x() { return 1 }
        }`,
    },
    {
        rule: "object-method",
        bad: `export const o = {
            f() { return 1 }, //!
        }`,
        good: `export const o = {
            f: () => 1,
        }`,
    },
    {
        rule: "overload",
        bad: `export function f(a: number): void //!
            export function f(a: string): void //!
            export function f(a: any) { return a }`,
        good: `export function f(a: number | string) { return a }`,
    },
    {
        rule: "overload",
        bad: `export class A {
            constructor(a: number) //!
            constructor(a: any) { this.f(a) }
            f(a: any) { return a }
        }`,
        good: `export abstract class A {
            constructor(a: number) { this.f(a) }
            abstract f(a: number): void
        }`,
    },
    {
        rule: "super",
        bad: `export class A { f() {} }
            export class B extends A {
                override f() { super.f() } //!
            }`,
        good: `export class A { f() {} }
            export class B extends A {
                constructor() { super() }
            }`,
    },
    {
        rule: "optional-chain",
        bad: `export function f(o: any) {
            o?.a?.b //!
            o?.a.b?.c //!
            o?.[0]?.() //!
        }`,
        good: `export function f(o: any) {
            const a = o?.a
            return a?.b.c + o.a?.b
        }`,
    },
    {
        rule: "this",
        bad: `export class A {
            n = 1
            f = () => this.n //!
            g() {
                return () => this.n //!
            }
            h() {
                function inner() { return this.n } //!
                return inner()
            }
        }`,
        good: `export class A {
            n = 1
            m = this.n
            g() {
                const self = this
                return () => self.n
            }
        }`,
    },
    { rule: "arguments", bad: call(9), good: call(8) },
    {
        rule: "arguments",
        path: "devs/main.ts",
        bad: `const x = 1 as number
            console.log(x, x, x, x, x, x, x, x) //!
            console.log("a", x, x, x, x, \`\${x}\${x}\${x}\${x}\`) //!
            export const text = \`\${x}\${x}\${x}\${x}\${x}\${x}\${x}\${x}\` //!`,
        good: `const x = 1 as number
            console.log("a", x, "b", x, "c", x, "d", x, "e", x)
            export const text = \`\${x}\${x}\${x}\${x}\${x}\${x}\${x}\``,
    },
]

const values: Fixture[] = [
    {
        rule: "truth",
        bad: `export function f(x: number) {
            if (x) return 1 //!
            while (x) x-- //!
            for (; x; ) x-- //!
            if (!x) return 2 //!
            return x ? 1 : 2 //!
        }`,
        good: `export function f(x: number, o: any, b: Buffer) {
            if (x !== 0 && b && !o) return 1
            for (; x > 0; ) x--
            return x ?? 5
        }`,
    },
    {
        rule: "truth",
        bad: `export function f(x: number, y: boolean | number, z: boolean) {
            const a = x || 5 //!
            const b = !!x //!
            const c = y && z //!
            if (z && (z || x)) return 1 //!
            return [x].filter(n => n).length //!
        }`,
        good: `export function f(x: number, z: boolean) {
            if (x & 4 || ~x) return [x].filter(n => n > 0)
            return z && x
        }`,
    },
    {
        rule: "int32-division",
        bad: `export function f(x: number) {
            x %= 10 //!
            return Math.idiv(x, 10) //!
        }`,
        good: `enum Size { Slot = 8 }
            export function f(x: number) {
                return ((x & 0xffff) % Size.Slot) + Math.idiv(x | 0, 10)
            }`,
    },
    {
        rule: "int32-division",
        bad: `export function f(x: number) {
            return (x >>> 0) % 10 //!
        }`,
        good: `export function f(x: number) {
            return x / 10
        }`,
    },
    {
        rule: "await",
        bad: `async function f() { return 1 }
            async function g() { return f() } //!
            export async function h() {
                g() //!
                await g()
            }`,
        good: `async function f() { return 1 }
            export async function h() {
                f.start()
                return await f()
            }`,
    },
    {
        rule: "missing-class",
        bad: `export function f() {
            return [new Map(), //!
                new Set(), //!
                new Uint8Array(4)] //!
        }`,
        good: `class Map {}
            export const f = [new Map(), Buffer.alloc(4)]`,
    },
    {
        rule: "buffer-format",
        bad: `export function f(b: Buffer, format: string) {
            b.setAt(0, format, 1) //!
            const read = b.getAt //!
            return read(0, "u8") + (b as any).getAt(0, "u8") //!
        }`,
        good: `class Region { getAt(at: number, format: string) { return format } }
            export function f(b: Buffer, r: Region, format: string) {
                return b.getAt(0, "u8") + r.getAt(0, format)
            }`,
    },
    {
        rule: "derived-const",
        bad: `const header = 8
            export const slot = (header + 64) * 2 //!`,
        good: `const header = 8
            export const slot = header + 64 * 2
            export const made = Math.max(header, (1 + 1) * 2)
            export const list: number[] = []
            export const twice = (x: number) => (x + 1) * 2`,
    },
]

const layout: Fixture[] = [
    { rule: "place", path: "src/other.ts", bad: "export {} //!" },
    { rule: "place", path: "src/waiting/ring.ts", bad: "export {} //!" },
    {
        rule: "import",
        path: "src/waiting/line.ts",
        bad: `import { a } from "../ring/entry" //!
            import { b } from "./gate" //!
            export { a, b }`,
        good: `import { a } from "../base/values"
            import { b } from "./tasks"
            export { a, b }`,
    },
    {
        rule: "import",
        bad: `import { a } from "../queue" //!
            import { b } from "../../devs/main" //!
            import { c } from "@devicescript/runtime" //!
            import { d } from "./other" //!
            import { f } from "../waiting/clock" //!
            import type { g } from "../../devs/main" //!
            export { e } from "./ring" //!
            export { a, b, c, d, f, g }`,
        good: `import { a } from "../base/errors"
            import { b } from "./core"
            import type { c } from "../typed/descriptor"
            import { sleep } from "@devicescript/core"
            export { a, b, c, sleep }`,
    },
    {
        rule: "index",
        path: "src/index.ts",
        bad: `import { a } from "./ring/ring" //!
            export const b = a //!`,
        good: `export { a } from "./ring/ring"`,
    },
    {
        rule: "throw",
        bad: `export class A {
            constructor() {
                const f = () => {
                    throw new Error("x") //!
                }
                f()
            }
        }
        export function name(n: number) {
            return \`n\${n}\` //!
        }`,
        good: `export class A {
            constructor(n: number) {
                if (n < 0) throw new Error(\`n is \${n}\`)
            }
        }
        export function check(n: number) {
            if (n < 0) throw new Error("failed")
        }`,
    },
    {
        rule: "function-length",
        bad: `export function f() { //!\n${lines(59)}}`,
        good: `export function f() {
            function g() {\n${lines(58)}}
            // g again, another name: the comment is part of h
            const h = () => {\n${lines(58)}}
            g()
            h()
        }`,
    },
    {
        rule: "file-length",
        bad: `function f() {} //!\n${lines(350)}`,
        good: `function f() {}\n${lines(349)}`,
    },
    {
        rule: "empty-catch",
        bad: `export function f() {
            try {
                f()
            } catch {} //!
        }`,
        good: `export function f() {
            try {
                f()
            } catch {
                // nobody waits any more
            }
        }`,
    },
    {
        rule: "unfinished",
        bad: `// ${"TO" + "DO"}: later //!\nexport {}`,
        good: `export const TODOS = 1`,
    },
]

const outsideSrc: Fixture[] = [
    {
        rule: "truth",
        path: "devs/main.ts",
        bad: `const x = 1.5 as number
            if (x) console.log("never") //!`,
        good: `import { sleep } from "../../x"
            const n = (1 + 2) * 3
            export const f = (x: number) => {
                if (x % 10 === n) throw new Error(\`\${x}\`)
            }
            export { sleep }`,
    },
]

const host: Fixture[] = [
    {
        rule: "host-place",
        path: "host/bench.mjs",
        bad: `export {} //!`,
    },
    {
        rule: "host-place",
        path: "host/other/bench.mjs",
        bad: `export {} //!`,
    },
    {
        rule: "host-import",
        path: "host/vm/simulator.mjs",
        bad: `import { a } from "../suites/log.mjs" //!
            export { b } from "../other/b.mjs" //!
            import { c } from "../../test/c.mjs" //!
            export const d = await import("../device/link.mjs") //!
            /** @param {import("../soak/flat.mjs").Measure} e */ //!
            export function f(e) { return [a, c, d, e] }`,
        good: `import { join } from "node:path"
            import { API } from "typescript/unstable/sync"
            import { a } from "./clock.mjs"
            import { b } from "../project/root.mjs"
            const c = await import("../terminal/progress.mjs")
            /** @param {import("../devicescript/program.mjs").Program} e */
            export function f(e) { return [join, API, a, b, c, e] }`,
    },
    {
        rule: "host-import",
        path: "host/soak/parts.mjs",
        bad: `import { a } from "../mutants/run.mjs" //!
            import { b } from "../../src/ring" //!
            export { a, b }`,
    },
    {
        rule: "host-import",
        path: "host/mutants/histories.mjs",
        bad: `export { a } from "../../devs/main" //!`,
        good: `export { a } from "../../test/histories/board"`,
    },
    {
        rule: "command",
        path: "host/commands/watch.mjs",
        bad: `import { a } from "./deploy.mjs" //!
            export { a }`,
        good: `import { a } from "../device/follow.mjs"
            export { a }`,
    },
    {
        rule: "command",
        path: "host/device/follow.mjs",
        bad: `export const a = await import("../commands/deploy.mjs") //!`,
    },
    {
        rule: "command",
        path: "test/start.test.ts",
        bad: `import { a } from "../host/commands/start.mjs" //!
            export { a }`,
        good: `import { a } from "../host/firmware/run.mjs"
            export { a }`,
    },
    {
        rule: "command-length",
        path: "host/commands/start.mjs",
        bad: `f() //!\n${lines(70)}`,
        good: lines(70),
    },
    {
        rule: "unfinished",
        path: "host/vm/clock.mjs",
        bad: `// ${"TO" + "DO"}: later //!\nexport {}`,
        good: `export const x = f()\n${lines(500)}`,
    },
]

export const fixtures = [
    ...notCompiled,
    ...values,
    ...layout,
    ...outsideSrc,
    ...host,
]
