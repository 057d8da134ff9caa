import Bus
import Domain
import Foundation
import Jobs
import Store
import TestKit
import Testing
import Threading

/// Recorded runs of each version of a workflow, replayed against its code as it is now.
///
/// `UPDATE_GOLDEN=1` records those of the present version anew; those of older versions are never touched.
@Suite struct HistoryTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/histories")

    private static let scenarios = ["published", "rejected", "waiting", "retried"]

    private static func histories() throws -> [(name: String, history: RecordedHistory)] {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        return try files.filter { $0.pathExtension == "json" }.sorted { $0.path < $1.path }.map { file in
            (file.lastPathComponent, try EventCodec.decode(RecordedHistory.self, from: try Data(contentsOf: file)))
        }
    }

    @Test func `every recorded run fits the present code`() async throws {
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" { try await record() }
        let histories = try HistoryTests.histories()
        #expect(Set(histories.map(\.history.version)) == [1, 2] && histories.count >= 6)
        let code = Workflow<Pilot, Published>.production().definition
        for (name, history) in histories {
            let end = try await code.replay(history)
            let expected: WorkflowDefinition.ReplayEnd =
                switch name {
                case let name where name.contains("published"):
                    .completed(output: "{\"title\":\"Halving\",\"address\":\"video/33\"}")
                case let name where name.contains("rejected"): .failed("NotApproved(what: \"script\")")
                default: .recordEnds
                }
            #expect(try same(end, expected), "\(name): \(end)")
        }
    }

    /// The order of an object's keys does not matter.
    private func same(_ one: WorkflowDefinition.ReplayEnd, _ other: WorkflowDefinition.ReplayEnd) throws -> Bool {
        guard case .completed(let left) = one, case .completed(let right) = other else { return one == other }
        return try EventCodec.decode(Published.self, from: left.utf8)
            == EventCodec.decode(Published.self, from: right.utf8)
    }

    @Test func `each record with two neighbouring steps swapped is refused, and the step is named`() async throws {
        let code = Workflow<Pilot, Published>.production().definition
        for (name, history) in try HistoryTests.histories() {
            for index in history.steps.indices.dropLast() {
                let (one, two) = (history.steps[index], history.steps[index + 1])
                var steps = history.steps
                steps[index] = one.named(two.name, two.kind)
                steps[index + 1] = two.named(one.name, one.kind)
                let swapped = RecordedHistory(
                    workflow: history.workflow,
                    version: history.version,
                    input: history.input,
                    steps: steps
                )
                do {
                    let end = try await code.replay(swapped)
                    Issue.record("\(name): \(one.name) and \(two.name) swapped, and yet \(end)")
                } catch let difference as Nondeterminism {
                    #expect(difference.step == one.number, "\(name): \(difference)")
                }
            }
        }
    }

    private func record() async throws {
        for (version, scenario) in [(1, "published"), (1, "waiting")] + HistoryTests.scenarios.map({ (2, $0) }) {
            let file = HistoryTests.folder.appending(path: "production-v\(version)-\(scenario).json")
            guard version == 2 || !FileManager.default.fileExists(atPath: file.path) else { continue }
            let folder = try TemporaryFolder()
            let ahead = Mutex(Duration.zero)
            let store = try await SQLiteStore.open(
                SQLiteConfig(path: folder.path("history.sqlite")),
                bus: EventBus(types: EventCatalogue.all),
                now: { Timestamp(seconds: 1_790_000_000).advanced(by: ahead.withLock { $0 }) }
            )
            let bench = WorkflowBench(JobContract.Engine(store: store) { time in ahead.withLock { $0 += time } })
            let report = try await play(version, scenario, bench)
            await store.close()
            let history = try #require(RecordedHistory(report))
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
            try (encoder.encode(history) + Data("\n".utf8)).write(to: file)
        }
    }

    private func play(_ version: Int, _ scenario: String, _ bench: WorkflowBench) async throws -> RunReport {
        let slips = Mutex(0)
        let workflow = Workflow<Pilot, Published>.production(version: version) { step in
            guard scenario == "retried", step == "film",
                slips.withLock({
                    $0 += 1
                    return $0 < 2
                })
            else { return }
            throw NotApproved(what: "the disk is full")
        }
        let run = try await bench.client.start(workflow, Pilot(title: "Halving", scenes: 2)).id
        for verdict in [scenario == "rejected" ? WorkflowClient.Verdict.rejected : .approved, .approved] {
            try await bench.driveAll([workflow.definition])
            guard let open = try await bench.client.openApprovals().first, scenario != "waiting" else { break }
            try await bench.client.decide(run, open.what, verdict, by: "alice", contentHash: open.contentHash)
        }
        try await bench.driveAll([workflow.definition])
        if scenario == "published" {
            try await bench.advance(by: .seconds(61))
            try await bench.driveAll([workflow.definition])
        }
        return try await bench.client.show(run)
    }
}

extension StepRecord {
    fileprivate func named(_ name: String, _ kind: StepKind) -> StepRecord {
        StepRecord(
            number: number,
            name: name,
            kind: kind,
            state: state,
            attempt: attempt,
            output: output,
            errors: errors,
            dueAt: dueAt,
            startedAt: startedAt,
            finishedAt: finishedAt
        )
    }
}
