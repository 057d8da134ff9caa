import Bus
import Jobs
import Testing

@Suite struct ConsumerPolicyTests {
    private let policy = ConsumerPolicy()

    @Test func `it waits and tries as the product says`() {
        #expect(policy.visibilitySeconds == 30 && policy.heartbeatInterval == .seconds(10))
        #expect(policy.emptyPoll == .seconds(1) && policy.retrySeconds == 5)
        #expect(policy.attemptsMax == 3 && policy.concurrencyMax == 5)
    }

    @Test func `a failure is tried again until its attempts are used up`() {
        #expect(policy.action(after: .failed("x"), readCount: 1) == .retry(afterSeconds: 5))
        #expect(policy.action(after: .failed("x"), readCount: 2) == .retry(afterSeconds: 5))
        #expect(policy.action(after: .failed("x"), readCount: 3) == .bury(reason: "x"))
    }

    @Test func `an ending says what becomes of the message`() {
        #expect(policy.action(after: .succeeded, readCount: 9) == .finish)
        #expect(policy.action(after: .refused("x"), readCount: 1) == .bury(reason: "x"))
        #expect(policy.action(after: .throttled(seconds: 60), readCount: 3) == .giveBack(afterSeconds: 60))
        #expect(policy.action(after: .stopped, readCount: 3) == .giveBack(afterSeconds: 0))
        #expect(policy.action(after: .lost, readCount: 1) == .nothing)
    }

    @Test func `a handler's error says how it ended`() {
        typealias Ending = ConsumerPolicy.Ending
        #expect(Ending(JobError(.permanent, "x"), isCancelled: true) == .refused("x"))
        #expect(Ending(JobError(.transient, "x"), isCancelled: true) == .failed("x"))
        #expect(
            Ending(JobError(.throttled(retryAfter: .seconds(7)), "x"), isCancelled: false) == .throttled(seconds: 7)
        )
        #expect(Ending(CancellationError(), isCancelled: true) == .stopped)
        #expect(Ending(CancellationError(), isCancelled: false) == .failed("CancellationError()"))
    }

    @Test func `heartbeats that do not get through lose the message when its time is up`() {
        #expect(!policy.isLost(afterMissedBeats: 1))
        #expect(policy.isLost(afterMissedBeats: 2))
    }
}
