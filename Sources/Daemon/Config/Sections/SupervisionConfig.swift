/// The `[supervision]` section: how failing parts are restarted, and when that ends.
package struct SupervisionConfig: ConfigSection {
    /// Restarts allowed within the window; one more and the failure goes up a level.
    package var intensity = 5
    package var windowSeconds = 60.0
    /// The wait before the first restart; 0 restarts at once.
    package var backoffBaseSeconds = 0.2
    /// Each further restart waits this many times longer.
    package var backoffFactor = 2.0
    package var backoffCapSeconds = 30.0
    /// How far a wait is scattered, as a part of it.
    package var backoffJitter = 0.2
    /// After this long without a failure the waits begin again at the first.
    package var backoffResetSeconds = 60.0
    /// Parts that ignore being stopped; with so many of them the process ends.
    package var zombiesMax = 8
    /// The limit of an orderly stop.
    ///
    /// Mostly it takes far less.
    package var shutdownSeconds = 20.0

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("intensity", intensity, 0...1000)
            + ConfigProblem.range("window_seconds", windowSeconds, 0.1...86_400)
            + ConfigProblem.range("backoff_base_seconds", backoffBaseSeconds, 0...3600)
            + ConfigProblem.range("backoff_factor", backoffFactor, 1...100)
            + ConfigProblem.range("backoff_cap_seconds", backoffCapSeconds, 0...86_400)
            + ConfigProblem.range("backoff_jitter", backoffJitter, 0...1)
            + ConfigProblem.range("backoff_reset_seconds", backoffResetSeconds, 0...86_400)
            + ConfigProblem.range("zombies_max", zombiesMax, 1...1000)
            + ConfigProblem.range("shutdown_seconds", shutdownSeconds, 0.1...600)
            + (backoffCapSeconds >= backoffBaseSeconds
                ? [] : [.invalid("backoff_cap_seconds", "must not be less than backoff_base_seconds")])
    }
}
