import Glibc

/// A moment in UTC, to the nanosecond: what an envelope's `time` and an event's own times are.
public struct Timestamp: Hashable, Sendable {
    /// Nanoseconds since 1970-01-01T00:00:00Z; reaches from 1677 to 2262.
    public let nanoseconds: Int64

    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public init(milliseconds: Int64) { nanoseconds = milliseconds * 1_000_000 }

    public init(seconds: Int64) { nanoseconds = seconds * 1_000_000_000 }

    /// The system's wall clock.
    ///
    /// Only the composition root passes this on; everything else is handed its time.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    public var milliseconds: Int64 { nanoseconds / 1_000_000 }

    /// What lies beyond the years that there are is the first or the last moment of them.
    public func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let whole = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (step, isFar) = whole.partialValue.addingReportingOverflow(attoseconds / 1_000_000_000)
        let (moment, isBeyond) = nanoseconds.addingReportingOverflow(step)
        guard whole.overflow || isFar || isBeyond else { return Timestamp(nanoseconds: moment) }
        return Timestamp(nanoseconds: duration < .zero ? .min : .max)
    }

    public func duration(to other: Timestamp) -> Duration {
        let (step, isFar) = other.nanoseconds.subtractingReportingOverflow(nanoseconds)
        return isFar ? .nanoseconds(other.nanoseconds) - .nanoseconds(nanoseconds) : .nanoseconds(step)
    }

    /// Appends the RFC 3339 form in UTC with microseconds, such as `2026-01-02T03:04:05.678901Z`.
    public func write(to bytes: inout [UInt8]) {
        let (days, second) = nanoseconds.floorDivided(by: 86_400_000_000_000)
        let date = CivilDate(daysSinceEpoch: days)
        bytes.appendDecimal(UInt64(date.year), width: 4)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDecimal(UInt64(date.month), width: 2)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendDecimal(UInt64(date.day), width: 2)
        bytes.append(UInt8(ascii: "T"))
        let micros = UInt64(second / 1000)
        bytes.appendDecimal(micros / 3_600_000_000, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDecimal(micros / 60_000_000 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        bytes.appendDecimal(micros / 1_000_000 % 60, width: 2)
        bytes.append(UInt8(ascii: "."))
        bytes.appendDecimal(micros % 1_000_000, width: 6)
        bytes.append(UInt8(ascii: "Z"))
    }
}

extension Timestamp: Comparable, CustomStringConvertible {
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    public var description: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(27)
        write(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Parses RFC 3339: `T` or a space between date and time, up to nine decimals, `Z` or an offset.
    public init?(_ text: some StringProtocol) {
        // Nearly all texts lie in one piece, which is read several times as fast.
        if let read = text.utf8.withContiguousStorageIfAvailable({ Timestamp(utf8: $0) }) {
            guard let value = read else { return nil }
            self = value
            return
        }
        var reader = TimestampReader(text.utf8)
        guard let value = reader.read() else { return nil }
        self = value
    }

    /// As above, from the bytes of a text.
    public init?(utf8 text: UnsafeBufferPointer<UInt8>) {
        var reader = TimestampReader(text)
        guard let value = reader.read() else { return nil }
        self = value
    }
}

extension Timestamp: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let time = Timestamp(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time: \(text)")
        }
        self = time
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
