import ChildProcesses
import Glibc
import Testing

/// Programs as they are started here: what they get, and how they end.
struct ChildLaunchTests {
    /// What a program prints, and how it ended.
    private func run(
        _ program: String,
        _ arguments: [String],
        _ change: (inout ChildLaunch) -> Void = { _ in }
    ) throws -> (String, ChildEnd) {
        let pipe = try ChildPipe()
        var launch = ChildLaunch(program, arguments)
        launch.output = .descriptor(pipe.theirs)
        change(&launch)
        let child = try launch.start()
        pipe.closeTheirs()
        var (printed, buffer): ([UInt8], [UInt8]) = ([], [UInt8](repeating: 0, count: 4096))
        while true {
            let count = read(pipe.ours, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { break }
            printed += buffer[..<count]
        }
        return (String(decoding: printed, as: UTF8.self), ChildEnd.waiting(for: child))
    }

    @Test func `arguments arrive as they are, and the environment is what was said`() throws {
        let odd = ["a b", "$(id)", "*", "", "\"'"]
        let (printed, end) = try run("printf", ["%s|"] + odd)
        #expect(printed == odd.map { $0 + "|" }.joined() && end == .exited(code: 0))
        let environment = ["PATH": "/usr/bin:/bin", "A": "1=2"]
        let variables = try run("env", []) { $0.environment = environment }.0
        #expect(variables.split(separator: "\n").sorted() == ["A=1=2", "PATH=/usr/bin:/bin"])
        #expect(ChildLaunch.ownEnvironment["PATH"] == ChildLaunch.searchPathAlone["PATH"])
    }

    @Test func `its end is told`() throws {
        let counted = try run("sh", ["-c", "exit 7"]).1
        #expect(counted == .exited(code: 7) && counted.shellCode == 7)
        let end = try run("sh", ["-c", "kill -9 $$"]).1
        #expect(end == .signalled(9) && end.shellCode == 137 && "\(end)" == "signal 9")
    }

    @Test func `an end that cannot be told is no success`() throws {
        // It is no child of ours.
        let end = ChildEnd.waiting(for: 1)
        #expect(end == .unknown(ECHILD) && end.shellCode != 0)
    }

    @Test func `a descriptor that is closed already is refused`() {
        var launch = ChildLaunch("true", [])
        launch.output = .descriptor(-1)
        #expect(throws: ChildLaunchError(program: "true", code: EBADF)) { try launch.start() }
    }

    @Test func `what is missing or no program is told as such`() {
        for program in ["no-such-program-here", "/etc/passwd", "/etc/passwd/x"] {
            let error = #expect(throws: ChildLaunchError.self) { try ChildLaunch(program, []).start() }
            #expect(error?.isMissing == true && error?.description.hasPrefix("cannot run \(program): ") == true)
        }
    }

    @Test func `it reads a file that stands nowhere, and finds nothing else of ours`() throws {
        let file = try ChildFile(Array("secret=1\n".utf8))
        // One that a library might have opened, which nobody has marked.
        let stray = open("/dev/null", O_RDONLY)
        defer { close(stray) }
        let found = try run("sh", ["-c", "cat \(ChildFile.path(3)); ls /proc/self/fd | tr '\\n' ' '"]) {
            $0.more = [file.descriptor]
            $0.closesOthers = true
        }.0
        // 4 is the folder that ls reads.
        #expect(found == "secret=1\n0 1 2 3 4 ")
    }

    @Test func `a session or a group of its own is one`() throws {
        func group(_ place: ChildLaunch.Place) throws -> [Int32] {
            // Its number, group and session; the name in brackets has no spaces.
            let words = try run("cat", ["/proc/self/stat"]) { $0.place = place }.0.split(separator: " ")
            return [0, 4, 5].compactMap { Int32(words[$0]) }
        }
        let (ours, own, session) = (try group(.ourGroup), try group(.ownGroup), try group(.ownSession))
        #expect(ours[1] == getpgrp() && ours[2] == getsid(0))
        #expect(own[1] == own[0] && own[2] == getsid(0))
        #expect(session[1] == session[0] && session[2] == session[0])
    }

    @Test func `signals that we ignore reach it`() throws {
        let before = signal(SIGPIPE, SIG_IGN)
        defer { signal(SIGPIPE, before) }
        let (printed, end) = try run("sh", ["-c", "kill -PIPE $$; echo alive"])
        #expect(printed.isEmpty && end == .signalled(SIGPIPE))
    }
}
