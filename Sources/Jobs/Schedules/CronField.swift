/// One of the five fields of a cron expression: its name, its range and the names of its values.
struct CronField: Sendable {
    let name: String
    let range: ClosedRange<Int>
    /// Names of values, in lower case; the first stands for `range.lowerBound`.
    var names: [String] = []

    static let minute = CronField(name: "minute", range: 0...59)
    static let hour = CronField(name: "hour", range: 0...23)
    static let dayOfMonth = CronField(name: "day of month", range: 1...31)
    static let month = CronField(
        name: "month",
        range: 1...12,
        names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    )
    /// 0 and 7 are both Sunday.
    static let dayOfWeek = CronField(
        name: "day of week",
        range: 0...7,
        names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"]
    )

    static let all = [minute, hour, dayOfMonth, month, dayOfWeek]

    /// The values that a field's text stands for, as bits.
    ///
    /// A list of `*`, `a`, `a-b`, each with an optional `/step`; `a/step` runs from `a` to the end of the range.
    func parse(_ text: Substring) throws(CronError) -> UInt64 {
        var values: UInt64 = 0
        for element in text.split(separator: ",", omittingEmptySubsequences: false) {
            values |= try parse(element: element)
        }
        return values
    }

    private func parse(element: Substring) throws(CronError) -> UInt64 {
        let parts = element.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let base = parts.first, !base.isEmpty else { throw error(element) }
        var (lower, upper) = try bounds(of: base)
        var step = 1
        if parts.count == 2 {
            step = try parse(step: parts[1])
            if !base.contains("-"), base != "*" { upper = range.upperBound }
        }
        guard lower <= upper else { throw error(base, allowed: "a range that runs forwards within \(allowed)") }
        var values: UInt64 = 0
        while lower <= upper {
            values |= 1 << UInt64(lower)
            lower += step
        }
        return values
    }

    private func bounds(of text: Substring) throws(CronError) -> (lower: Int, upper: Int) {
        guard text != "*" else { return (range.lowerBound, range.upperBound) }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let lower = try value(of: ends[0])
        guard ends.count == 2 else { return (lower, lower) }
        let upper = try value(of: ends[1])
        // A week that ends on Sunday: `fri-sun`.
        let isEndOfWeek = range.upperBound == 7 && upper == 0 && lower > 0 && ends[1].lowercased() == "sun"
        return (lower, isEndOfWeek ? 7 : upper)
    }

    private func value(of text: Substring) throws(CronError) -> Int {
        if let position = names.firstIndex(of: text.lowercased()) { return range.lowerBound + position }
        guard let number = Self.number(text), range.contains(number) else { throw error(text) }
        return number
    }

    private func parse(step text: Substring) throws(CronError) -> Int {
        let most = range.upperBound - range.lowerBound
        guard let step = Self.number(text), (1...most).contains(step) else {
            throw error(text, allowed: "a step of 1-\(most)")
        }
        return step
    }

    /// At most three plain digits; Swift's own conversion would also take signs.
    private static func number(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int(text)
    }

    private var allowed: String {
        let numbers = "\(range.lowerBound)-\(range.upperBound)"
        guard let first = names.first, let last = names.last else { return numbers }
        return "\(numbers) or \(first)-\(last)"
    }

    private func error(_ text: some StringProtocol, allowed: String? = nil) -> CronError {
        CronError(field: name, text: text, allowed: allowed ?? self.allowed)
    }
}
