/// The `[watchdog]` section: when the process counts as stuck.
package struct WatchdogConfig: ConfigSection {
    /// A job on the concurrency pool that starts later than this means that the pool is blocked.
    package var poolLatenessSeconds = 5.0

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("pool_lateness_seconds", poolLatenessSeconds, 0.1...600)
    }
}
