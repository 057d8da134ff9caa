import Glibc

/// What the process uses, read from `/proc/self`.
package struct ProcessUsage: Hashable, Sendable {
    package var cpuSeconds: Double
    package var residentMemoryBytes: Double
    package var virtualMemoryBytes: Double
    package var openFDs: Double
    package var threads: Double
    /// Seconds since 1970.
    package var startTimeSeconds: Double

    /// Reads the figures of this process.
    ///
    /// - Throws: `SystemCallError` when `/proc` is not there.
    package static func current() throws(SystemCallError) -> ProcessUsage {
        let text = try contents(of: "/proc/self/stat")
        guard let stat = ProcessStat(text) else { throw SystemCallError("parse /proc/self/stat", code: EBADMSG) }
        let ticks = Double(max(sysconf(Int32(_SC_CLK_TCK)), 1))
        // The time since boot is taken from the clock: a hardened service does not see `/proc/stat`.
        let age = seconds(of: CLOCK_BOOTTIME) - stat.startTicks / ticks
        return ProcessUsage(
            cpuSeconds: seconds(of: CLOCK_PROCESS_CPUTIME_ID),
            residentMemoryBytes: stat.residentPages * Double(sysconf(Int32(_SC_PAGESIZE))),
            virtualMemoryBytes: stat.virtualBytes,
            openFDs: try countOfOpenFDs(),
            threads: stat.threads,
            startTimeSeconds: seconds(of: CLOCK_REALTIME) - age
        )
    }

    private static func seconds(of clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    private static func contents(of path: String) throws(SystemCallError) -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw SystemCallError("open \(path)") }
        defer { close(file) }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = read(file, &buffer, buffer.count)
        guard count >= 0 else { throw SystemCallError("read \(path)") }
        return String(decoding: buffer.prefix(count), as: UTF8.self)
    }

    private static func countOfOpenFDs() throws(SystemCallError) -> Double {
        guard let folder = opendir("/proc/self/fd") else { throw SystemCallError("opendir /proc/self/fd") }
        defer { closedir(folder) }
        var count = 0
        while readdir(folder) != nil { count += 1 }
        return Double(max(0, count - 3))  // without `.`, `..` and the folder's own descriptor
    }
}

/// The fields of `/proc/self/stat` that are of use here.
struct ProcessStat: Hashable, Sendable {
    let threads: Double
    let startTicks: Double
    let virtualBytes: Double
    let residentPages: Double

    /// The program's name stands in brackets and may hold spaces and brackets itself: count from the last one.
    init?(_ text: String) {
        guard let bracket = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: bracket)...].split(whereSeparator: \.isWhitespace)
        guard fields.count > 21, let threads = Double(fields[17]), let startTicks = Double(fields[19]),
            let virtualBytes = Double(fields[20]), let residentPages = Double(fields[21])
        else { return nil }
        self.threads = threads
        self.startTicks = startTicks
        self.virtualBytes = virtualBytes
        self.residentPages = residentPages
    }
}

extension MetricsRegistry {
    /// Adds the metrics of the process itself, read at each scrape.
    ///
    /// Where `/proc` cannot be read they keep their last values.
    package func addProcessMetrics() {
        let cpu = gaugeBehindCounter(.processCPUSeconds)
        let resident = gauge(.processResidentMemoryBytes)
        let virtual = gauge(.processVirtualMemoryBytes)
        let open = gauge(.processOpenFDs)
        let threads = gauge(.processThreads)
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            gauge(.processFDsLimit).set(Double(limit.rlim_cur))
        }
        if let usage = try? ProcessUsage.current() {
            gauge(.processStartTimeSeconds).set(usage.startTimeSeconds)
        }
        beforeScrape {
            // Without /proc there is nothing to tell; the figures then stand still, which dashboards show.
            guard let usage = try? ProcessUsage.current() else { return }
            cpu.set(usage.cpuSeconds)
            resident.set(usage.residentMemoryBytes)
            virtual.set(usage.virtualMemoryBytes)
            open.set(usage.openFDs)
            threads.set(usage.threads)
        }
    }

    private func gaugeBehindCounter(_ metric: CounterMetric) -> MetricGauge {
        let value = MetricGauge()
        readFraction(metric) { value.value }
        return value
    }
}
