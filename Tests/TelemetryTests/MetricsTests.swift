import CoreMetrics
import Telemetry
import Testing
import Threading

struct MetricsTests {
    /// The scrape without the metrics that every registry has.
    private func scrape(_ registry: MetricsRegistry) -> String {
        String(decoding: registry.renderPrometheus(), as: UTF8.self)
            .split(separator: "\n").filter { !$0.contains("telemetry_refused_metrics") }.joined(separator: "\n")
    }

    @Test func `the scrape is sorted, escaped and complete`() {
        let registry = MetricsRegistry()
        registry.counter(.controlRequests, "tree", "ok").increment(by: 3)
        registry.counter(.controlRequests, "a\"b\\c\nd", "refused").increment()
        registry.gauge(.daemonReady).set(1)
        registry.gauge(.daemonStartSeconds).set(0.0625)
        let time = registry.histogram(.apiRequestSeconds, "/health")
        time.observe(0.001)
        time.observe(0.002)
        time.observe(90)
        let expected = #"""
            # HELP cryptocall_api_request_seconds Time to answer an HTTP request.
            # TYPE cryptocall_api_request_seconds histogram
            cryptocall_api_request_seconds_bucket{route="/health",le="0.001"} 1
            cryptocall_api_request_seconds_bucket{route="/health",le="0.0025"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="0.005"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="0.01"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="0.025"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="0.05"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="0.1"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="0.25"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="0.5"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="1"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="2.5"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="5"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="10"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="30"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="60"} 2
            cryptocall_api_request_seconds_bucket{route="/health",le="+Inf"} 3
            cryptocall_api_request_seconds_sum{route="/health"} 90.003
            cryptocall_api_request_seconds_count{route="/health"} 3
            # HELP cryptocall_control_requests_total Control requests answered.
            # TYPE cryptocall_control_requests_total counter
            cryptocall_control_requests_total{method="a\"b\\c\nd",result="refused"} 1
            cryptocall_control_requests_total{method="tree",result="ok"} 3
            # HELP cryptocall_daemon_ready 1 from READY until the daemon is asked to stop.
            # TYPE cryptocall_daemon_ready gauge
            cryptocall_daemon_ready 1
            # HELP cryptocall_daemon_start_seconds Time from start to READY.
            # TYPE cryptocall_daemon_start_seconds gauge
            cryptocall_daemon_start_seconds 0.0625
            """#
        #expect(scrape(registry) == expected)
    }

    @Test func `a handle is the same for the same labels`() {
        let registry = MetricsRegistry()
        registry.counter(.marketQuotes, "kraken").increment()
        registry.counter(.marketQuotes, "kraken").increment()
        #expect(registry.counter(.marketQuotes, "kraken").value == 2)
        #expect(registry.counter(.marketQuotes, "coinbase").value == 0)
    }

    @Test func `label sets beyond the bound are added up under other and counted`() {
        let registry = MetricsRegistry()
        for number in 0..<100 { registry.counter(.marketQuotes, "venue\(number)").increment() }
        #expect(registry.counter(.marketQuotes, "other").value == 36)
        registry.counter(.marketQuotes, "venue0").increment()
        #expect(registry.counter(.marketQuotes, "venue0").value == 2, "a known one is still its own")
        let text = scrape(registry)
        #expect(
            text.contains(#"cryptocall_telemetry_label_overflows_total{metric="cryptocall_market_quotes_total"} 36"#)
        )
        #expect(text.split(separator: "\n").filter { $0.hasPrefix("cryptocall_market_quotes_total{") }.count == 65)
    }

    @Test func `readings are asked at each scrape and can be replaced and removed`() {
        let registry = MetricsRegistry()
        final class Box: Sendable {
            let value = Atomic<Int>(4)
        }
        let box = Box()
        registry.read(.busMailboxDepthEvents, "host") { Double(box.value.load(ordering: .relaxed)) }
        #expect(scrape(registry).contains(#"cryptocall_bus_mailbox_depth_events{subscriber="host"} 4"#))
        box.value.store(5, ordering: .relaxed)
        #expect(scrape(registry).contains(#"{subscriber="host"} 5"#))
        registry.read(.busMailboxDepthEvents, "host") { 6 }
        #expect(scrape(registry).contains(#"{subscriber="host"} 6"#))
        registry.remove(.busMailboxDepthEvents, "host")
        #expect(!scrape(registry).contains("mailbox_depth"))
        registry.read(.busPublishedEvents, "state") { 7 }
        #expect(scrape(registry).contains(#"cryptocall_bus_published_events_total{delivery="state"} 7"#))
    }

    @Test func `percentiles come from the buckets`() throws {
        let histogram = MetricsRegistry().histogram(.httpClientRequestSeconds, "host")
        #expect(histogram.snapshot.quantile(0.5) == nil)
        for milliseconds in 1...100 { histogram.observe(Duration.milliseconds(milliseconds)) }
        let snapshot = histogram.snapshot
        #expect(snapshot.count == 100)
        #expect(abs(snapshot.sum - 5.05) < 1e-9)
        #expect(abs(try #require(snapshot.quantile(0.5)) - 0.05) < 0.001)
        #expect(abs(try #require(snapshot.quantile(0.95)) - 0.095) < 0.001)
        #expect(abs(try #require(snapshot.quantile(0.99)) - 0.099) < 0.001)
        histogram.observe(1e9)
        #expect(histogram.snapshot.quantile(1) == 60)
    }

    @Test func `an observation on a bound belongs to that bucket`() {
        let histogram = MetricsRegistry().histogram(.supervisionRestartSeconds)
        for bound in histogram.bounds { histogram.observe(bound) }
        histogram.observe(Double.nan)
        #expect(histogram.snapshot.counts == Array(repeating: 1, count: histogram.bounds.count) + [0])
    }

    @Test func `nothing is lost when threads count together`() throws {
        let registry = MetricsRegistry()
        let counter = registry.counter(.storeCommits)
        let gauge = registry.gauge(.busSubscribers)
        let histogram = registry.histogram(.supervisionRestartSeconds)
        let threads = try (0..<4).map { number in
            try OSThread(name: "counting-\(number)") {
                for _ in 0..<5000 {
                    counter.increment()
                    gauge.increment(by: 1)
                    histogram.observe(0.5)
                    _ = registry.counter(.marketQuotes, "venue")
                }
            }
        }
        for _ in 0..<20 { _ = registry.renderPrometheus() }
        for thread in threads { thread.join() }
        #expect(counter.value == 20_000)
        #expect(gauge.value == 20_000)
        #expect(histogram.snapshot.count == 20_000)
        #expect(histogram.snapshot.sum == 10_000)
    }

    @Test func `libraries measure through the factory under legal names`() {
        let registry = MetricsRegistry()
        Counter(label: "http.requests", dimensions: [("le", "x"), ("code", "200")], factory: registry).increment()
        Counter(label: "http.requests", dimensions: [("code", "200"), ("le", "x")], factory: registry).increment()
        Gauge(label: "http.active", dimensions: [], factory: registry).record(3)
        Meter(label: "pool", dimensions: [], factory: registry).set(2)
        Timer(label: "http.request.duration", factory: registry).recordNanoseconds(2_000_000)
        Recorder(label: "body", factory: registry).record(100)
        let text = scrape(registry)
        #expect(text.contains("# HELP http_requests Measured by a library as http.requests."))
        #expect(text.contains(#"http_requests{code="200",exported_le="x"} 2"#))
        #expect(text.contains("http_active 3"))
        #expect(text.contains("pool 2"))
        #expect(text.contains(#"http_request_duration_seconds_bucket{le="0.0025"} 1"#))
        #expect(text.contains(#"body_bucket{le="256"} 1"#))
    }

    @Test func `a library cannot take a declared name, change a kind or add without end`() {
        let registry = MetricsRegistry()
        Counter(label: "cryptocall_store_commits_total", factory: registry).increment()
        Counter(label: "x", factory: registry).increment()
        Gauge(label: "x", factory: registry).record(1)
        #expect(registry.counter(.storeCommits).value == 0)
        for number in 0..<MetricsRegistry.foreignMax { Counter(label: "made_\(number)", factory: registry).increment() }
        let text = String(decoding: registry.renderPrometheus(), as: UTF8.self)
        #expect(text.contains("cryptocall_telemetry_refused_metrics_total 3"))
        #expect(!text.contains("made_255 1"))
    }

    @Test func `the process's own figures are plausible`() throws {
        let registry = MetricsRegistry()
        registry.addProcessMetrics()
        _ = registry.renderPrometheus()
        #expect(registry.gauge(.processResidentMemoryBytes).value > 1e6)
        #expect(registry.gauge(.processOpenFDs).value >= 3)
        #expect(registry.gauge(.processThreads).value >= 1)
        let now = Double(LogTime.now().wallNanoseconds) / 1e9
        let started = registry.gauge(.processStartTimeSeconds).value
        #expect(started > now - 7200 && started <= now + 1)
        #expect(try ProcessUsage.current().cpuSeconds > 0)
    }
}
