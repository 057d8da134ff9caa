/// The Prometheus text format 0.0.4, built family by family.
struct PrometheusText {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ family: MetricFamily) {
        let all = family.sorted
        guard !all.isEmpty else { return }
        let name = family.declaration.name
        add("# HELP \(name) \(PrometheusText.escapedHelp(family.declaration.help))")
        add("# TYPE \(name) \(family.declaration.kind.rawValue)")
        for (labels, series) in all {
            switch series {
            case .counter(let counter): add("\(name)\(labels) \(counter.value)")
            case .gauge(let gauge): add("\(name)\(labels) \(PrometheusText.number(gauge.value))")
            case .reading(let read): add("\(name)\(labels) \(PrometheusText.number(read()))")
            case .histogram(let histogram): add(histogram.snapshot, name: name, labels: labels)
            }
        }
    }

    /// A number as the format writes it: whole numbers without a fraction, infinities with their sign.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        if value == value.rounded(), abs(value) < 9_007_199_254_740_992 { return String(Int64(value)) }
        return value.description
    }

    private mutating func add(_ snapshot: HistogramSnapshot, name: String, labels: String) {
        var cumulative: UInt64 = 0
        for (index, count) in snapshot.counts.enumerated() {
            cumulative += count
            let bound = index < snapshot.bounds.count ? PrometheusText.number(snapshot.bounds[index]) : "+Inf"
            let open = labels.isEmpty ? "{" : labels.dropLast() + ","
            add("\(name)_bucket\(open)le=\"\(bound)\"} \(cumulative)")
        }
        add("\(name)_sum\(labels) \(PrometheusText.number(snapshot.sum))")
        add("\(name)_count\(labels) \(cumulative)")
    }

    private mutating func add(_ line: String) {
        bytes += line.utf8
        bytes.append(UInt8(ascii: "\n"))
    }

    private static func escapedHelp(_ help: String) -> String {
        guard help.utf8.contains(where: { $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: "\n") }) else { return help }
        return help.unicodeScalars.reduce(into: "") { text, scalar in
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
    }
}
