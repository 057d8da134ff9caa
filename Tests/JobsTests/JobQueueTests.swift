import Bus
import Domain
import Foundation
import Jobs
import Store
import TestKit
import Testing

@Suite struct JobQueueTests {
    @Test func `a job goes from enqueued to completed`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "jobs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try await SQLiteStore.open(
            SQLiteConfig(path: folder.appending(path: "s.sqlite").path),
            bus: EventBus(types: EventCatalogue.all)
        )
        let jobs = JobQueue(store: store)
        let worker = UUIDv7(high: 1, low: 2)
        var request = JobRequest(queue: "media", kind: "render", payload: "{}")
        request.uniqueKey = "render:1"
        let first = try await jobs.enqueue(request)
        let second = try await jobs.enqueue(request)
        #expect(first.isNew && !second.isNew && first.id == second.id)
        let claimed = try await jobs.claim("media", limit: 5, lease: .seconds(30), worker: worker)
        #expect(claimed.map(\.id) == [first.id])
        let context = JobContext(try #require(claimed.first))
        #expect(try await jobs.fail(context, JobError(.transient, "no luck"), delay: .zero) == .retryable)
        #expect(try await jobs.stage() == 1)
        let again = try await jobs.claim("media", limit: 5, lease: .seconds(30), worker: worker)
        #expect(again.first?.attempt == 2 && again.first?.errors.first?.message == "no luck")
        #expect(
            try await jobs.complete([.init(id: first.id, epoch: again.first?.leaseEpoch ?? 0, result: "1")]) == [
                first.id
            ]
        )
        #expect(try await jobs.job(first.id)?.state == .completed)
        var keyed = JobRequest(queue: "media", kind: "render", payload: "{}")
        keyed.limit = JobLimit(key: "k", runningMax: 2)
        for _ in 0..<5 { try await jobs.enqueue(keyed) }
        for expected in [1, 1, 0] {
            let some = try await jobs.claim("media", limit: 5, lease: .seconds(30), worker: worker, limited: true)
            #expect(some.count == expected)
        }
        #expect(try await jobs.heartbeat(worker: worker, lease: .seconds(10)).count == 2)
        #expect(try await jobs.counts().first?.available == 3)
        #expect(try await jobs.prune(completed: .zero, failed: .zero) == 1)
        await store.close()
    }
}
