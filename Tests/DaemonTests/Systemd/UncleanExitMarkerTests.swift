import Daemon
import Glibc
import Telemetry
import Testing

struct UncleanExitMarkerTests {
    private let first = UncleanExitMarker.Run(
        processID: 41,
        invocationID: "0123456789abcdef",
        startedAtSeconds: 1_795_071_909,
        bootID: "b1"
    )
    private let second = UncleanExitMarker.Run(
        processID: 42,
        invocationID: nil,
        startedAtSeconds: 1_795_071_999,
        bootID: nil
    )

    @Test func `a run that ended in order leaves no trace`() throws {
        let folder = try StateFolder()
        let marker = UncleanExitMarker(stateFolder: folder.path)
        #expect(try marker.begin(first) == nil)
        try marker.end()
        #expect(try marker.begin(second) == nil)
    }

    @Test func `a run that crashed is told at the next start`() throws {
        let folder = try StateFolder()
        #expect(try UncleanExitMarker(stateFolder: folder.path).begin(first) == nil)
        #expect(try UncleanExitMarker(stateFolder: folder.path).begin(second) == first)
        #expect(try UncleanExitMarker(stateFolder: folder.path).begin(first) == second)
    }

    @Test func `a damaged marker still tells of a crash`() throws {
        let folder = try StateFolder()
        let file = open(folder.path + "/running", O_WRONLY | O_CREAT, 0o600)
        write(file, "pid=zz\n=\nstarted", 16)
        close(file)
        let nothing = UncleanExitMarker.Run(processID: nil, invocationID: nil, startedAtSeconds: nil, bootID: nil)
        #expect(try UncleanExitMarker(stateFolder: folder.path).begin(first) == nothing)
    }

    @Test func `a folder that is missing is an error at the start and removing twice is none`() throws {
        #expect(throws: SystemCallError.self) { try UncleanExitMarker(stateFolder: "/nonexistent").begin(first) }
        let folder = try StateFolder()
        let marker = UncleanExitMarker(stateFolder: folder.path)
        _ = try marker.begin(first)
        try marker.end()
        try marker.end()
    }

    @Test func `the current run carries what the service manager gave`() {
        let run = UncleanExitMarker.Run.current(environment: ["INVOCATION_ID": "abc"], startedAtSeconds: 5)
        #expect(run.processID == getpid())
        #expect(run.invocationID == "abc")
        #expect(run.startedAtSeconds == 5)
    }
}
