// A bare ESP32-C3: the sensor on P3, an external LED on P10 as the actor. Wiring: boards/README.md

import { pins } from "@dsboard/esp32c3_bare"
import { startFirmware } from "./firmware"
import { AdcSensor } from "./firmware/adc"
import { PinActor } from "./firmware/pin"

await startFirmware(new AdcSensor(pins.P3), new PinActor(pins.P10))
