import ArgumentParser
import BusZeroMQ
import CryptoCallClient
import JSON

/// `log-level`: what is logged, until the next start.
struct LogLevelCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "log-level",
        abstract: "Show or change what is logged, until the next start."
    )

    @Argument(
        help: "trace, debug, info, notice, warning, error or critical; without it the levels are shown.",
        completion: .list(levels)
    )
    var level: String?

    @Option(help: "Only for this label, e.g. market.")
    var label: String?

    @OptionGroup var options: GlobalOptions

    private static let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]

    func validate() throws {
        if let level, !Self.levels.contains(level) {
            throw ValidationError("'\(level)' is no level; there are \(Self.levels.joined(separator: ", "))")
        }
        if level == nil, label != nil { throw ValidationError("--label needs a level") }
    }

    func perform() async throws {
        var params: [String: JSONValue] = [:]
        params["level"] = level.map(JSONValue.string)
        params["label"] = label.map(JSONValue.string)
        try await Session(options).show("log.level", params, as: LogLevels.self) { levels, _ in
            let rules = (levels.levels ?? [:]).sorted { $0.key < $1.key }
            let names = rules.map(\.key) + ["everything else"]
            let width = names.map(\.count).max() ?? 0
            let values = rules.map(\.value) + [levels.level]
            return zip(names, values).map { name, value in
                "\(Terminal.plain(name))\(String(repeating: " ", count: width - name.count))  \(Terminal.plain(value))"
            }
        }
    }
}
