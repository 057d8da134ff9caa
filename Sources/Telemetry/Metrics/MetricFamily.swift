import Threading

/// One metric with all its label sets.
final class MetricFamily: Sendable {
    /// One label set and where its value comes from.
    enum Series: Sendable {
        case counter(MetricCounter)
        case gauge(MetricGauge)
        case histogram(MetricHistogram)
        /// Asked at each scrape.
        case reading(@Sendable () -> Double)
    }

    let declaration: MetricDeclaration
    private let series = Mutex<[String: Series]>([:])

    init(_ declaration: MetricDeclaration) { self.declaration = declaration }

    /// The label sets in a stable order.
    var sorted: [(labels: String, series: Series)] {
        series.withLock { $0 }.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// The series of a label set, made when it is new.
    ///
    /// - Returns: the series, and whether it is the one that sums up what exceeds the limit.
    func find(_ labels: MetricLabels, orMake make: () -> Series) -> (series: Series, overflowed: Bool) {
        series.withLock { all in
            if let known = all[labels.text] { return (known, false) }
            // The overflow series comes on top of the limit.
            let overflows = all.count >= declaration.seriesMax && !labels.pairs.isEmpty
            let key = overflows ? labels.other.text : labels.text
            if let known = all[key] { return (known, overflows) }
            let new = make()
            all[key] = new
            return (new, overflows)
        }
    }

    /// Puts a reading in place of what the label set had.
    ///
    /// - Returns: `false` when there are too many label sets; a reading cannot be added up with others.
    func replace(_ labels: MetricLabels, with reading: @escaping @Sendable () -> Double) -> Bool {
        series.withLock { all in
            guard all[labels.text] != nil || all.count < declaration.seriesMax else { return false }
            all[labels.text] = .reading(reading)
            return true
        }
    }

    func remove(_ labels: MetricLabels) {
        _ = series.withLock { $0.removeValue(forKey: labels.text) }
    }
}
