// Every figure of the firmware: times in ticks (milliseconds), temperatures in tenths of a degree.
// The times are chosen such that queues do fill up and an alarm does find messages to overtake.

/** The sensor looks this often whether the limit is passed. */
export const watchEveryMs = 50
/** One look in so many is followed by a report, a burst: an ADC is noisy, the controller wants several readings. */
export const looksPerReport = 5
export const readingsPerReport = 8

/** The controller's work on one reading. A `sleep` stands for it: filtering, or a slow bus. */
export const controllerWorkMs = 10
/** What a relay needs after it was switched in the normal course. An alarm does not wait for it. */
export const actorSettleMs = 15

/** A full queue holds its producer up for so long, then the message is given up, and counts as lost. */
export const sendTimeoutMs = 200
/** Without a command for so long the actor goes to its safe state; without a reading the controller says so. */
export const silenceTimeoutMs = 1000

export const reportEveryMs = 1000
/** One report in so many is followed by the records of all queues. */
export const reportsPerRecord = 10

export const ringSize = 16

export const fanOffBelow = 280
export const fanOnAbove = 300
export const alarmLimit = 350
