import FoundationEssentials
import JSON

/// How the journal is written: one line each, eight hexadecimal digits of a checksum, a blank, and JSON.
enum JournalText {
    /// The first line is the whole state; the others are changes.
    static func line(_ state: StationState) throws -> [UInt8] { try line(encoding: state) }
    static func line(_ change: StateChange) throws -> [UInt8] { try line(encoding: change) }

    private static func line(encoding value: some Encodable) throws -> [UInt8] {
        var json: [UInt8] = []
        try OnePassEncoder().encodeAny(value, to: &json)
        var bytes = hex(checksum(json[...]))
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: json)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }

    /// Reads as far as the lines are whole and their checksums right.
    ///
    /// - Returns: the state, how many bytes of the text were read, and whether more follow that cannot be.
    static func read(_ bytes: [UInt8]) -> (state: StationState, isDamaged: Bool)? {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        // What follows the last newline is a line that was being written.
        let rest = lines.popLast() ?? []
        let decoder = JSONDecoder()
        func decode<Value: Decodable>(_ type: Value.Type, _ line: ArraySlice<UInt8>) -> Value? {
            guard line.count > 9, Array(line.prefix(8)) == hex(checksum(line.dropFirst(9))) else { return nil }
            return try? decoder.decode(type, from: Data(line.dropFirst(9)))
        }
        guard let first = lines.popFirst(), var state = decode(StationState.self, first) else { return nil }
        for line in lines {
            guard let change = decode(StateChange.self, line) else { return (state, true) }
            state.apply(change)
        }
        return (state, !rest.isEmpty)
    }

    private static func hex(_ value: UInt32) -> [UInt8] {
        (0..<8).map { position in
            let digit = UInt8(truncatingIfNeeded: value >> (28 - 4 * position)) & 15
            return digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
        }
    }

    /// CRC-32 as of IEEE 802.3.
    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        for byte in bytes { value = value >> 8 ^ table[Int((value ^ UInt32(byte)) & 0xFF)] }
        return ~value
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }
}
