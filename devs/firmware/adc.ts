import "@devicescript/gpio"
import { AnalogInPin, GPIOMode, InputPin } from "@devicescript/core"
import { Sensor } from "./devices"

const fullScale = 500

/** An analog input: 0 V is 0 degrees, the reference voltage is 50. A potentiometer does for a sensor. */
export class AdcSensor implements Sensor {
    private pin: AnalogInPin & InputPin

    /** @throws RangeError if the pin has no analog input */
    constructor(pin: AnalogInPin & InputPin) {
        this.pin = pin
        pin.setMode(GPIOMode.AnalogIn)
    }

    read(): number {
        return Math.round(this.pin.value * fullScale) // the pin's value is 0 to 1
    }
}
