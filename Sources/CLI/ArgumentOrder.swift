/// Lets the options that every command has stand before the command too: `cryptocallctl --home home status`.
enum ArgumentOrder {
    /// Those of `GlobalOptions` that take a value, and those that do not.
    private static let valued: Set<String> = [
        "--home", "--control", "--events", "--timeout", "--server-key", "--key-file",
    ]
    private static let flags: Set<String> = ["--json"]

    /// Moves the global options before the first word that is none behind everything else.
    ///
    /// What follows a `--` are values and stays behind it, so the options go before that.
    static func commandFirst(_ arguments: [String]) -> [String] {
        var leading: [String] = []
        var rest = arguments[...]
        while let first = rest.first {
            let name = first.split(separator: "=", maxSplits: 1).first.map(String.init) ?? first
            if flags.contains(first) || (valued.contains(name) && name != first) {
                leading.append(rest.removeFirst())
            } else if valued.contains(first), rest.count > 1 {
                leading += rest.prefix(2)
                rest = rest.dropFirst(2)
            } else {
                break
            }
        }
        guard let end = rest.firstIndex(of: "--") else { return rest + leading }
        return rest[..<end] + leading + rest[end...]
    }
}
