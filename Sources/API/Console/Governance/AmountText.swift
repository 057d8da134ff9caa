/// How weights and amounts are written, exactly: they are whole numbers of base units as decimal text.
enum AmountText {
    /// Sets the decimal point, and leaves out the zeros behind the last digit that says something.
    ///
    /// - Parameters:
    ///   - units: digits, with a sign in front where it is less than nothing.
    ///   - places: how many of them stand behind the point.
    /// - Returns: such as `1,250.5`; the text itself where it is no number.
    static func decimal(_ units: String, places: Int) -> String {
        let sign = units.hasPrefix("-") ? "-" : ""
        var digits = String(units.dropFirst(sign.count))
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else {
            return units
        }
        let places = max(0, places)
        if digits.utf8.count <= places {
            digits = String(repeating: "0", count: places + 1 - digits.utf8.count) + digits
        }
        let whole = digits.prefix(digits.utf8.count - places)
        var rest = digits.suffix(places)
        while rest.last == "0" { rest = rest.dropLast() }
        return Figures.grouped(sign + whole + (rest.isEmpty ? "" : ".\(rest)"))
    }

    /// `62.5 %` of 6250 ten-thousandths.
    static func percent(basisPoints: Int) -> String { decimal("\(basisPoints)", places: 2) + " %" }
}
