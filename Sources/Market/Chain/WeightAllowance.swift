import Bus

/// How much a provider may be asked: a limit for each of the windows in which it counts.
package struct WeightAllowance: Hashable, Sendable {
    /// Shortest first, one of each length.
    package let windows: [RateWindow]

    /// One window of so many seconds.
    package init(limit: Int, windowSeconds: Int64) {
        windows = [RateWindow(limit: limit, length: .seconds(windowSeconds))]
    }

    /// Several windows that all hold; of two of one length, the lower limit holds.
    package init(_ windows: [RateWindow]) {
        var kept: [RateWindow] = []
        for window in windows.sorted(by: { ($0.length.typical, $0.limit) < ($1.length.typical, $1.limit) })
        where kept.last?.length != window.length {
            kept.append(window)
        }
        self.windows = kept
    }
}

/// One limit of a provider: so much within so much time.
package struct RateWindow: Hashable, Sendable {
    package let limit: Int
    package let length: Length

    package init(limit: Int, length: Length) {
        self.limit = limit
        self.length = length
    }

    package static func perSecond(_ limit: Int) -> RateWindow { RateWindow(limit: limit, length: .seconds(1)) }
    package static func perMinute(_ limit: Int) -> RateWindow { RateWindow(limit: limit, length: .seconds(60)) }
    package static func perHour(_ limit: Int) -> RateWindow { RateWindow(limit: limit, length: .seconds(3600)) }
    package static func perDay(_ limit: Int) -> RateWindow { RateWindow(limit: limit, length: .seconds(86_400)) }
    package static func perMonth(_ limit: Int) -> RateWindow { RateWindow(limit: limit, length: .month) }

    /// How long a window is, and with that where one ends and the next begins.
    package enum Length: Hashable, Sendable {
        /// Windows begin at whole multiples of this since 1970; 1 second to 366 days.
        case seconds(Int64)
        /// From the first of a month to the first of the next, in UTC.
        case month

        /// For sorting.
        fileprivate var typical: Int64 {
            switch self {
            case .seconds(let seconds): seconds
            case .month: 30 * 86_400
            }
        }

        /// In words, such as `60 s` or `month`.
        package var text: String {
            switch self {
            case .seconds(let seconds): "\(seconds) s"
            case .month: "month"
            }
        }

        /// Whether it lasts a minute or more.
        package var isLong: Bool { typical >= 60 }

        /// The window that contains a moment.
        func span(at now: Timestamp) -> Range<Timestamp> {
            switch self {
            case .seconds(let seconds):
                let length = min(max(1, seconds), 366 * 86_400) * 1_000_000_000
                let rest = now.nanoseconds % length
                let start = now.nanoseconds - (rest < 0 ? rest + length : rest)
                return Timestamp(nanoseconds: start)..<Timestamp(nanoseconds: start + length)
            case .month:
                let start = Length.monthStart(of: now)
                // Whatever the month, 32 days after its first lies in the next.
                return start..<Length.monthStart(of: start.advanced(by: .seconds(32 * 86_400)))
            }
        }

        private static func monthStart(of time: Timestamp) -> Timestamp {
            // Year and month of the time's own text; every text made so is a time.
            Timestamp("\(time.description.prefix(7))-01T00:00:00Z") ?? time
        }
    }
}

/// What a provider says that it has counted against us.
package struct WeightUse: Hashable, Sendable {
    /// The window that it speaks of; `nil` is the shortest that it has.
    package let length: RateWindow.Length?
    package let used: Int

    package init(length: RateWindow.Length? = nil, used: Int) {
        self.length = length
        self.used = used
    }
}
