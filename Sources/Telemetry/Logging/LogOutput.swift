import Glibc

/// The form in which the station logs, as the configuration names it.
package enum LogFormat: String, CaseIterable, Codable, Hashable, Sendable {
    /// The journal when standard error is the journal, text on a terminal, JSON otherwise.
    case auto
    case journal
    case text
    case json
}

/// Where and how records are written, decided once at the start.
package enum LogOutput: Hashable, Sendable {
    case journal
    case text(colours: Bool)
    case json

    /// Chooses from the configured form, the environment and what standard error is.
    package static func choose(
        _ format: LogFormat,
        environment: [String: String],
        standardError: DescriptorFacts
    ) -> LogOutput {
        switch format {
        case .journal: return .journal
        case .json: return .json
        case .text: return .text(colours: wantsColours(environment, standardError))
        case .auto:
            if standardError.isJournal(environment) { return .journal }
            return standardError.isTerminal ? .text(colours: wantsColours(environment, standardError)) : .json
        }
    }

    private static func wantsColours(_ environment: [String: String], _ facts: DescriptorFacts) -> Bool {
        facts.isTerminal && (environment["NO_COLOR"] ?? "").isEmpty && environment["TERM"] != "dumb"
    }
}

/// What the system says about an open descriptor.
package struct DescriptorFacts: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64
    package let isTerminal: Bool

    package init(device: UInt64, inode: UInt64, isTerminal: Bool) {
        self.device = device
        self.inode = inode
        self.isTerminal = isTerminal
    }

    /// Looks at an open descriptor; a closed one is no journal and no terminal.
    package init(descriptor: Int32) {
        var facts = stat()
        let isOpen = fstat(descriptor, &facts) == 0
        self.init(
            device: isOpen ? UInt64(facts.st_dev) : 0,
            inode: isOpen ? UInt64(facts.st_ino) : 0,
            isTerminal: isOpen && isatty(descriptor) == 1
        )
    }

    /// Whether this is the very stream that the service manager connected to the journal.
    ///
    /// The variable alone proves nothing: a shell started from a service passes it on to whatever it starts.
    package func isJournal(_ environment: [String: String]) -> Bool {
        guard let parts = environment["JOURNAL_STREAM"]?.split(separator: ":", omittingEmptySubsequences: false),
            parts.count == 2, let device = UInt64(parts[0]), let inode = UInt64(parts[1])
        else { return false }
        return device == self.device && inode == self.inode
    }
}
