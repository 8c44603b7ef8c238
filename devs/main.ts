// The simulator's entry: a simulated temperature that its table corrects, an actor that is only recorded.

import { startFirmware } from "./firmware"
import { RecordedActor, simulatedTable } from "./firmware/simulated"
import { TemperatureCurve } from "./firmware/simulated"

await startFirmware(new TemperatureCurve(), new RecordedActor(), simulatedTable)
