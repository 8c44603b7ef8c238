// The smallest talk with a VM on its packet bus: somebody asks for how long it has been up, and it answers.
// The format: https://microsoft.github.io/jacdac-docs/reference/protocol/

/** Bytes of a frame of one packet: checksum, size, flags, device; then the packet. */
enum Offset {
    Crc = 0,
    Size = 2,
    Flags = 3,
    Device = 4,
    PacketSize = 12,
    Service = 13,
    Command = 14,
    Data = 16,
}

enum Flag {
    /** Sent to the device, not by it. */
    Command = 1,
}

/** Of the service that every device has: number 0. */
enum Control {
    GetUptime = 0x1186,
}

export const deviceOf = (frame: Uint8Array) =>
    frame.slice(Offset.Device, Offset.PacketSize)

/** A frame that asks a device for its uptime. */
export function uptimeQuestion(device: Uint8Array) {
    const frame = Buffer.alloc(Offset.Data)
    frame[Offset.Size] = Offset.Data - Offset.PacketSize
    frame[Offset.Flags] = Flag.Command
    frame.set(device, Offset.Device)
    frame.writeUInt16LE(Control.GetUptime, Offset.Command)
    frame.writeUInt16LE(crcOf(frame), Offset.Crc)
    return frame
}

/** Whether a frame brings a device's answer, among others perhaps. */
export function isUptimeAnswer(frame: Uint8Array) {
    if (frame[Offset.Flags] & Flag.Command) return false
    return packetsOf(frame).some(
        packet =>
            packet[Offset.Service - Offset.PacketSize] === 0 &&
            packet.readUInt16LE(Offset.Command - Offset.PacketSize) ===
                Control.GetUptime
    )
}

/** Each from its size on. */
function packetsOf(frame: Uint8Array) {
    const packets: Buffer[] = []
    const end = Offset.PacketSize + frame[Offset.Size]
    let at: number = Offset.PacketSize
    while (at < end) {
        const size = Offset.Data - Offset.PacketSize + frame[at]
        packets.push(Buffer.from(frame.slice(at, at + size)))
        at += Math.ceil(size / 4) * 4
    }
    return packets
}

/** CRC-16-CCITT of all behind the checksum. */
function crcOf(frame: Uint8Array) {
    let crc = 0xffff
    for (const byte of frame.slice(Offset.Size)) {
        let x = (crc >> 8) ^ byte
        x ^= x >> 4
        crc = ((crc << 8) ^ (x << 12) ^ (x << 5) ^ x) & 0xffff
    }
    return crc
}
