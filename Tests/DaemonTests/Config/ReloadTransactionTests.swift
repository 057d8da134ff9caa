import Daemon
import Testing

/// All parts take the new configuration, or none keeps it.
@Suite struct ReloadTransactionTests {
    private actor Parts {
        private(set) var journal: [String] = []
        private let refusals: Set<String>

        init(refusing refusals: Set<String> = []) { self.refusals = refusals }

        func apply(_ part: String, _ config: LoadedConfig) throws {
            let entry = "\(part)=\(config.configuration.host.name)"
            journal.append(entry)
            if refusals.contains(entry) { throw ConfigFixture.Failure(text: "no") }
        }

        nonisolated func steps(_ names: [String]) -> [ReloadTransaction.Step] {
            names.map { name in ReloadTransaction.Step(name: name) { try await self.apply(name, $0) } }
        }
    }

    private func run(_ parts: Parts) async throws -> ReloadTransaction.Outcome {
        let fixture = try ConfigFixture()
        let old = try #require(try fixture.load("host.name = \"old\"").usable)
        let new = try #require(try fixture.load("host.name = \"new\"").usable)
        return await ReloadTransaction(parts.steps(["log", "market", "host"])).run(from: old, to: new)
    }

    @Test func `every part gets the new configuration in order`() async throws {
        let parts = Parts()
        guard case .applied = try await run(parts) else {
            Issue.record("not applied")
            return
        }
        #expect(await parts.journal == ["log=new", "market=new", "host=new"])
    }

    @Test func `a part that refuses brings the old one back to those before it, in reverse`() async throws {
        let parts = Parts(refusing: ["host=new"])
        guard case .rolledBack(let step, _, let stuck) = try await run(parts) else {
            Issue.record("not rolled back")
            return
        }
        #expect(step == "host")
        #expect(stuck == [])
        #expect(await parts.journal == ["log=new", "market=new", "host=new", "market=old", "log=old"])
    }

    @Test func `a part that refuses the way back is named and holds up no other`() async throws {
        let parts = Parts(refusing: ["host=new", "market=old"])
        guard case .rolledBack(_, _, let stuck) = try await run(parts) else {
            Issue.record("not rolled back")
            return
        }
        #expect(stuck.count == 1 && stuck.allSatisfy { $0.hasPrefix("market: ") })
        #expect(await parts.journal.last == "log=old")
    }
}
