import Bus
import Jobs
import Testing

@Suite struct StepPolicyTests {
    private struct Slip: Error {}
    private struct Refusal: PermanentFailure { let isPermanent: Bool }

    private func verdict(_ policy: StepPolicy, _ error: any Error, attempt: Int = 1, failures: Int = 0)
        -> StepPolicy.Verdict
    {
        policy.verdict(on: error, attempt: attempt, failures: failures, random: 0.5)
    }

    @Test func `the standard is three attempts, a second and then two apart`() {
        let policy = StepPolicy.standard
        #expect(policy.timeout == .seconds(600))
        #expect(verdict(policy, Slip()) == .retry(after: .seconds(1), reason: .failed, isAttemptUsed: true))
        #expect(verdict(policy, Slip(), attempt: 2) == .retry(after: .seconds(2), reason: .failed, isAttemptUsed: true))
        #expect(verdict(policy, Slip(), attempt: 3) == .fail(.failed))
    }

    @Test func `waits grow to a minute and no further`() {
        let policy = StepPolicy(attemptsMax: 20)
        #expect(
            verdict(policy, Slip(), attempt: 10) == .retry(after: .seconds(60), reason: .failed, isAttemptUsed: true)
        )
    }

    @Test func `what cannot be helped is not tried again`() {
        let policy = StepPolicy(isPermanent: { $0 is Slip })
        #expect(verdict(policy, Slip()) == .fail(.permanent))
        #expect(verdict(.standard, JobError(.permanent, "no")) == .fail(.permanent))
        #expect(verdict(.standard, Refusal(isPermanent: true)) == .fail(.permanent))
        #expect(verdict(.standard, Refusal(isPermanent: false)) != .fail(.permanent))
    }

    @Test func `being asked to wait uses no attempt, but not for ever`() {
        let error = JobError(.throttled(retryAfter: .seconds(30)), "slow down")
        let waits = StepPolicy.Verdict.retry(after: .seconds(30), reason: .throttled, isAttemptUsed: false)
        #expect(verdict(.standard, error, attempt: 3, failures: 10) == waits)
        #expect(verdict(.standard, error, attempt: 3, failures: 49) == .fail(.failed))
    }

    @Test func `what may not be repeated has one attempt`() {
        #expect(verdict(.once, Slip()) == .fail(.failed))
        #expect(verdict(.once, StepTimeout(limit: .seconds(1))) == .fail(.timedOut))
    }
}
