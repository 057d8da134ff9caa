import Bus
import Domain
import Glibc
import Store
import Telemetry

/// The machine and the program, as names and values.
enum SystemFacts {
    static func read(_ station: Station) -> [String: String] {
        var system = utsname()
        uname(&system)
        var facts = [
            "release": Version.current,
            "kernel": "\(text(&system.sysname)) \(text(&system.release))",
            "architecture": text(&system.machine),
            "processors": "\(sysconf(Int32(_SC_NPROCESSORS_ONLN)))",
            "memory_bytes": "\(sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE)))",
            "store_engine": station.store.dialect.rawValue,
            "log_events": "\(station.store.position.count)",
            "uptime_seconds": "\(Int(station.uptimeSeconds))",
        ]
        // Left out where /proc is hidden.
        if let usage = try? ProcessUsage.current() {
            facts["resident_bytes"] = "\(Int(usage.residentMemoryBytes))"
            facts["threads"] = "\(Int(usage.threads))"
        }
        return facts
    }

    /// The machine's name, which decides nothing.
    static var hostName: String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "unknown" }
        return String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func text<Field>(_ field: inout Field) -> String {
        withUnsafeBytes(of: &field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }
}
