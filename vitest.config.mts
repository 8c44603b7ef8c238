import { defineConfig } from "vitest/config"

export default defineConfig({
    test: {
        include: ["test/**/*.test.ts"],
        maxWorkers: 2, // half of the time goes by in child processes that wait
        pool: "forks", // the compiler works in the current folder of its process
        isolate: false, // and is loaded once a process
        testTimeout: 60_000,
        hookTimeout: 60_000,
    },
})
