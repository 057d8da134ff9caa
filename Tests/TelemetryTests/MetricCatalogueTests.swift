import Glibc
import Telemetry
import Testing

struct MetricCatalogueTests {
    @Test func `every metric is named after module, thing and unit`() {
        for metric in MetricCatalogue.all {
            let parts = metric.name.split(separator: "_", omittingEmptySubsequences: false)
            #expect(parts.count >= 3 && parts[0] == "cryptocall", "\(metric.name)")
            #expect(metric.name.utf8.allSatisfy { ($0 >= 0x61 && $0 <= 0x7A) || $0 == 0x5F }, "\(metric.name)")
            switch metric.kind {
            case .counter: #expect(parts.last == "total", "\(metric.name)")
            case .histogram: #expect(["seconds", "bytes"].contains(parts.last), "\(metric.name)")
            case .gauge: #expect(parts.last != "total", "\(metric.name)")
            }
            #expect(metric.help.hasSuffix("."), "\(metric.name)")
            #expect(!metric.help.contains("|"), "\(metric.name)")
            #expect(metric.buckets == metric.buckets.sorted(), "\(metric.name)")
            #expect(metric.buckets.count <= MetricHistogram.boundsMax, "\(metric.name)")
            #expect(metric.kind != .histogram || !metric.buckets.isEmpty, "\(metric.name)")
        }
        #expect(Set(MetricCatalogue.all.map(\.name)).count == MetricCatalogue.all.count)
    }

    @Test func `the documentation has the row of every metric and no row more`() throws {
        let file = #filePath.split(separator: "/").dropLast(3).map { "/" + $0 }.joined() + "/Docs/telemetry.md"
        guard let text = try contents(of: file) else {
            try Test.cancel("there is no \(file)")
        }
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `cryptocall_") }
        let expected = MetricCatalogue.markdown.split(separator: "\n").filter { $0.hasPrefix("| `cryptocall_") }
        #expect(Set(rows) == Set(expected))
        #expect(rows.count == expected.count)
        for key in LogKey.shared { #expect(text.contains("`\(key)`"), "the log field \(key)") }
        for message in LifeCycleMessage.allCases { #expect(text.contains(message.rawValue), "\(message)") }
    }

    private func contents(of path: String) throws -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(file, &buffer, buffer.count)
            guard count >= 0 else { throw SystemCallError("read") }
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += buffer.prefix(count)
        }
    }
}
