package import Glibc

/// How a program is started: with an argument vector, never through a shell, and with nothing of ours but what is said
/// here.
package struct ChildLaunch: Sendable {
    /// What the program has as one of its standard streams.
    package enum Stream: Sendable {
        /// Nothing to be read, and nobody who reads.
        case null
        /// What this process has there.
        case inherited
        /// Another descriptor of ours.
        case descriptor(Int32)
    }

    /// Whom signals of the terminal reach.
    package enum Place: Sendable {
        /// It stays with us: Ctrl-C ends both.
        case ourGroup
        case ownGroup
        /// It has no terminal, and outlives us.
        case ownSession
    }

    /// A name that is looked for in `PATH`, or a path.
    package var program: String
    package var arguments: [String]
    /// All that it finds in its environment.
    package var environment: [String: String]
    package var input = Stream.null
    package var output = Stream.null
    package var errors = Stream.inherited
    /// Further descriptors of ours, which it has as 3, 4 and so on.
    package var more: [Int32] = []
    package var place = Place.ourGroup
    /// Whether it is kept from descriptors that are not marked to be closed, such as those that libraries open.
    package var closesOthers = false

    /// - Parameters:
    ///   - program: a name that is looked for in `PATH`, or a path.
    ///   - arguments: each as the program gets it.
    ///   - environment: all of it.
    package init(
        _ program: String,
        _ arguments: [String],
        environment: [String: String] = ChildLaunch.searchPathAlone
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
    }

    /// Where programs are found, and nothing else.
    package static var searchPathAlone: [String: String] {
        ["PATH": getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"]
    }

    /// What this process has in its own environment.
    package static var ownEnvironment: [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee.map({ String(cString: $0) }) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if let name = parts.first, variables[name] == nil { variables[name] = parts.count > 1 ? parts[1] : "" }
            entry += 1
        }
        return variables
    }

    /// Starts it, with signals as a fresh process has them.
    ///
    /// - Returns: its number; somebody has to wait for its end, by `ChildEnd.waiting`.
    /// - Throws: `ChildLaunchError` when it is missing or the system refuses.
    package func start() throws(ChildLaunchError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        try add(input, as: STDIN_FILENO, O_RDONLY, &actions)
        try add(output, as: STDOUT_FILENO, O_WRONLY, &actions)
        try add(errors, as: STDERR_FILENO, O_WRONLY, &actions)
        let firstFree = STDERR_FILENO + 1 + Int32(more.count)
        for (index, descriptor) in more.enumerated() {
            try add(.descriptor(descriptor), as: STDERR_FILENO + 1 + Int32(index), O_RDWR, &actions)
        }
        if closesOthers {
            // Those that are not open are passed over; libraries open theirs early, and they have low numbers.
            for descriptor in firstFree..<max(firstFree, Int32(clamping: min(sysconf(Int32(_SC_OPEN_MAX)), 4096))) {
                posix_spawn_file_actions_addclose(&actions, descriptor)
            }
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        var flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        switch place {
        case .ourGroup: break
        case .ownGroup:
            posix_spawnattr_setpgroup(&attributes, 0)
            flags |= POSIX_SPAWN_SETPGROUP
        case .ownSession: flags |= ChildLaunch.newSession
        }
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var child = pid_t()
        let code = withCStrings([program] + arguments) { arguments in
            withCStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawnp(&child, program, &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else { throw ChildLaunchError(program: program, code: code) }
        return child
    }

    /// glibc's `POSIX_SPAWN_SETSID`, which is a macro that Swift does not import.
    private static let newSession: Int32 = 0x80

    private func add(
        _ stream: Stream,
        as number: Int32,
        _ mode: Int32,
        _ actions: inout posix_spawn_file_actions_t
    ) throws(ChildLaunchError) {
        let code =
            switch stream {
            case .null: posix_spawn_file_actions_addopen(&actions, number, "/dev/null", mode, 0)
            case .inherited: Int32(0)
            // One that is closed already would leave the program with ours.
            case .descriptor(let descriptor):
                descriptor < 0 ? EBADF : posix_spawn_file_actions_adddup2(&actions, descriptor, number)
            }
        guard code == 0 else { throw ChildLaunchError(program: program, code: code) }
    }
}

/// A program cannot be started.
package struct ChildLaunchError: Error, Hashable, CustomStringConvertible {
    package let program: String
    /// The `errno` value.
    package let code: Int32

    package init(program: String, code: Int32) {
        self.program = program
        self.code = code
    }

    /// It is not installed: trying often is of no use.
    package var isMissing: Bool { code == ENOENT || code == EACCES || code == ENOTDIR }
    package var description: String { "cannot run \(program): \(String(cString: strerror(code)))" }
}

/// How a program has ended.
package enum ChildEnd: Hashable, Sendable, CustomStringConvertible {
    case exited(code: Int32)
    case signalled(Int32)
    /// Nobody knows; the `errno` value of the question.
    case unknown(Int32)

    /// - Parameter status: what `waitpid` tells.
    package init(status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .exited(code: status >> 8 & 0xFF) : .signalled(signal)
    }

    /// Waits for the end of a child of this process, so that the system can forget it; blocks.
    package static func waiting(for child: pid_t) -> ChildEnd {
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 {
            guard errno == EINTR else { return .unknown(errno) }
        }
        return ChildEnd(status: status)
    }

    /// As shells tell it: signals above 128.
    package var shellCode: Int32 {
        switch self {
        case .exited(let code): code
        case .signalled(let signal): 128 + signal
        case .unknown: 127
        }
    }

    package var description: String {
        switch self {
        case .exited(let code): "exit code \(code)"
        case .signalled(let signal): "signal \(signal)"
        case .unknown(let code): "an end that is not known: \(String(cString: strerror(code)))"
        }
    }
}

/// Texts as C takes a list of them: with an end, for as long as the body runs.
package func withCStrings<Value>(
    _ texts: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
    let pointers = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: texts.count + 1)
    for (index, text) in texts.enumerated() { (pointers + index).initialize(to: strdup(text)) }
    (pointers + texts.count).initialize(to: nil)
    defer {
        for index in texts.indices { free(pointers[index]) }
        pointers.deallocate()
    }
    return body(pointers)
}
