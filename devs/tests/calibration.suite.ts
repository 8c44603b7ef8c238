// The firmware's calibration table: it travels by descriptor, and is read where it is.

import { beforeEach, describe, test } from "@devicescript/test"
import { check, Region } from "../../src"
import { Calibration, straight } from "../firmware/calibration"
import { simulatedTable } from "../firmware/simulated"
import { equal, settle } from "./support"

describe("the firmware's calibration", () => {
    beforeEach(settle)

    test("without a table a reading is what it is", () => {
        const calibration = new Calibration()
        calibration.update()
        for (const reading of [-10, 0, 123, 500])
            equal(calibration.correct(reading), reading, "uncorrected")
    })
    test("a straight table changes nothing, beyond its ends either", () => {
        const calibration = new Calibration()
        const table = Region.immutable(straight)
        calibration.send(table)
        calibration.update()
        for (const reading of [-60, -1, 0, 1, 49, 50, 123, 499, 500, 560])
            equal(calibration.correct(reading), reading, "straight")
        check(table.destroy())
    })
    test("between two points it is a line", () => {
        const calibration = new Calibration()
        const table = Region.immutable(hex`0000 6400 f401`) // 0, 100, 500
        calibration.send(table)
        calibration.update()
        const readings = [0, 1, 25, 50, 51, 100, 110]
        const expected = [0, 2, 50, 100, 108, 500, 580]
        for (let i = 0; i < readings.length; ++i)
            equal(calibration.correct(readings[i]), expected[i], "a line")
        check(table.destroy())
    })
    test("the newest table is used", () => {
        const calibration = new Calibration()
        const first = Region.immutable(straight)
        const second = Region.immutable(simulatedTable)
        calibration.send(first)
        calibration.update()
        equal(calibration.correct(200), 200, "the first")
        calibration.send(first)
        calibration.send(second)
        equal(calibration.correct(200), 200, "until it is looked for")
        calibration.update()
        equal(calibration.correct(200), 212, "the second")
        calibration.update()
        equal(calibration.correct(200), 212, "and it stays")
        check(first.destroy())
        equal(calibration.correct(200), 212, "the first is not needed")
        check(second.destroy())
        equal(calibration.correct(200), 200, "without it: uncorrected")
    })
})
