// What the tasks know of the hardware: a value to read, an output to drive. A board entry brings one of
// each; the tasks are the same on every board and in the simulator.

/** Something that can be measured. */
export interface Sensor {
    /** The value now, in tenths of a degree: integers, so that a message holds them exactly. */
    read(): number
}

/** Something that can be switched: a fan, or the LED that stands for it. */
export interface Actor {
    /** Switches the output. Asynchronous, because some outputs are reached by a packet. */
    drive(on: boolean): Promise<void>
}
