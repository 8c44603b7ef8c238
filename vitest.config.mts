import { defineConfig } from "vitest/config"
import { limitMs } from "./test/limit.mjs"

export default defineConfig({
    test: {
        include: ["test/**/*.test.ts"],
        maxWorkers: 3, // half of the time goes by in child processes that wait
        pool: "forks", // the compiler works in the current folder of its process
        isolate: false, // and is loaded once a process
        testTimeout: limitMs,
        hookTimeout: limitMs,
    },
})
