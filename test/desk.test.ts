// From the desk to the board, up to the cable: npm run boards, flash and bundle, and what each says when something is
// missing. They run in a copy of the project: its cache holds stand-ins for firmware.

import {
    cpSync,
    existsSync,
    mkdirSync,
    mkdtempSync,
    readdirSync,
    readFileSync,
    rmSync,
    writeFileSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { beforeAll, beforeEach, describe, expect, test } from "vitest"
import {
    checkImageSize,
    listBoards,
    readHardware,
} from "../host/device/boards.mjs"
import { root } from "../host/project/root.mjs"
import { errorOf, run } from "./commands"

const copy = join(root, ".devicescript/desk")
const cache = join(copy, ".devicescript/cache")
const picoFirmware = "devicescript-rp2040-pico.uf2"
const c3Firmware = "devicescript-esp32c3-esp32c3_bare-0x0.bin"
const [blockBytes, payloadBytes] = [512, 256]
const [magic0, magic1, magicEnd] = [0x0a324655, 0x9e5d5157, 0x0ab16f30]

beforeAll(() => {
    rmSync(copy, { recursive: true, force: true })
    const parts = ["boards", "devs", "host", "src", "package.json"]
    for (const part of [...parts, "devsconfig.json"])
        cpSync(join(root, part), join(copy, part), { recursive: true })
})

beforeEach(() => rmSync(cache, { recursive: true, force: true }))

/** Runs a command in the copy, at a desk with no network. */
async function atDesk(script: string, args: string[], env = {}) {
    const desk = join(root, "test/fixtures/desk.cjs")
    const options = { NODE_OPTIONS: `--require "${desk}"`, ...env }
    return await run(script, args, options, copy)
}

async function failsWith(
    script: string,
    args: string[],
    message: string | RegExp,
    env = {}
) {
    const { code, output } = await atDesk(script, args, env)
    const error = errorOf(output).trimEnd()
    expect(error, output).not.toContain("\n")
    expect(error).toMatch(message)
    expect(code).toBe(1)
}

function putFirmware(name: string, bytes: Buffer) {
    mkdirSync(cache, { recursive: true })
    writeFileSync(join(cache, name), bytes)
}

/** A well-formed UF2 file of two blocks. */
function standIn(version: string): Buffer {
    const payload = Buffer.alloc(2 * payloadBytes, 0x5a)
    // across the border of the blocks
    payload.write(`\0${version}\0`, payloadBytes - 4, "latin1")
    const blocks = [0, 1].map(i => {
        const block = Buffer.alloc(blockBytes)
        const address = 0x10000000 + i * payloadBytes
        const header = [magic0, magic1, 0x2000, address, payloadBytes, i, 2]
        header
            .concat(0xe48bff56)
            .forEach((word, k) => block.writeUInt32LE(word, 4 * k))
        payload.copy(block, 32, i * payloadBytes, (i + 1) * payloadBytes)
        block.writeUInt32LE(magicEnd, blockBytes - 4)
        return block
    })
    return Buffer.concat(blocks)
}

/** The memory that a UF2 file describes, from an address on. Checks each block. */
function memoryOf(file: Buffer, from: number): Buffer {
    expect(file.length % blockBytes).toBe(0)
    const count = file.length / blockBytes
    const pages = Array.from({ length: count }, (_, i) => {
        const block = file.subarray(i * blockBytes, (i + 1) * blockBytes)
        const [first, second] = [block.readUInt32LE(0), block.readUInt32LE(4)]
        const last = block.readUInt32LE(blockBytes - 4)
        expect([first, second, last]).toEqual([magic0, magic1, magicEnd])
        expect(block.readUInt32LE(20)).toBe(i)
        expect(block.readUInt32LE(24)).toBe(count)
        return { at: block.readUInt32LE(12), data: block.subarray(32, 288) }
    }).filter(page => page.at >= from)
    const end = Math.max(...pages.map(page => page.at + payloadBytes))
    const memory = Buffer.alloc(end - from, 0xff)
    for (const { at, data } of pages) data.copy(memory, at - from)
    return memory
}

describe("npm run boards", () => {
    test("lists every board with its sensor, its actor and its log", async () => {
        const { code, output } = await atDesk("boards.mjs", [])
        expect(code).toBe(0)
        for (const { id, name, wiring } of listBoards()) {
            expect(output).toContain(`${id}: ${name}\n`)
            for (const what of ["sensor", "actor", "log"])
                expect(output).toContain(wiring[what])
        }
    })
})

describe("a board's definition in boards/", () => {
    const ids = readdirSync(join(root, "boards"))
        .filter(file => file.endsWith(".board.json"))
        .map(file => file.slice(0, -".board.json".length))

    // that each entry compiles, and fits, is tested in firmware.test
    test.each(ids)("%s has an entry", id => {
        expect(listBoards().map(board => board.id)).toContain(id)
    })

    test("there are a Pico and an ESP32-C3", () => {
        const archs = ids.map(id => readHardware({ id } as any).arch.id)
        expect(archs.sort()).toEqual(["esp32c3", "rp2040"])
    })
})

describe("npm run bundle", () => {
    test("makes one UF2 of runtime and firmware for a Pico", async () => {
        const firmware = standIn("v2.16.0")
        putFirmware(picoFirmware, firmware)
        const args = ["--board", "pico", "--out", "pico.uf2"]
        const { code, output } = await atDesk("bundle.mjs", args)
        expect(output).toMatch(/^pico\.uf2: \d+ bytes, runtime and /m)
        expect(code).toBe(0)
        const bundle = readFileSync(join(copy, "pico.uf2"))
        const runtime = memoryOf(bundle, 0x10000000)
        expect(runtime.includes(memoryOf(firmware, 0x10000000))).toBe(true)
        const store = memoryOf(bundle, 0x100e0000)
        const image = readFileSync(
            join(copy, ".devicescript/build/devs_pico_ts/bytecode.devs")
        )
        expect(image.length).toBeGreaterThan(20_000)
        expect(store.includes("*prog")).toBe(true)
        expect(store.includes(image)).toBe(true)
    })

    test("makes one BIN for an ESP32-C3", async () => {
        // the version of ESP-IDF, which is not the runtime's
        putFirmware(c3Firmware, Buffer.from("\0v4.4.2\0", "latin1"))
        const args = ["--board", "esp32c3_sensor", "--out", "c3.bin"]
        const { code, output } = await atDesk("bundle.mjs", args)
        expect(code, output).toBe(0)
        const bundle = readFileSync(join(copy, "c3.bin"))
        expect(bundle.indexOf("DevS\n")).toBeGreaterThan(0x1c0000)
        expect(bundle.includes("ACTUATOR")).toBe(true)
    })

    test("writes where --out says, an absolute path too", async () => {
        putFirmware(picoFirmware, standIn("v2.16.0"))
        const file = join(mkdtempSync(join(tmpdir(), "bundle-")), "pico.uf2")
        const args = ["--board", "pico", "--out", file]
        const { code, output } = await atDesk("bundle.mjs", args)
        expect(output).toContain(`${file}: `)
        expect(code).toBe(0)
        expect(existsSync(file)).toBe(true)
    })

    test("an image too large for the board is refused: 110,464 bytes fit on a Pico", () => {
        const board = listBoards().find(({ id }) => id === "pico")!
        const hardware = readHardware(board)
        const program = (bytes: number) => ({
            source: "devs/pico.ts",
            binary: new Uint8Array(bytes),
            debug: undefined,
        })
        checkImageSize(program(110_464), board, hardware)
        expect(() => checkImageSize(program(110_496), board, hardware)).toThrow(
            "devs/pico.ts has 110496 bytes: pico has room for 110464"
        )
    })
})

describe("npm run flash", () => {
    test("puts the runtime on the drive that a Pico shows", async () => {
        const firmware = standIn("v2.16.0")
        putFirmware(picoFirmware, firmware)
        const drive = join(copy, "drive")
        mkdirSync(drive, { recursive: true })
        const env = { DESK_DRIVE: drive }
        const args = ["--board", "pico"]
        const { code, output } = await atDesk("flash.mjs", args, env)
        expect(output).toContain("pico is flashed")
        expect(code).toBe(0)
        expect(readFileSync(join(drive, "fw.uf2"))).toEqual(firmware)
    })

    test("puts a custom board's definition into its runtime", async () => {
        putFirmware(picoFirmware, standIn("v2.16.0"))
        const drive = join(copy, "drive")
        mkdirSync(drive, { recursive: true })
        const env = { DESK_DRIVE: drive }
        const args = ["--board", "pico_uart_log"]
        const { code, output } = await atDesk("flash.mjs", args, env)
        expect(code, output).toBe(0)
        const flashed = memoryOf(readFileSync(join(drive, "fw.uf2")), 0)
        expect(flashed.includes("pins.SENSOR")).toBe(true)
        expect(flashed.includes("log.pinTX")).toBe(true)
    })

    test("no drive mounted: what to press", async () => {
        putFirmware(picoFirmware, standIn("v2.16.0"))
        const message = /^flash: no RPI-RP2 drive is mounted: hold BOOTSEL /
        await failsWith("flash.mjs", ["--board", "pico"], message)
    })

    test("no ESP32 attached: what to check", async () => {
        putFirmware(c3Firmware, Buffer.alloc(0))
        const message = /^flash: no board is attached to a serial port: /
        await failsWith("flash.mjs", ["--board", "esp32c3_bare"], message)
    })

    test("no udev: serial ports cannot be listed", async () => {
        putFirmware(c3Firmware, Buffer.alloc(0))
        const message = /^flash: serial ports cannot be listed: udevadm is /
        const args = ["--board", "esp32c3_bare"]
        await failsWith("flash.mjs", args, message, { DESK_UDEV: "missing" })
    })
})

describe("each command fails with one clear line and exit code 1", () => {
    const commands = ["flash", "bundle", "deploy", "watch"]

    test.each(commands)(
        "%s without a board, or with none known",
        async name => {
            const known =
                /supported: .*esp32c3_sensor, pico, pico_uart_log, pico_w/
            for (const [args, wrong] of [
                [[], "--board is missing"],
                [["--board", "uno"], 'there is no board "uno"'],
            ] as const) {
                await failsWith(`${name}.mjs`, [...args], `${name}: ${wrong}; `)
                await failsWith(`${name}.mjs`, [...args], known)
            }
        }
    )

    test.each(["flash", "bundle"])(
        "%s with no network: which file to fetch by hand, and where to put it",
        async name => {
            const url =
                "https://github.com/microsoft/devicescript-pico/releases/latest/download/" +
                picoFirmware
            const message =
                `${name}: cannot fetch DeviceScript's runtime (ENOTFOUND): fetch ${url} by hand ` +
                `and put it at .devicescript/cache/${picoFirmware}`
            await failsWith(`${name}.mjs`, ["--board", "pico"], message)
            expect(existsSync(join(cache, picoFirmware))).toBe(false)
        }
    )

    test("bundle with firmware of another version than the CLI's", async () => {
        putFirmware(picoFirmware, standIn("v2.15.3"))
        const message = `bundle: .devicescript/cache/${picoFirmware} is firmware v2.15.3, the CLI is v2.16.`
        await failsWith("bundle.mjs", ["--board", "pico"], message)
    })

    test.each(["flash", "bundle"])(
        "%s with a file that is no runtime",
        async name => {
            putFirmware(picoFirmware, Buffer.from("<html>"))
            const message = `${name}: .devicescript/cache/${picoFirmware} is no UF2 file: --refresh `
            await failsWith(`${name}.mjs`, ["--board", "pico"], message)
        }
    )

    test.each([
        ["{ bad", "Expected property name"],
        ["{}", "archId"],
    ])("a definition that is broken: %s", async (text, reason) => {
        putFirmware(picoFirmware, standIn("v2.16.0"))
        const definition = join(copy, "boards/mine.board.json")
        writeFileSync(definition, text)
        try {
            const message = new RegExp(
                `^bundle: boards/mine\\.board\\.json: .*${reason}`
            )
            await failsWith("bundle.mjs", ["--board", "pico"], message)
        } finally {
            rmSync(definition)
        }
    })

    test("an entry that does not import its board", async () => {
        const entry = join(copy, "devs/mine.ts")
        writeFileSync(entry, 'import { pins } from "@dsboard/pico"\n')
        const message = 'bundle: devs/mine.ts does not import "@dsboard/mine"; '
        await failsWith("bundle.mjs", ["--board", "mine"], message)
        rmSync(entry)
    })

    test("a definition that is missing", async () => {
        const definition = join(copy, "boards/esp32c3_sensor.board.json")
        const text = readFileSync(definition)
        rmSync(definition)
        try {
            await failsWith(
                ...["bundle.mjs", ["--board", "esp32c3_sensor"]],
                'bundle: the CLI knows no board "esp32c3_sensor": boards/esp32c3_sensor.board.json is missing'
            )
        } finally {
            writeFileSync(definition, text)
        }
    })
})
