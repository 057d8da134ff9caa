import Daemon
import Glibc
import Testing

struct ExitCodeTests {
    @Test func `the numbers are those of sysexits`() {
        #expect(ExitCode.allCases.map(\.rawValue) == [0, 64, 65, 66, 69, 70, 71, 73, 74, 75, 76, 77, 78])
        #expect(ExitCode.usage.rawValue == EX_USAGE)
        #expect(ExitCode.config.rawValue == EX_CONFIG)
        #expect(ExitCode.unavailable.rawValue == EX_UNAVAILABLE)
    }

    @Test func `only mistakes that a restart repeats prevent one`() {
        #expect(ExitCode.allCases.filter(\.preventsRestart).map(\.rawValue) == [64, 78])
    }
}
