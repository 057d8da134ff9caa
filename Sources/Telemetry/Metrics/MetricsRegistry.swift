import Threading

/// All the process's metrics.
///
/// Own code asks for a declared metric once, keeps the handle, and pays one atomic operation per use:
/// `let published = registry.counter(.busPublishedEvents, "durable")`. Libraries come in through the metrics library's
/// factory protocol. Each metric keeps a bounded number of label sets; the rest is added up under `other` and counted.
package final class MetricsRegistry: Sendable {
    private let families: [String: MetricFamily]
    /// Metrics of libraries, by name.
    let foreign = Mutex<[String: MetricFamily]>([:])
    private let hooks = Mutex<[@Sendable () -> Void]>([])
    private let overflows: MetricFamily
    let refused: MetricCounter

    package init() {
        var families: [String: MetricFamily] = [:]
        for declaration in MetricCatalogue.all { families[declaration.name] = MetricFamily(declaration) }
        refused = MetricCounter()
        overflows =
            families[CounterMetric.telemetryLabelOverflows.rawValue]
            ?? MetricFamily(CounterMetric.telemetryLabelOverflows.declaration)
        self.families = families
        let refused = refused
        read(.telemetryRefusedMetrics) { refused.value }
    }

    /// The counter of a label set; the same one for the same values.
    ///
    /// - Parameters:
    ///   - metric: which one.
    ///   - values: the label values, in the order in which the catalogue lists the labels.
    /// - Returns: the handle, to be kept and used.
    package func counter(_ metric: CounterMetric, _ values: String...) -> MetricCounter {
        let made = series(metric.rawValue, values) { .counter(MetricCounter()) }
        guard case .counter(let counter) = made else { return unheard(MetricCounter()) }
        return counter
    }

    /// The gauge of a label set; the same one for the same values.
    package func gauge(_ metric: GaugeMetric, _ values: String...) -> MetricGauge {
        let made = series(metric.rawValue, values) { .gauge(MetricGauge()) }
        guard case .gauge(let gauge) = made else { return unheard(MetricGauge()) }
        return gauge
    }

    /// The histogram of a label set; the same one for the same values.
    package func histogram(_ metric: HistogramMetric, _ values: String...) -> MetricHistogram {
        let bounds = metric.declaration.buckets
        let made = series(metric.rawValue, values) { .histogram(MetricHistogram(bounds: bounds)) }
        guard case .histogram(let histogram) = made else { return unheard(MetricHistogram(bounds: bounds)) }
        return histogram
    }

    /// Reads a counter that is kept elsewhere, at each scrape.
    ///
    /// A later call for the same label set takes its place.
    ///
    /// - Parameters:
    ///   - metric: which one.
    ///   - values: the label values.
    ///   - value: called on the scraping task, so it must not block.
    package func read(_ metric: CounterMetric, _ values: String..., value: @escaping @Sendable () -> UInt64) {
        replace(metric.rawValue, values) { Double(value()) }
    }

    /// Reads a counter that is not a whole number, at each scrape.
    func readFraction(_ metric: CounterMetric, _ values: String..., value: @escaping @Sendable () -> Double) {
        replace(metric.rawValue, values, with: value)
    }

    /// Reads a gauge that is kept elsewhere, at each scrape.
    ///
    /// A later call for the same label set takes its place.
    package func read(_ metric: GaugeMetric, _ values: String..., value: @escaping @Sendable () -> Double) {
        replace(metric.rawValue, values, with: value)
    }

    /// Forgets a gauge's label set, such as that of a subscriber that has gone.
    package func remove(_ metric: GaugeMetric, _ values: String...) {
        guard let family = families[metric.rawValue] else { return }
        family.remove(MetricLabels(names: family.declaration.labels, values: values))
    }

    /// Runs `body` before each scrape, for gauges that are set together.
    ///
    /// It must not block.
    package func beforeScrape(_ body: @escaping @Sendable () -> Void) {
        hooks.withLock { $0.append(body) }
    }

    /// All metrics in the Prometheus text format 0.0.4, sorted by name and labels.
    ///
    /// A metric that nobody has asked for yet is left out.
    package func renderPrometheus() -> [UInt8] {
        for hook in hooks.withLock({ $0 }) { hook() }
        var text = PrometheusText()
        let all = families.values + foreign.withLock { Array($0.values) }
        for family in all.sorted(by: { $0.declaration.name < $1.declaration.name }) { text.add(family) }
        return text.bytes
    }

    /// The media type of `renderPrometheus()`.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Whether a name belongs to the catalogue.
    func declares(_ name: String) -> Bool { families[name] != nil }

    func find(
        _ family: MetricFamily,
        _ labels: MetricLabels,
        orMake make: () -> MetricFamily.Series
    ) -> MetricFamily.Series {
        let (series, overflowed) = family.find(labels, orMake: make)
        if overflowed { countOverflow(family.declaration.name) }
        return series
    }

    private func series(
        _ name: String,
        _ values: [String],
        orMake make: () -> MetricFamily.Series
    ) -> MetricFamily.Series {
        guard let family = families[name] else { return make() }
        return find(family, MetricLabels(names: family.declaration.labels, values: values), orMake: make)
    }

    private func replace(_ name: String, _ values: [String], with reading: @escaping @Sendable () -> Double) {
        guard let family = families[name] else { return }
        let labels = MetricLabels(names: family.declaration.labels, values: values)
        if !family.replace(labels, with: reading) { countOverflow(name) }
    }

    /// A handle for a label set that is read from elsewhere: it measures for nobody, and is counted as refused.
    private func unheard<Handle>(_ handle: Handle) -> Handle {
        refused.increment()
        return handle
    }

    private func countOverflow(_ name: String) {
        let labels = MetricLabels(names: overflows.declaration.labels, values: [name])
        let (series, _) = overflows.find(labels) { .counter(MetricCounter()) }
        if case .counter(let counter) = series { counter.increment() }
    }
}
