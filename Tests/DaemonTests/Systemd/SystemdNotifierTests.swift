import Daemon
import Glibc
import Telemetry
import Testing

struct SystemdNotifierTests {
    @Test func `messages reach a socket in the file system`() throws {
        let folder = try StateFolder()
        let path = folder.path + "/notify"
        let manager = try ManagerSocket(try #require(UnixAddress(path)))
        let notifier = try SystemdNotifier(environment: ["NOTIFY_SOCKET": path])
        #expect(notifier.isActive)
        #expect(try notifier.send(.ready, .status("all up")))
        #expect(try manager.receive() == "READY=1\nSTATUS=all up")
        #expect(try notifier.send(.watchdog))
        #expect(try manager.receive() == "WATCHDOG=1")
    }

    @Test func `messages reach a socket in the abstract namespace`() throws {
        let name = "@cryptocall/notify/\(getpid())"
        let manager = try ManagerSocket(try #require(UnixAddress(name)))
        let notifier = try SystemdNotifier(environment: ["NOTIFY_SOCKET": name])
        try notifier.send(.stopping)
        #expect(try manager.receive() == "STOPPING=1")
    }

    @Test func `a reload is announced with the monotonic time`() throws {
        let folder = try StateFolder()
        let path = folder.path + "/notify"
        let manager = try ManagerSocket(try #require(UnixAddress(path)))
        let notifier = try SystemdNotifier(environment: ["NOTIFY_SOCKET": path])
        let before = LogTime.now().monotonicNanoseconds / 1000
        try notifier.sendReloading(status: "reloading")
        let after = LogTime.now().monotonicNanoseconds / 1000
        let lines = try manager.receive().split(separator: "\n")
        #expect(lines.first == "RELOADING=1")
        let time = try #require(lines.dropFirst().first?.split(separator: "=").last.flatMap { Int64($0) })
        #expect((before...after).contains(time))
    }

    @Test func `outside a service nothing is sent and the reason is known`() throws {
        let notifier = try SystemdNotifier(environment: [:])
        #expect(!notifier.isActive)
        #expect(notifier.reason?.contains("NOTIFY_SOCKET is not set") == true)
        #expect(try !notifier.send(.ready))
        let odd = try SystemdNotifier(environment: ["NOTIFY_SOCKET": "vsock:2:1234"])
        #expect(odd.reason?.contains("vsock:2:1234") == true)
    }

    @Test func `a manager that is gone is an error`() throws {
        let folder = try StateFolder()
        let notifier = try SystemdNotifier(environment: ["NOTIFY_SOCKET": folder.path + "/notify"])
        #expect { try notifier.send(.ready) } throws: { ($0 as? SystemCallError)?.code == ENOENT }
    }

    @Test func `a status cannot forge another message and stays short`() {
        #expect(
            SystemdState.status("7/7 up\nWATCHDOG=trigger\r\n\u{2028}\u{85}MAINPID=1 ").text
                == "STATUS=7/7 up WATCHDOG=trigger MAINPID=1"
        )
        #expect(SystemdState.statusLine("\n\n") == "")
        let long = SystemdState.statusLine(String(repeating: "äö ", count: 500))
        #expect(long.utf8.count <= SystemdState.statusSizeBytesMax)
        #expect(long.hasSuffix("..."))
        let fits = String(repeating: "x", count: SystemdState.statusSizeBytesMax - 3)
        #expect(SystemdState.statusLine(fits) == fits)
    }

    @Test func `every message has its documented spelling`() {
        #expect(SystemdState.watchdogTrigger.text == "WATCHDOG=trigger")
        #expect(SystemdState.extendTimeout(.milliseconds(1500)).text == "EXTEND_TIMEOUT_USEC=1500000")
        #expect(SystemdState.extendTimeout(.seconds(-1)).text == "EXTEND_TIMEOUT_USEC=0")
        #expect(SystemdState.failure(errno: 2).text == "ERRNO=2")
    }
}
