import { defineConfig } from "vitest/config"

export default defineConfig({
    test: {
        include: ["test/**/*.test.ts"],
        pool: "forks", // the compiler works in the current folder of its process
        testTimeout: 60_000,
        hookTimeout: 60_000,
    },
})
