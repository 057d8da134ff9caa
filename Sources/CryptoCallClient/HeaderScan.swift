internal import BusZeroMQ
import JSON

/// What keeping the order needs of a header, read without decoding all of it.
///
/// The station writes `delivery`, `epoch`, `seq` and `offset` one after the other; they are found by searching for the
/// first. A quote inside a JSON text is always escaped, so the search cannot end inside a value. A header in another
/// order is decoded whole.
struct HeaderScan {
    let delivery: Event.Delivery
    let epoch: ArraySlice<UInt8>
    let seq: UInt64
    let offset: UInt64?

    /// - Returns: `nil` when the bytes are not a header.
    init?(_ header: ArraySlice<UInt8>) {
        if let quick = HeaderScan(quick: header) {
            self = quick
        } else {
            guard let value = try? JSONValue(parsing: header), let whole = EventHeader(value) else { return nil }
            delivery = whole.delivery
            epoch = Array(whole.epoch.utf8)[...]
            seq = whole.seq
            offset = whole.offset
        }
    }

    private init?(quick header: ArraySlice<UInt8>) {
        let start = header.startIndex
        let found = header.withUnsafeBufferPointer { bytes -> Found? in
            var cursor = Cursor(bytes: bytes)
            guard cursor.skipPast(#""delivery":""#), let delivery = cursor.delivery(), cursor.take(#"","epoch":""#)
            else { return nil }
            let epochStart = cursor.position
            guard cursor.skipToQuote() else { return nil }
            let epochEnd = cursor.position
            guard cursor.take(#"","seq":"#), let seq = cursor.number() else { return nil }
            let offset = cursor.take(#","offset":"#) ? cursor.number() : nil
            guard cursor.isAtEndOfValue else { return nil }
            return Found(delivery: delivery, epoch: epochStart..<epochEnd, seq: seq, offset: offset)
        }
        guard let found else { return nil }
        delivery = found.delivery
        epoch = header[start + found.epoch.lowerBound..<start + found.epoch.upperBound]
        seq = found.seq
        offset = found.offset
    }

    private struct Found {
        let delivery: Event.Delivery
        let epoch: Range<Int>
        let seq: UInt64
        let offset: UInt64?
    }
}

/// Reads on through the bytes of one header.
private struct Cursor {
    let bytes: UnsafeBufferPointer<UInt8>
    var position = 0

    /// Moves behind the first occurrence of `text`.
    mutating func skipPast(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        let last = bytes.count - length
        let first = text.utf8Start
        while position <= last {
            // The second byte is compared first: every attribute starts with a quote.
            if bytes[position + 1] == first[1], matches(text) {
                position += length
                return true
            }
            position += 1
        }
        return false
    }

    mutating func take(_ text: StaticString) -> Bool {
        guard position + text.utf8CodeUnitCount <= bytes.count, matches(text) else { return false }
        position += text.utf8CodeUnitCount
        return true
    }

    private func matches(_ text: StaticString) -> Bool {
        let start = text.utf8Start
        for index in 0..<text.utf8CodeUnitCount where bytes[position + index] != start[index] { return false }
        return true
    }

    mutating func delivery() -> Event.Delivery? {
        if take("state") { return .state }
        if take("data") { return .data }
        return take("durable") ? .durable : nil
    }

    /// Moves to the end of a text that needs no escapes.
    mutating func skipToQuote() -> Bool {
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: "\"") { return true }
            if bytes[position] == UInt8(ascii: "\\") { return false }
            position += 1
        }
        return false
    }

    mutating func number() -> UInt64? {
        var value: UInt64 = 0
        let start = position
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            // As far as a signed number goes, so that nothing later has to fear an overflow by one.
            guard value < UInt64(Int64.max) / 10 else { return nil }
            value = value * 10 + UInt64(digit)
            position += 1
        }
        return position > start ? value : nil
    }

    var isAtEndOfValue: Bool {
        position < bytes.count && (bytes[position] == UInt8(ascii: ",") || bytes[position] == UInt8(ascii: "}"))
    }
}
