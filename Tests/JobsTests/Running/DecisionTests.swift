import Bus
import Store
import Testing

@testable import Jobs

/// The decisions of the runner, as plain values.
@Suite struct RunnerDecisionTests {
    private func job(attempt: Int = 1) throws -> JobRecord {
        let row: SQLRow = [
            SQLValue(UUIDv7(high: 1, low: 1)), .text("media"), .text("render"), .text("running"), .integer(4),
            .integer(1), .text("{}"), .null, .null, .integer(Int64(attempt)), .integer(3), .integer(7), .integer(9),
            SQLValue(UUIDv7(high: 2, low: 2)), .integer(0), .integer(0), .null, .null, .text("[]"), .null, .integer(1),
            .integer(1), .null,
        ]
        return try JobRecord(row: row)
    }

    // MARK: Lanes

    @Test func `a lane asks for its free slots, but not for more than a claim may bring`() {
        var lane = LaneState(slots: 50, claimMax: 32)
        #expect(lane.wanted == 32)
        lane.asks()
        lane.took(32)
        lane.answered(isFull: true, hadLimited: false)
        #expect(lane.wanted == 18)
        lane.asks()
        lane.took(18)
        lane.answered(isFull: true, hadLimited: false)
        #expect(lane.wanted == 0)
    }

    @Test func `a slot that becomes free is no reason to ask an empty queue again`() {
        var lane = LaneState(slots: 2, claimMax: 32)
        lane.asks()
        lane.took(1)
        lane.answered(isFull: false, hadLimited: false)
        #expect(lane.wanted == 0)
        lane.ended(wasLimited: false)
        #expect(lane.wanted == 0)
        lane.noticed()
        #expect(lane.wanted == 2)
    }

    @Test func `a notice that comes during a claim is not lost`() {
        var lane = LaneState(slots: 2, claimMax: 32)
        lane.asks()
        lane.noticed()
        lane.answered(isFull: false, hadLimited: false)
        #expect(lane.wanted == 2)
    }

    @Test func `a job with a limit key makes room for the next of its key`() {
        var lane = LaneState(slots: 4, claimMax: 32)
        lane.asks()
        lane.took(1)
        lane.answered(isFull: false, hadLimited: true)
        #expect(lane.wanted == 3)
        lane.asks()
        lane.answered(isFull: false, hadLimited: false)
        #expect(lane.wanted == 0)
        lane.ended(wasLimited: true)
        #expect(lane.wanted == 4)
        lane.stop()
        #expect(lane.wanted == 0)
    }

    // MARK: Endings

    @Test func `what is recorded follows from what the handler said and why it was stopped`() throws {
        let job = try job()
        let failure: Result<JobOutcome, any Error> = .failure(CancellationError())
        #expect(
            JobEnding(.success(.completed(result: "1")), reason: nil, job: job, retry: nil) == .completed(result: "1")
        )
        // It was done before it heard of the stop: that counts.
        #expect(
            JobEnding(.success(.completed(result: nil)), reason: .cancelRequested, job: job, retry: nil)
                == .completed(result: nil)
        )
        #expect(JobEnding(.success(.completed(result: nil)), reason: .leaseLost, job: job, retry: nil) == .leaveAlone)
        #expect(JobEnding(failure, reason: .leaseLost, job: job, retry: nil) == .leaveAlone)
        #expect(JobEnding(failure, reason: .cancelRequested, job: job, retry: nil) == .cancelled)
        #expect(JobEnding(failure, reason: .stopping, job: job, retry: nil) == .handedBack)
        #expect(JobEnding(failure, reason: .timedOut, job: job, retry: nil).message == "it took too long")
    }

    @Test func `a result that is too large fails for good`() throws {
        let large = String(repeating: "x", count: JobRequest.payloadBytesMax + 1)
        let ending = JobEnding(.success(.completed(result: large)), reason: nil, job: try job(), retry: nil)
        guard case .failed(let error, _) = ending else {
            Issue.record("\(ending)")
            return
        }
        #expect(error.kind == .permanent)
    }

    @Test(arguments: [(1, 2.0), (2, 4.0), (3, 8.0), (9, 512.0), (10, 600.0), (5000, 600.0)])
    func `each wait is twice the one before, up to the cap`(attempt: Int, seconds: Double) {
        let policy = RetryPolicy()
        #expect(abs(policy.delay(afterAttempt: attempt, random: 0.5) / .seconds(1) - seconds) < 1e-6)
        #expect(abs(policy.delay(afterAttempt: attempt, random: 0) / .seconds(1) - seconds * 0.9) < 1e-6)
        #expect(abs(policy.delay(afterAttempt: attempt, random: 1) / .seconds(1) - seconds * 1.1) < 1e-6)
    }

    // MARK: Orphans

    @Test func `a claim whose answer never came is handed back at the second heartbeat`() {
        var orphans = OrphanedClaims()
        let known = JobQueue.Held(id: UUIDv7(high: 1, low: 1), epoch: 1, isCancelRequested: false)
        let lost = JobQueue.Held(id: UUIDv7(high: 1, low: 2), epoch: 3, isCancelRequested: false)
        #expect(orphans.observe([known, lost], known: [known.id]).isEmpty)
        #expect(orphans.observe([known, lost], known: [known.id]) == [lost])
    }

    @Test func `a claim that is under way at one heartbeat is none`() {
        var orphans = OrphanedClaims()
        let held = JobQueue.Held(id: UUIDv7(high: 1, low: 2), epoch: 3, isCancelRequested: false)
        #expect(orphans.observe([held], known: []).isEmpty)
        #expect(orphans.observe([held], known: [held.id]).isEmpty)
        // The same job, claimed anew: another epoch, and so another claim.
        let again = JobQueue.Held(id: held.id, epoch: 4, isCancelRequested: false)
        #expect(orphans.observe([again], known: []).isEmpty)
    }

    // MARK: Texts

    @Test func `arrays are written so that no element can be taken for syntax`() {
        #expect(PostgresArray.text([]) == "{}")
        #expect(PostgresArray.text(["a", nil, "NULL", "", "{,}"]) == #"{"a",NULL,"NULL","","{,}"}"#)
        #expect(PostgresArray.text([#"a"b\c"#]) == #"{"a\"b\\c"}"#)
    }

    @Test func `a message is cut at a whole character`() {
        #expect("abc".cut(toBytes: 3) == "abc")
        #expect("aéé".cut(toBytes: 4) == "aé")
        #expect("aéé".cut(toBytes: 3) == "aé")
        #expect("é".cut(toBytes: 1) == "")
    }

    @Test(arguments: ["", "Media", "1a", "a b", "a.b", String(repeating: "a", count: 48)])
    func `what is no queue's name is refused`(text: String) { #expect(QueueName(text) == nil) }
}
