import Glibc
import Threading

/// Another program of this installation, in the same folder as this one.
enum SiblingProgram {
    /// - Throws: `CommandFailure` when it is not there.
    static func path(_ name: String) throws(CommandFailure) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let own = String(decoding: buffer.prefix(max(0, count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        let folder = own.lastIndex(of: "/").map { own[..<$0] } ?? "."
        let path = "\(folder)/\(name)"
        guard access(path, X_OK) == 0 else {
            throw CommandFailure(.unavailable, "\(path) is missing: install the daemon beside this program")
        }
        return path
    }

    /// Replaces this process.
    ///
    /// - Returns: why that did not work; otherwise it does not return.
    static func become(_ path: String, _ arguments: [String]) -> CommandFailure {
        withArguments([path] + arguments) { _ = execv(path, $0) }
        return CommandFailure(.software, "cannot run \(path): \(String(cString: strerror(errno)))")
    }

    /// Runs it to its end.
    ///
    /// - Returns: what it printed, and its exit code.
    /// - Throws: `CommandFailure` when it cannot be started.
    static func run(
        _ path: String,
        _ arguments: [String]
    ) async throws(CommandFailure) -> (output: String, status: Int32) {
        typealias Outcome = Result<(String, Int32), CommandFailure>
        // On a plain thread, because it waits.
        let outcome = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            do throws(ThreadError) {
                _ = try OSThread(name: "sibling") {
                    continuation.resume(returning: Outcome { () throws(CommandFailure) in try wait(path, arguments) })
                }
            } catch {
                continuation.resume(returning: .failure(failure(path, error.code)))
            }
        }
        return try outcome.get()
    }

    private static func wait(_ path: String, _ arguments: [String]) throws(CommandFailure) -> (String, Int32) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw failure(path, errno) }
        defer { close(ends[0]) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for target in [STDOUT_FILENO, STDERR_FILENO] { posix_spawn_file_actions_adddup2(&actions, ends[1], target) }
        for end in ends { posix_spawn_file_actions_addclose(&actions, end) }
        var child = pid_t()
        var code: Int32 = 0
        withArguments([path] + arguments) { code = posix_spawn(&child, path, &actions, nil, $0, environ) }
        close(ends[1])
        guard code == 0 else { throw failure(path, code) }
        let output = readAll(ends[0])
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        return (String(decoding: output, as: UTF8.self), status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F)
    }

    private static func readAll(_ descriptor: Int32) -> [UInt8] {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while output.count < 16 << 20 {
            let count = read(descriptor, &buffer, buffer.count)
            if count > 0 {
                output += buffer.prefix(count)
            } else if count == 0 || errno != EINTR {
                break
            }
        }
        return output
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        CommandFailure(.software, "cannot run \(path): \(String(cString: strerror(code)))")
    }

    private static func withArguments(
        _ texts: [String],
        _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Void
    ) {
        var pointers = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        pointers.withUnsafeMutableBufferPointer { if let base = $0.baseAddress { body(base) } }
    }
}
