import Glibc

/// A program that is run to its end, with an argument vector and never through a shell; blocks.
struct ChildProcess {
    let program: String
    var arguments: [String] = []
    /// Added to this process's own environment.
    var environment: [String: String] = [:]

    private static let errorBytesMax = 16_384

    /// Runs it.
    ///
    /// - Parameter onOutput: gets what the program prints, piece by piece.
    /// - Throws: `DatabaseFailure` when it is missing or fails, with what it printed on standard error.
    func run(onOutput: (ArraySlice<UInt8>) throws -> Void = { _ in }) throws {
        let (output, errors) = (try Pipe(), try Pipe())
        let child = try spawn(output: output, errors: errors)
        output.closeWriting()
        errors.closeWriting()
        var said: [UInt8] = []
        var failure: (any Error)?
        do {
            try Self.readAll(output, onOutput, errors) { said = Array((said + $0).suffix(Self.errorBytesMax)) }
        } catch {
            failure = error
            kill(child, SIGTERM)
        }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        if let failure { throw failure }
        guard status == 0 else {
            let code = status & 0x7F == 0 ? "exit code \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
            let text = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline).joined(separator: " ")
            throw DatabaseFailure(.ioError, "\(program) failed with \(code): \(text)")
        }
    }

    private func spawn(output: Pipe, errors: Pipe) throws(DatabaseFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.writing, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.writing, STDERR_FILENO)
        var variables: [String: String] = environment
        var entry = environ
        while let text = entry.pointee.map({ String(cString: $0) }) {
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if let name = parts.first, variables[name] == nil { variables[name] = parts.count > 1 ? parts[1] : "" }
            entry += 1
        }
        var child = pid_t()
        let code = Self.withPointers([program] + arguments) { arguments in
            Self.withPointers(variables.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawnp(&child, program, &actions, nil, arguments, variables)
            }
        }
        guard code == 0 else {
            let reason = String(cString: strerror(code))
            throw DatabaseFailure(
                .unavailable,
                "cannot run \(program): \(reason): install PostgreSQL's client programs"
            )
        }
        return child
    }

    /// Reads both pipes to their ends, so that neither fills up.
    private static func readAll(
        _ output: Pipe,
        _ onOutput: (ArraySlice<UInt8>) throws -> Void,
        _ errors: Pipe,
        _ onError: (ArraySlice<UInt8>) -> Void
    ) throws {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var descriptors = [output.reading, errors.reading].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while descriptors.contains(where: { $0.fd >= 0 }) {
            guard poll(&descriptors, 2, -1) >= 0 || errno == EINTR else { return }
            for index in 0..<2 where descriptors[index].fd >= 0 && descriptors[index].revents != 0 {
                let count = read(descriptors[index].fd, &buffer, buffer.count)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 {
                    descriptors[index].fd = -1
                } else if index == 0 {
                    try onOutput(buffer[..<count])
                } else {
                    onError(buffer[..<count])
                }
            }
        }
    }

    private static func withPointers<Value>(
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

    /// Both ends of a connection, closed with their owner and not handed on to other programs.
    private final class Pipe {
        let reading: Int32
        let writing: Int32
        private var isWritingOpen = true

        init() throws(DatabaseFailure) {
            var ends: [Int32] = [0, 0]
            // A pair of sockets, because they can be made so that no other child gets hold of them.
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
                throw DatabaseFailure(.osError, "no pipe: \(String(cString: strerror(errno)))")
            }
            (reading, writing) = (ends[0], ends[1])
        }

        deinit {
            close(reading)
            closeWriting()
        }

        func closeWriting() {
            if isWritingOpen { close(writing) }
            isWritingOpen = false
        }
    }
}
