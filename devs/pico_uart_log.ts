// Raspberry Pi Pico that logs on a UART, too
// sensor: SENSOR = GP26 (physical pin 31)
// actor: the LED on the board (status light)
// log: USB, and GP0 (physical pin 1) at 115200 baud

import { pins } from "@dsboard/pico_uart_log"
import { startFirmware } from "./firmware"
import { AdcSensor } from "./firmware/adc"
import { StatusLightActor } from "./firmware/statuslight"

await startFirmware(new AdcSensor(pins.SENSOR), new StatusLightActor())
