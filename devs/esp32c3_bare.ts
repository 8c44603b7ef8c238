// ESP32-C3, bare
// sensor: P3 (GPIO3)
// actor: an LED on P10 (GPIO10)
// log: USB

import { pins } from "@dsboard/esp32c3_bare"
import { startFirmware } from "./firmware"
import { AdcSensor } from "./firmware/adc"
import { PinActor } from "./firmware/pin"

await startFirmware(new AdcSensor(pins.P3), new PinActor(pins.P10))
