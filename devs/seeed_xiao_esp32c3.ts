// Seeed Studio XIAO ESP32C3
// sensor: D1 (GPIO3)
// actor: an LED on D10 (GPIO10)
// log: USB

import { pins } from "@dsboard/seeed_xiao_esp32c3"
import { startFirmware } from "./firmware"
import { AdcSensor } from "./firmware/adc"
import { PinActor } from "./firmware/pin"

await startFirmware(new AdcSensor(pins.A1_D1), new PinActor(pins.MOSI_D10))
