import Daemon
import Glibc
import Telemetry
import Testing

struct ListenFDsTests {
    /// Puts a descriptor at a high number, away from those that others open meanwhile.
    private func placed(_ descriptor: Int32, at number: Int32) -> Int32 {
        let placed = fcntl(descriptor, F_DUPFD, number)
        close(descriptor)
        return placed
    }

    private func listening(on path: String) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        let address = try #require(UnixAddress(path))
        try #require(address.withSocketAddress { bind(descriptor, $0, $1) } == 0)
        try #require(listen(descriptor, 8) == 0)
        return descriptor
    }

    @Test func `sockets are found by name and not inherited by children`() throws {
        let folder = try StateFolder()
        let first = placed(try listening(on: folder.path + "/listen"), at: 700)
        defer { close(first) }
        let listen = try ListenFDs(
            environment: ["LISTEN_FDS": "1", "LISTEN_PID": "9", "LISTEN_FDNAMES": "events"],
            processID: 9,
            first: first
        )
        let socket = try #require(listen.named("events").first)
        #expect(socket.descriptor == first)
        #expect(socket.isListening)
        #expect(socket.endpoint == "ipc://\(folder.path)/listen")
        #expect(fcntl(first, F_GETFD) & FD_CLOEXEC == FD_CLOEXEC)
        #expect(listen.named("control").isEmpty)
    }

    @Test func `an internet socket tells its endpoint`() throws {
        let made = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let code = withUnsafeBytes(of: &address) { buffer in
            buffer.withMemoryRebound(to: sockaddr.self) { bind(made, $0.baseAddress, socklen_t(buffer.count)) }
        }
        try #require(code == 0)
        let first = placed(made, at: 710)
        defer { close(first) }
        let listen = try ListenFDs(environment: ["LISTEN_FDS": "1", "LISTEN_PID": "9"], processID: 9, first: first)
        let socket = try #require(listen.named("unknown").first)
        #expect(!socket.isListening)
        #expect(socket.endpoint?.hasPrefix("tcp://127.0.0.1:") == true)
        #expect(socket.endpoint?.hasSuffix(":0") == false)
    }

    @Test func `a client that connects while nobody accepts is served later`() throws {
        let folder = try StateFolder()
        let path = folder.path + "/listen"
        let first = placed(try listening(on: path), at: 720)
        defer { close(first) }
        let client = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        let address = try #require(UnixAddress(path))
        #expect(address.withSocketAddress { connect(client, $0, $1) } == 0, "the daemon is not up, the socket is")
        let listen = try ListenFDs(environment: ["LISTEN_FDS": "1", "LISTEN_PID": "9"], processID: 9, first: first)
        let accepted = accept(try #require(listen.sockets.first).descriptor, nil, nil)
        #expect(accepted >= 0)
        close(accepted)
    }

    @Test func `sockets of another process are left alone`() throws {
        #expect(try ListenFDs(environment: ["LISTEN_FDS": "2", "LISTEN_PID": "8"], processID: 9).sockets.isEmpty)
        #expect(try ListenFDs(environment: ["LISTEN_FDS": "2"], processID: 9).sockets.isEmpty)
        #expect(try ListenFDs(environment: [:], processID: 9).sockets.isEmpty)
    }

    @Test func `announcements that make no sense are errors`() {
        #expect(throws: ListenFDsError.badCount("many")) {
            try ListenFDs(environment: ["LISTEN_FDS": "many", "LISTEN_PID": "9"], processID: 9)
        }
        #expect(throws: ListenFDsError.badCount("-1")) {
            try ListenFDs(environment: ["LISTEN_FDS": "-1", "LISTEN_PID": "9"], processID: 9)
        }
        #expect(throws: ListenFDsError.notOpen(900_000)) {
            try ListenFDs(environment: ["LISTEN_FDS": "1", "LISTEN_PID": "9"], processID: 9, first: 900_000)
        }
    }
}
