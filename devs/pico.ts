// Raspberry Pi Pico: the sensor on GP26, the on-board LED as the actor. Wiring: boards/README.md

import { pins } from "@dsboard/pico"
import { startFirmware } from "./firmware"
import { AdcSensor } from "./firmware/adc"
import { StatusLightActor } from "./firmware/statuslight"

await startFirmware(new AdcSensor(pins.GP26), new StatusLightActor())
