// Espressif ESP32-DevKitC
// sensor: P34 (GPIO34)
// actor: an LED on P23 (GPIO23)
// log: USB (its serial chip)
//
// Not the LED on GPIO2: some of these boards have none, and where there is one the board's definition takes it
// for active low, so the status light shines while it should be off.

import { pins } from "@dsboard/esp32_devkit_c"
import { startFirmware } from "./firmware"
import { AdcSensor } from "./firmware/adc"
import { PinActor } from "./firmware/pin"

await startFirmware(new AdcSensor(pins.P34), new PinActor(pins.P23))
