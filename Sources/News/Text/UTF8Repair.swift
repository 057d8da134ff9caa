/// Keeps what is UTF-8, and puts something readable in the place of what is not.
///
/// A wrong byte is most often one of windows-1252 in a feed that says nothing of its charset, or something wrong. Where
/// characters of several bytes were right before, it is rather the rest of one that was cut.
struct UTF8Repair {
    private var partial: [UInt8] = []
    /// Bytes of the whole character.
    private var length = 0
    /// What the next byte may be (Unicode standard, table 3-7).
    private var next: ClosedRange<UInt8> = 0x80...0xBF
    private var hasSeenLong = false

    mutating func take(_ byte: UInt8, into output: inout TextOutput) {
        if !partial.isEmpty {
            if next.contains(byte) { return goOn(byte, into: &output) }
            giveUp(into: &output)
        }
        begin(byte, into: &output)
    }

    mutating func finish(into output: inout TextOutput) {
        if !partial.isEmpty { giveUp(into: &output) }
    }

    private mutating func begin(_ byte: UInt8, into output: inout TextOutput) {
        next = 0x80...0xBF
        switch byte {
        case 0..<0x80: return output.appendASCII(byte)
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, next) = (3, 0xA0...0xBF)
        case 0xED: (length, next) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, next) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, next) = (4, 0x80...0x8F)
        default: return replace(byte, into: &output)
        }
        partial.append(byte)
    }

    private mutating func goOn(_ byte: UInt8, into output: inout TextOutput) {
        partial.append(byte)
        next = 0x80...0xBF
        guard partial.count == length else { return }
        // U+FFFE and U+FFFF are no characters.
        if partial.starts(with: [0xEF, 0xBF]), byte >= 0xBE {
            output.replace(partial.count)
        } else {
            output.append(valid: partial)
        }
        hasSeenLong = true
        partial.removeAll(keepingCapacity: true)
    }

    private mutating func giveUp(into output: inout TextOutput) {
        if hasSeenLong {
            output.replace(partial.count)
        } else {
            for byte in partial { output.repair(byte) }
        }
        partial.removeAll(keepingCapacity: true)
    }

    private func replace(_ byte: UInt8, into output: inout TextOutput) {
        if hasSeenLong { output.replace(1) } else { output.repair(byte) }
    }
}

/// Reads UTF-16; half characters are replaced.
struct UTF16Repair {
    let isLittleEndian: Bool
    private var firstByte: UInt8?
    private var lead: UInt16?

    init(isLittleEndian: Bool) { self.isLittleEndian = isLittleEndian }

    mutating func take(_ byte: UInt8, into output: inout TextOutput) {
        guard let first = firstByte else {
            firstByte = byte
            return
        }
        firstByte = nil
        let (high, low) = isLittleEndian ? (byte, first) : (first, byte)
        take(unit: UInt16(high) << 8 | UInt16(low), into: &output)
    }

    mutating func finish(into output: inout TextOutput) {
        let left = (lead == nil ? 0 : 2) + (firstByte == nil ? 0 : 1)
        if left > 0 { output.replace(left) }
        (lead, firstByte) = (nil, nil)
    }

    private mutating func take(unit: UInt16, into output: inout TextOutput) {
        if let lead {
            self.lead = nil
            if UTF16.isTrailSurrogate(unit) {
                let value = 0x1_0000 + (UInt32(lead) - 0xD800) << 10 + (UInt32(unit) - 0xDC00)
                return output.append(Unicode.Scalar(value), of: 4)
            }
            output.replace(2)
        }
        if UTF16.isLeadSurrogate(unit) {
            lead = unit
        } else {
            output.append(Unicode.Scalar(unit), of: 2)  // `nil` for the second half of a pair
        }
    }
}
