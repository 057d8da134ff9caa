import Glibc
import Threading

/// A long-lived program that sound goes through, with raw pipes.
///
/// It belongs to one thread of ours, which waits in `poll` for all of its pipes at once. Swift's own child processes
/// are driven by tasks of the concurrency pool; sound must go on while that is busy or blocked, so there is none of it
/// here. No shell is involved, and the child gets no part of our environment but where programs are found.
final class ChildProgram {
    /// Ours to write; not blocking.
    private(set) var input: Int32
    let output: Int32
    private(set) var errors: Int32
    let processID: pid_t
    private var isReaped = false
    /// The end of what it said on standard error.
    private(set) var said: [UInt8] = []

    private static let saidBytesMax = 2048

    /// Starts it.
    ///
    /// - Throws: `ChildProgramError` when it is missing or the system refuses.
    init(_ program: String, _ arguments: [String]) throws(ChildProgramError) {
        let pipes = try PipeSet()
        processID = try pipes.spawn(program, arguments)
        (input, output, errors) = pipes.takeOurs()
    }

    deinit { end() }

    func closeInput() {
        if input >= 0 { close(input) }
        input = -1
    }

    /// Gives it bytes.
    ///
    /// - Returns: how many it took; 0 when the pipe is full, `nil` when nobody reads it any more.
    func write(_ bytes: UnsafeRawBufferPointer) -> Int? {
        guard input >= 0, let start = bytes.baseAddress, bytes.count > 0 else { return 0 }
        let count = Glibc.write(input, start, bytes.count)
        if count >= 0 { return count }
        return errno == EAGAIN || errno == EINTR ? 0 : nil
    }

    /// Takes what it wrote on standard output.
    ///
    /// - Returns: how much was read into the buffer; 0 when nothing is there, `nil` at the end.
    func read(into buffer: inout [UInt8]) -> Int? { Self.read(output, &buffer) }

    /// Takes what it wrote on standard error, and keeps the end of it.
    func readErrors(_ buffer: inout [UInt8]) {
        guard errors >= 0 else { return }
        guard let count = Self.read(errors, &buffer) else {
            // Nobody polls it any more: it would be ready all the time.
            close(errors)
            errors = -1
            return
        }
        said.append(contentsOf: buffer[..<count])
        if said.count > Self.saidBytesMax { said.removeFirst(said.count - Self.saidBytesMax) }
    }

    private static func read(_ descriptor: Int32, _ buffer: inout [UInt8]) -> Int? {
        let count = Glibc.read(descriptor, &buffer, buffer.count)
        if count > 0 { return count }
        return count < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : nil
    }

    /// Ends it at once, if it has not ended, and takes its status.
    ///
    /// - Parameter grace: for how long it may end by itself, when it has said that it does: so its own status is known.
    /// - Returns: how it ended, in words.
    @discardableResult
    func end(grace: Duration = .zero) -> String {
        guard !isReaped else { return "ended" }
        isReaped = true
        var buffer = [UInt8](repeating: 0, count: 2048)
        readErrors(&buffer)
        var status: Int32 = 0
        let until = ContinuousClock.now.advanced(by: grace)
        while waitpid(processID, &status, WNOHANG) != processID {
            if ContinuousClock.now < until {
                // A look every 2 ms, on this output's own thread: `waitpid` takes no limit of time, and SIGCHLD belongs to
                // the whole process.
                usleep(2000)
                continue
            }
            kill(processID, SIGKILL)
            // After SIGKILL the wait is short: the child only reads and writes pipes and sockets.
            while waitpid(processID, &status, 0) < 0 && errno == EINTR {}
            break
        }
        closeInput()
        close(output)
        if errors >= 0 { close(errors) }
        errors = -1
        return status & 0x7F == 0 ? "exit code \(status >> 8 & 0xFF)" : "signal \(status & 0x7F)"
    }

    /// The last line of what it said.
    var lastWords: String {
        let line = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline).last ?? ""
        return String(line.prefix(300))
    }
}

/// A program cannot be started.
struct ChildProgramError: Error, CustomStringConvertible {
    let program: String
    /// The `errno` value.
    let code: Int32

    /// It is not installed: trying often is of no use.
    var isMissing: Bool { code == ENOENT || code == EACCES || code == ENOTDIR }
    var description: String { "cannot run \(program): \(String(cString: strerror(code)))" }
}

/// The three pipes of a child, closed with their owner unless somebody took them.
private final class PipeSet {
    /// Reading and writing end of each: the child's input, output, errors.
    private var ends: [Int32] = []

    init() throws(ChildProgramError) {
        for _ in 0..<3 {
            var pair: [Int32] = [-1, -1]
            // Pairs of sockets, because they can be made so that no other child gets hold of them.
            let type = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
            guard socketpair(AF_UNIX, type, 0, &pair) == 0 else {
                throw ChildProgramError(program: "a pipe", code: errno)
            }
            ends += pair
        }
        for index in [1, 2, 4] { _ = fcntl(ends[index], F_SETFL, O_NONBLOCK) }
    }

    deinit { for end in ends where end >= 0 { close(end) } }

    func takeOurs() -> (input: Int32, output: Int32, errors: Int32) {
        defer { for index in [1, 2, 4] { ends[index] = -1 } }
        return (ends[1], ends[2], ends[4])
    }

    func spawn(_ program: String, _ arguments: [String]) throws(ChildProgramError) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[3], STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, ends[5], STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // Signals as in a fresh process, and a group of its own, so that Ctrl-C reaches only us.
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/local/bin:/usr/bin:/bin"
        var child = pid_t()
        let code = Self.withPointers([program] + arguments) { arguments in
            Self.withPointers(["PATH=\(path)"]) { variables in
                posix_spawnp(&child, program, &actions, &attributes, arguments, variables)
            }
        }
        guard code == 0 else { throw ChildProgramError(program: program, code: code) }
        return child
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
}
