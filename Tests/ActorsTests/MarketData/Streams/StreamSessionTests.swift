import Bus
import Domain
import Market
import Testing

@testable import Actors

/// A session that expectations may change.
private final class Life {
    private var session: StreamSession
    init(_ session: StreamSession) { self.session = session }

    var phase: StreamStanding.Phase { session.phase }
    func connecting() { session.connecting() }
    func opened(at moment: Duration) { session.opened(at: moment) }
    func heard(_ messages: [StreamMessage], at moment: Duration) -> Bool { session.heard(messages, at: moment) }
    func look(at moment: Duration) -> Bool { session.look(at: moment) }
    func ended(_ ending: StreamEnding, at moment: Duration) -> StreamSession.Pause {
        session.ended(ending, at: moment)
    }
}

/// The life of a stream, by plain calls.
struct StreamSessionTests {
    private let refused = StreamMessage.refused("X-Y is no product")
    private let cut = StreamEnding("the connection was cut")

    private func session(_ change: (inout StreamSession.Settings) -> Void = { _ in }) -> Life {
        var settings = StreamSession.Settings()
        settings.backoff.jitter = 0
        change(&settings)
        return Life(StreamSession(settings: settings, seed: 1))
    }

    /// One that is live since 1 s.
    private func live() -> Life {
        let session = self.session()
        session.connecting()
        session.opened(at: .zero)
        #expect(!session.heard([.accepted], at: .seconds(1)))
        return session
    }

    @Test func `it is live once the exchange does what was asked`() {
        let session = self.session()
        #expect(session.phase == .connecting)
        session.opened(at: .zero)
        #expect(!session.heard([.heartbeat(symbol: nil, lastTradeID: nil), .other], at: .seconds(1)))
        #expect(session.phase == .subscribing)
        #expect(!session.heard([.accepted], at: .seconds(2)))
        #expect(session.phase == .live)
    }

    @Test func `a request that nobody answers, or that is refused, has its time`() {
        let silent = session()
        silent.opened(at: .zero)
        #expect(!silent.look(at: .seconds(10)))
        #expect(silent.look(at: .seconds(11)) && !silent.look(at: .seconds(12)))
        #expect(silent.ended(cut, at: .seconds(12)).reason == "asked for, and not answered for 10.0 seconds")
        let other = session()
        other.opened(at: .zero)
        #expect(!other.heard([refused], at: .seconds(1)))
        #expect(other.look(at: .seconds(11)))
        #expect(other.ended(cut, at: .seconds(11)).reason == "refused: X-Y is no product")
        // One that closes at once says why all the same.
        let closed = session()
        closed.opened(at: .zero)
        _ = closed.heard([refused], at: .seconds(1))
        #expect(closed.ended(cut, at: .seconds(1)).reason == "the connection was cut, refused: X-Y is no product")
    }

    @Test func `one market that is refused does not end the others`() {
        let session = self.session()
        session.opened(at: .zero)
        _ = session.heard([refused], at: .seconds(1))
        _ = session.heard([.accepted], at: .seconds(1))
        #expect(session.phase == .live && !session.look(at: .seconds(15)))
    }

    @Test func `silence ends it, and any sign of life puts that off`() {
        let session = live()
        #expect(!session.look(at: .seconds(21)))
        _ = session.heard([.heartbeat(symbol: nil, lastTradeID: nil)], at: .seconds(21))
        #expect(!session.look(at: .seconds(41)) && session.look(at: .seconds(42)))
        let pause = session.ended(cut, at: .seconds(42))
        #expect(pause.reason == "silent for 20.0 seconds" && !pause.isPlanned && session.phase == .waiting)
    }

    @Test func `an end that was announced costs no pause, unless it comes each time at once`() {
        let session = live()
        #expect(session.heard([.closing], at: .seconds(100)) && !session.heard([.closing], at: .seconds(101)))
        #expect(
            session.ended(cut, at: .seconds(101))
                == StreamSession.Pause(wait: .zero, reason: "the exchange closes the connection soon", isPlanned: true)
        )
        session.connecting()
        session.opened(at: .seconds(101))
        _ = session.heard([.accepted, .closing], at: .seconds(102))
        let pause = session.ended(cut, at: .seconds(102))
        #expect(pause.wait == .seconds(1) && !pause.isPlanned)
    }

    @Test func `a connection is begun anew before the exchange ends it`() {
        let session = live()
        let age = Duration.seconds(23 * 3600 + 1)
        _ = session.heard([.other], at: age)
        #expect(session.look(at: age))
        #expect(session.ended(cut, at: age).isPlanned)
    }

    @Test func `pauses grow up to a limit, and begin anew after a steady time`() {
        let session = self.session()
        func fail(_ ending: StreamEnding? = nil, at moment: Duration = .zero) -> Duration {
            session.connecting()
            return session.ended(ending ?? cut, at: moment).wait
        }
        #expect((0..<9).map { _ in fail() } == [1, 2, 4, 8, 16, 32, 64, 120, 120].map { .seconds($0) })
        session.connecting()
        session.opened(at: .zero)
        _ = session.heard([.accepted], at: .zero)
        #expect(session.ended(cut, at: .seconds(59)).wait == .seconds(120))
        session.connecting()
        session.opened(at: .zero)
        _ = session.heard([.accepted], at: .zero)
        #expect(session.ended(cut, at: .seconds(60)).wait == .seconds(1))
        #expect(fail(StreamEnding("answered 429", retryAfter: .seconds(300))) == .seconds(300))
        #expect(fail(StreamEnding("answered 429", retryAfter: .seconds(1_000_000))) == .seconds(3600))
        #expect(fail(StreamEnding("no host", isUnavailable: true)) == .seconds(120) && session.phase == .unavailable)
    }
}
