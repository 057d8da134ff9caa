import Bus
import Domain
import Logging
import Market
import TestKit
import Testing
import Threading

@testable import Actors

/// What is asked, and does not answer.
struct HealthSoundingTests {
    private func sounding(isVital: Bool) -> HealthSounding {
        HealthSounding("database", isVital: isVital, failure: "it does not answer") {}
    }

    @Test func `what does not answer counts like a probe of its name, and its latency is told`() {
        for (isVital, status) in [(true, HealthStatus.failing), (false, .degraded)] {
            let board = HealthBoard()
            board.note(
                HealthSounding.Result(finding: .ok, latency: .milliseconds(3)),
                of: sounding(isVital: isVital)
            )
            let well = board.renew([], at: Timestamp(seconds: 1))
            #expect(well.status == .ok && well.latencies["database"] == 3)
            let finding = HealthFinding(.failing, "it does not answer")
            board.note(HealthSounding.Result(finding: finding, latency: nil), of: sounding(isVital: isVital))
            let ill = board.renew([], at: Timestamp(seconds: 2))
            #expect(ill.status == status && ill.checks["database"] == status)
            #expect(ill.reasons == ["database: it does not answer"] && ill.latencies["database"] == nil)
        }
    }
}
