import Actors
import Bus
import Testing

struct SpecCheckTests {
    private func texts(_ spec: SupervisorSpec) -> [String] { spec.check().map(\.description) }

    @Test func `a sound tree has no problems`() {
        let inner = SupervisorSpec.stub([.stub("b")]).with { _ in }
        let nested = SupervisorSpec(
            "inner",
            strategy: .restForOne,
            limit: RestartLimit(3, within: .seconds(5)),
            children: [.stub("c")]
        )
        #expect(texts(inner) == [])
        #expect(texts(.stub([.stub("a"), .supervisor(nested, restart: .permanent)])) == [])
    }

    @Test func `every problem is listed, not the first only`() {
        let bad = ChildSpec.stub("a").with {
            $0.isSignificant = true
            $0.startTimeout = .zero
            $0.shutdown = .after(.zero)
            $0.limit = RestartLimit(-1, within: .zero)
            $0.backoff = Backoff(base: .seconds(2), factor: 0.5, cap: .seconds(1), jitter: 2, resetAfter: .zero)
            $0.heartbeat = .init(every: .zero, missed: 0)
            $0.whenExhausted = .degrade(every: .zero)
        }
        let spec = SupervisorSpec.stub(limit: RestartLimit(-1, within: .zero), [bad]).with { $0.zombiesMax = 0 }
        #expect(texts(spec).count == 16)
    }

    @Test func `significant is refused for permanent children and without auto-shutdown`() {
        let permanent = ChildSpec.stub("a").with { $0.isSignificant = true }
        let transient = ChildSpec.stub("b", .transient).with { $0.isSignificant = true }
        #expect(
            texts(.stub([permanent, transient])) == [
                "a: a permanent child cannot be significant",
                "a: significant has no meaning where autoShutdown is never",
                "b: significant has no meaning where autoShutdown is never",
            ]
        )
    }

    @Test func `neither the top nor a permanent supervisor may shut itself down`() {
        let inner = SupervisorSpec(
            "inner",
            strategy: .oneForOne,
            limit: RestartLimit(1, within: .seconds(1))
        ).with { $0.autoShutdown = .anySignificant }
        #expect(texts(inner) == ["inner: the top supervisor may not shut itself down"])
        #expect(
            texts(.stub([.supervisor(inner, restart: .permanent)])) == [
                "inner: a supervisor that shuts itself down may not be permanent"
            ]
        )
        #expect(texts(.stub([.supervisor(inner, restart: .transient)])) == [])
    }

    @Test func `names are unique in the whole tree`() {
        let inner = SupervisorSpec(
            "inner",
            strategy: .oneForOne,
            limit: RestartLimit(1, within: .seconds(1)),
            children: [.stub("a"), .stub("top")]
        )
        #expect(
            texts(.stub([.stub("a"), .supervisor(inner, restart: .permanent)])) == [
                "a: the name is used more than once", "top: the name is used more than once",
            ]
        )
    }

    @Test func `what makes no sense for a supervisor is refused`() {
        let inner = SupervisorSpec("inner", strategy: .oneForOne, limit: RestartLimit(1, within: .seconds(1)))
        let child = ChildSpec.supervisor(inner, restart: .permanent).with {
            $0.heartbeat = .init(every: .seconds(1))
            $0.directives = [.exhausted: .resume]
        }
        #expect(
            texts(.stub([child])) == ["inner: a supervisor has no heartbeat", "inner: a supervisor cannot be resumed"]
        )
    }

    @Test func `a dynamic supervisor begins empty, and temporary children have no limits`() {
        let child = ChildSpec.stub("a", .temporary).with { $0.whenExhausted = .stop }
        #expect(texts(.stub(.dynamic, [child])).count == 2)
    }

    @Test func `a tree with problems cannot be built`() {
        #expect(throws: SupervisionCommandError.self) { try Supervisor(.stub([.stub("a"), .stub("a")])) }
    }
}
