import Foundation
import Glibc
import TestKit
import Threading

/// A server that a test starts and ends.
final class TestServer: Sendable {
    private let process: Process
    /// What it says; for failures.
    private let log: String

    init(_ program: String, _ arguments: [String], log: String) throws {
        self.log = log
        process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        try Data().write(to: URL(fileURLWithPath: log))
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        process.standardOutput = output
        process.standardError = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
    }

    deinit { stop() }

    func stop() {
        guard process.isRunning else { return }
        process.terminate()
        process.waitUntilExit()
    }

    /// A port that nobody listens on.
    static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 ? getsockname(descriptor, $0, &size) : -1
            }
        }
        guard code == 0 else { throw FFmpegProgram.Failure(text: "no free port") }
        return UInt16(bigEndian: address.sin_port)
    }
}

/// A real Icecast.
enum Icecast {
    static let program = "/usr/bin/icecast2"

    static let isInstalled: Bool = {
        let isHere = FileManager.default.isExecutableFile(atPath: program)
        if !isHere { print("icecast2 is not installed: its tests are skipped") }
        return isHere
    }()

    static func start(port: UInt16, _ folder: TemporaryFolder) throws -> TestServer {
        // It refuses to run as root, and must write its log as whom it becomes.
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path(""))
        let owner =
            geteuid() == 0
            ? "<security><chroot>0</chroot><changeowner><user>icecast2</user><group>icecast</group></changeowner></security>"
            : "<security><chroot>0</chroot></security>"
        let text = """
            <icecast>
              <limits><clients>20</clients><sources>2</sources><source-timeout>5</source-timeout>
                <burst-on-connect>0</burst-on-connect></limits>
              <authentication><source-password>hackme</source-password><admin-user>admin</admin-user>
                <admin-password>admin</admin-password></authentication>
              <mount type="default"><charset>UTF-8</charset></mount>
              <hostname>localhost</hostname>
              <listen-socket><port>\(port)</port><bind-address>127.0.0.1</bind-address></listen-socket>
              <paths><basedir>/usr/share/icecast2</basedir><logdir>\(folder.path(""))</logdir>
                <webroot>/usr/share/icecast2/web</webroot><adminroot>/usr/share/icecast2/admin</adminroot></paths>
              <logging><errorlog>error.log</errorlog><accesslog>access.log</accesslog><loglevel>3</loglevel></logging>
              \(owner)
            </icecast>
            """
        try text.write(toFile: folder.path("icecast.xml"), atomically: true, encoding: .utf8)
        return try TestServer(program, ["-c", folder.path("icecast.xml")], log: folder.path("icecast.out"))
    }
}

/// A real nginx with its RTMP module, which records what it gets.
enum NginxRTMP {
    static let program = "/usr/sbin/nginx"

    static let isInstalled: Bool = {
        let module = ["/usr/lib/nginx/modules/ngx_rtmp_module.so", "/usr/share/nginx/modules-available/mod-rtmp.conf"]
        let isHere =
            FileManager.default.isExecutableFile(atPath: program)
            && module.allSatisfy { FileManager.default.fileExists(atPath: $0) }
        if !isHere { print("nginx with its RTMP module is not installed: the tests of RTMP pushes are skipped") }
        return isHere
    }()

    static func start(port: UInt16, _ folder: TemporaryFolder) throws -> TestServer {
        let text = """
            load_module /usr/lib/nginx/modules/ngx_rtmp_module.so;
            daemon off;
            worker_processes 1;
            \(geteuid() == 0 ? "user root;" : "")
            pid \(folder.path("nginx.pid"));
            error_log \(folder.path("nginx.log")) info;
            events { worker_connections 64; }
            rtmp { server { listen 127.0.0.1:\(port); application live {
              live on; record all; record_path \(folder.path("")); record_suffix .flv;
            } } }
            """
        try text.write(toFile: folder.path("nginx.conf"), atomically: true, encoding: .utf8)
        return try TestServer(
            program,
            ["-c", folder.path("nginx.conf"), "-p", folder.path(""), "-e", folder.path("nginx.log")],
            log: folder.path("nginx.out")
        )
    }
}

/// A server that takes connections and never says a word.
final class SilentServer: Sendable {
    let port: UInt16
    private let descriptor: Int32

    init() throws {
        port = try TestServer.freePort()
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = port.bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
        }
        // The system completes connections by itself; nobody accepts them.
        guard code == 0, listen(descriptor, 16) == 0 else { throw FFmpegProgram.Failure(text: "cannot listen") }
    }

    deinit { close(descriptor) }
}
