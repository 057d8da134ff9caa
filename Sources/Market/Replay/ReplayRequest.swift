/// What `--replay FILE[@speed]` asks for.
package struct ReplayRequest: Hashable, Sendable {
    package let path: String
    package let speed: ReplaySpeed

    package init(path: String, speed: ReplaySpeed) {
        self.path = path
        self.speed = speed
    }

    /// Reads a file name and, behind the last `@`, a number such as `60` or the word `max`.
    ///
    /// - Throws: `ReplayError` when there is no file name, or the speed is not above zero.
    package init(argument: String) throws(ReplayError) {
        var path = argument
        var speed = ReplaySpeed.times(1)
        if let at = argument.lastIndex(of: "@") {
            let text = argument[argument.index(after: at)...]
            if let given = ReplaySpeed(text) {
                path = String(argument[..<at])
                speed = given
            } else if !text.contains("/"), !text.contains(".csv") {
                throw ReplayError("\"\(text)\" is no speed: use a number above 0, or max")
            }
        }
        guard !path.isEmpty else { throw ReplayError("no file is named") }
        self.init(path: path, speed: speed)
    }
}

/// How fast a candle file is played.
package enum ReplaySpeed: Hashable, Sendable {
    /// So many times faster than life: at 60 an hour passes in a minute.
    case times(Double)
    /// As fast as the machine can.
    case max

    /// Reads a number above zero, or `max`.
    package init?(_ text: some StringProtocol) {
        if text == "max" {
            self = .max
        } else if let factor = Double(text), factor > 0, factor.isFinite {
            self = .times(factor)
        } else {
            return nil
        }
    }
}

/// A candle file that cannot be played.
package struct ReplayError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
