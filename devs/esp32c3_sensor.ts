// ESP32-C3 with named pins
// sensor: SENSOR = GPIO3
// actor: an LED on ACTUATOR = GPIO10
// log: USB, and GPIO21 at 115200 baud

import { pins } from "@dsboard/esp32c3_sensor"
import { startFirmware } from "./firmware"
import { AdcSensor } from "./firmware/adc"
import { PinActor } from "./firmware/pin"

await startFirmware(new AdcSensor(pins.SENSOR), new PinActor(pins.ACTUATOR))
