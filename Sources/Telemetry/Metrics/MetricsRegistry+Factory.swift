package import CoreMetrics
import Threading

/// The way in for libraries that measure through the metrics library.
///
/// Their names are made legal, and bounded in number. A name that the catalogue owns, or that another library uses for
/// another kind, gets a handler that measures nothing, and is counted as refused.
extension MetricsRegistry: MetricsFactory {
    /// The most metrics that libraries may add.
    package static let foreignMax = 256
    /// Label sets kept apart for each of them.
    static let foreignSeriesMax = 256

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let made = foreignSeries(label, .counter, dimensions) { .counter(MetricCounter()) }
        guard case .counter(let counter) = made else { return NOOPMetricsHandler.instance }
        return counter
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        let made = foreignSeries(label, .gauge, dimensions) { .gauge(MetricGauge()) }
        guard case .gauge(let gauge) = made else { return NOOPMetricsHandler.instance }
        return gauge
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate {
            let made = foreignSeries(label, .histogram, dimensions, buckets: .sizes) {
                .histogram(MetricHistogram(bounds: MetricBuckets.sizes.bounds))
            }
            guard case .histogram(let histogram) = made else { return NOOPMetricsHandler.instance }
            return histogram
        }
        let made = foreignSeries(label, .gauge, dimensions) { .gauge(MetricGauge()) }
        guard case .gauge(let gauge) = made else { return NOOPMetricsHandler.instance }
        return gauge
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        // Timers are kept in seconds, and the name has to say so.
        let name = label.hasSuffix("seconds") ? label : label + "_seconds"
        let made = foreignSeries(name, .histogram, dimensions, buckets: .requests) {
            .histogram(MetricHistogram(bounds: MetricBuckets.requests.bounds))
        }
        guard case .histogram(let histogram) = made else { return NOOPMetricsHandler.instance }
        return histogram
    }

    // Totals outlive the objects that counted them: a library that makes a counter per request and lets it go must not
    // take the figures along.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}

    private func foreignSeries(
        _ label: String,
        _ kind: MetricKind,
        _ dimensions: [(String, String)],
        buckets: MetricBuckets? = nil,
        orMake make: () -> MetricFamily.Series
    ) -> MetricFamily.Series? {
        let name = MetricName.legal(label)
        let family = foreign.withLock { all -> MetricFamily? in
            if let known = all[name] { return known.declaration.kind == kind ? known : nil }
            guard all.count < MetricsRegistry.foreignMax, !declares(name) else { return nil }
            let declaration = MetricDeclaration(
                name: name,
                kind: kind,
                help: "Measured by a library as \(label).",
                labels: [],
                seriesMax: MetricsRegistry.foreignSeriesMax,
                buckets: buckets?.bounds ?? []
            )
            let new = MetricFamily(declaration)
            all[name] = new
            return new
        }
        guard let family else {
            refused.increment()
            return nil
        }
        var seen: Set<String> = []
        let pairs = dimensions.compactMap { name, value -> MetricLabels.Pair? in
            let name = MetricName.legalLabel(name)
            return seen.insert(name).inserted ? MetricLabels.Pair(name: name, value: value) : nil
        }
        return find(family, MetricLabels(pairs.sorted { $0.name < $1.name }), orMake: make)
    }
}

/// Names as the exposition format allows them.
enum MetricName {
    /// Letters, digits and underscores, not starting with a digit, at most 128 bytes.
    static func legal(_ text: String) -> String {
        let bytes = text.utf8.prefix(128).map { byte -> UInt8 in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                byte
            default: UInt8(ascii: "_")
            }
        }
        let startsWithDigit = bytes.first.map { $0 <= UInt8(ascii: "9") } ?? true
        return (startsWithDigit ? "_" : "") + String(decoding: bytes, as: UTF8.self)
    }

    /// As above; `le` is the bucket bound's own label and gets another name.
    static func legalLabel(_ text: String) -> String {
        let name = legal(text)
        return name == "le" ? "exported_le" : name
    }
}
