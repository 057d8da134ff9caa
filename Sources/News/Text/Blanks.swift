extension [UInt8] {
    /// Takes away blanks and marks of byte order of UTF-8 at the beginning.
    ///
    /// - Returns: whether there was a mark.
    mutating func dropLeadingBlanks() -> Bool {
        var (start, hadMark) = (0, false)
        while start < count {
            if self[start].isXMLBlank {
                start += 1
            } else if self[start...].starts(with: [0xEF, 0xBB, 0xBF]) {
                hadMark = true
                start += 3
            } else {
                break
            }
        }
        removeFirst(start)
        return hadMark
    }
}

extension UInt8 {
    /// Whether XML and HTML take it for a blank.
    var isXMLBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0A || self == 0x0D }

    var isASCIILetter: Bool { (0x61...0x7A).contains(self | 0x20) }

    var isASCIIDigit: Bool { (0x30...0x39).contains(self) }
}
