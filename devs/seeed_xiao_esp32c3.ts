// Seeed Studio XIAO ESP32C3: the sensor on D1, an external LED on D10 as the actor. Wiring: boards/README.md

import { pins } from "@dsboard/seeed_xiao_esp32c3"
import { startFirmware } from "./firmware"
import { AdcSensor } from "./firmware/adc"
import { PinActor } from "./firmware/pin"

await startFirmware(new AdcSensor(pins.A1_D1), new PinActor(pins.MOSI_D10))
