/// Makes texts of the numbers in a JSON text that do not fit a whole number, so that none of their digits is lost.
enum FractionText {
    /// - Parameter json: valid JSON.
    /// - Returns: the same with quotes around every number that has a point, an exponent or many digits.
    static func quoted(_ json: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(json.count + json.count / 8)
        var (position, isInText) = (0, false)
        while position < json.count {
            let byte = json[position]
            if !isInText, isDigit(byte) || byte == UInt8(ascii: "-") {
                let end = json[position...].firstIndex { !isOfNumber($0) } ?? json.count
                let number = json[position..<end]
                let isWhole = number.count <= 18 && number.dropFirst().allSatisfy(isDigit)
                if !isWhole { result.append(UInt8(ascii: "\"")) }
                result.append(contentsOf: number)
                if !isWhole { result.append(UInt8(ascii: "\"")) }
                position = end
                continue
            }
            result.append(byte)
            position += 1
            if byte == UInt8(ascii: "\"") { isInText.toggle() }
            // What an escape stands before ends no text.
            if isInText, byte == UInt8(ascii: "\\"), position < json.count {
                result.append(json[position])
                position += 1
            }
        }
        return result
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isOfNumber(_ byte: UInt8) -> Bool {
        isDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
            || byte | 0x20 == UInt8(ascii: "e")
    }
}
