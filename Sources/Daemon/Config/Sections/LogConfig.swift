/// The `[log]` section: how much is logged, and in which form.
package struct LogConfig: ConfigSection {
    /// The names of swift-log's levels.
    package enum Level: String, ConfigChoice {
        case trace
        case debug
        case info
        case notice
        case warning
        case error
        case critical
    }

    package enum Format: String, ConfigChoice {
        /// The journal under systemd, text on a terminal, JSON elsewhere.
        case auto
        case journal
        case text
        case json
    }

    package var level = Level.info
    package var format = Format.auto
    /// Levels of single loggers by their label; the longest label that fits wins.
    package var levels: [String: Level] = [:]

    package static var reloadableKeys: Set<String> { ["level", "levels"] }

    package init() {}
}
