// The simulator's entry: a simulated temperature, an actor that is only recorded.

import { startFirmware } from "./firmware"
import { RecordedActor, TemperatureCurve } from "./firmware/simulated"

await startFirmware(new TemperatureCurve(), new RecordedActor())
