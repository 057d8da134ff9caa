import ChildProcesses
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

    private static let saidBytesMax = 8192

    /// Starts it.
    ///
    /// - Parameters:
    ///   - program: a name that is looked for in `PATH`, or a path.
    ///   - arguments: each as the program gets it.
    ///   - file: what it reads at `ChildFile.path(3)`; `nil` where it reads nothing there.
    ///   - more: descriptors of ours that it has as 3 and so on, where there is no file.
    ///   - inputBytes: makes its input a pipe that holds so much, for those who take a lot; `nil` as usual.
    /// - Throws: `ChildLaunchError` when it is missing or the system refuses.
    init(
        _ program: String,
        _ arguments: [String],
        file: ChildFile? = nil,
        more: [Int32] = [],
        inputBytes: Int? = nil
    ) throws(ChildLaunchError) {
        let wide = try inputBytes.map { bytes throws(ChildLaunchError) in try WidePipe(bytes: bytes) }
        let pipes = (input: try ChildPipe(), output: try ChildPipe(), errors: try ChildPipe())
        var launch = ChildLaunch(program, arguments)
        launch.input = .descriptor(wide?.theirs ?? pipes.input.theirs)
        launch.output = .descriptor(pipes.output.theirs)
        launch.errors = .descriptor(pipes.errors.theirs)
        launch.more = file.map { [$0.descriptor] } ?? more
        // Ctrl-C is for us, and we end it.
        launch.place = .ownGroup
        processID = try launch.start()
        (input, output, errors) = (
            wide?.takeOurs() ?? pipes.input.takeOurs(), pipes.output.takeOurs(), pipes.errors.takeOurs()
        )
    }

    deinit { end() }

    /// Lets the system run others first: sound goes before picture.
    func yieldToOthers() { setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(processID), 5) }

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
        return "\(ChildEnd(status: status))"
    }

    /// The last line of what it said.
    ///
    /// - Parameter cleaned: takes out secrets, before anything is cut off.
    /// - Returns: at most 300 characters of it.
    func lastWords(_ cleaned: (String) -> String = { $0 }) -> String {
        let line = cleaned(String(decoding: said, as: UTF8.self)).split(whereSeparator: \.isNewline).last ?? ""
        return String(line.prefix(300))
    }
}
