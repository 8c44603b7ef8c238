// Raspberry Pi Pico W
// sensor: GP26 (physical pin 31)
// actor: the LED on the board (status light)
// log: USB

import { pins } from "@dsboard/pico_w"
import { startFirmware } from "./firmware"
import { AdcSensor } from "./firmware/adc"
import { StatusLightActor } from "./firmware/statuslight"

await startFirmware(new AdcSensor(pins.GP26), new StatusLightActor())
