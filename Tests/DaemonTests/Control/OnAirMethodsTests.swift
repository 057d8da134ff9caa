import Actors
import Bus
import BusZeroMQ
import Domain
import JSON
import PlayoutLink
import Show
import Store
import Testing

@testable import Daemon
@testable import Media

/// An operator's hand in what listeners hear.
struct OnAirMethodsTests {
    /// A booth whose speaker is not at work, behind the methods.
    private struct Air {
        let bench: MethodBench
        let booth: AirBooth
        let mute: AirSwitch
        let offAir: AirSwitch
        let segments: SegmentRepository

        init() async throws {
            var made: (AirBooth, AirSwitch, AirSwitch, SegmentRepository)?
            bench = try await MethodBench { store, _, configuration, now in
                let segments = SegmentRepository(store: store, now: now)
                let booth = AirBooth(segments: segments)
                let mute = AirSwitch.mute(store: store, author: Incarnation(of: "test"))
                let offAir = AirSwitch.offAir(store: store, author: Incarnation(of: "test"))
                made = (booth, mute, offAir, segments)
                return OnAirMethods(
                    booth: booth,
                    mute: mute,
                    offAir: offAir,
                    engines: {
                        [
                            VoiceChain.Standing(
                                engine: "flite",
                                availability: .unavailable("flite: not installed"),
                                answered: 3,
                                failed: 1,
                                lastFailure: "flite: no sound",
                                isLeftAlone: false
                            )
                        ]
                    },
                    hosts: { HostSettings(configuration, isQuiet: false) },
                    targets: { ["127.0.0.1:8000/live.aac", "theta"] },
                    now: now
                ).all
            }
            (booth, mute, offAir, segments) = try #require(made)
        }
    }

    @Test func `viewers see why there is no voice, and the engines, and that the playout is away`() async throws {
        let air = try await Air()
        air.booth.note(.off("no voice is set up"))
        let status = try await air.bench.call("onair.status", [:], as: .viewer)
        #expect(status["voices"] == [] && status["reason"] == "no voice is set up" && status["muted"] == false)
        #expect(status["playout"]?.isNull == true && status["segment"]?.isNull == true)
        let engine = try #require(status["engines"]?[0])
        #expect(engine["state"] == "unavailable" && engine["reason"] == "flite: not installed")
        #expect(engine["answered"] == 3 && engine["failed"] == 1 && engine["lastFailure"] == "flite: no sound")
        let queue = try await air.bench.call("onair.queue", [:], as: .viewer)
        #expect(queue["count"] == 0 && queue["segments"] == [])
        let part = try #require(queue["part"])
        #expect(["Nova", "Rex"].contains(part["host"]?.string) && part["kind"]?.string != nil)
        // For an hour, of thirteen parts, each where the one before it ends.
        #expect(queue["parts"]?[0]?["beganAt"] == part["endsAt"])
        #expect(queue["parts"]?[11] != nil && queue["parts"]?[13] == nil)
        #expect(queue["parts"]?[0]?["host"] != part["host"])
    }

    @Test func `an operator's words join the running order as such`() async throws {
        let air = try await Air()
        air.booth.note(.on(engines: ["flite"]))
        let said = try await air.bench.call("onair.say", ["text": "We are back in a minute."], as: .operator)
        let open = try await air.segments.open()
        #expect(open.count == 1 && said["segment"]?.string == open.first.map { "\($0.id)" })
        let spoken = try #require(open.first?.spoken)
        #expect(spoken.kind == .operator && spoken.text == "We are back in a minute." && spoken.template == nil)
        #expect(spoken.host == said["host"]?.string && spoken.symbols.isEmpty && spoken.facts.isEmpty)
        let other = try await air.bench.call("onair.say", ["text": "Hello.", "host": "Sol"], as: .operator)
        #expect(other["host"] == "Sol")
        #expect(try #require(other["aheadSeconds"]?.double) > 0)
    }

    @Test(arguments: [
        ("text", "<b>hello</b>"), ("text", "You should buy it."), ("text", ""), ("host", "Nova\u{7}"), ("host", ""),
        ("text", String(repeating: "word ", count: 201)),
    ])
    func `what cannot be said is refused with the name of its field`(field: String, value: String) async throws {
        let air = try await Air()
        air.booth.note(.on(engines: ["flite"]))
        var params: [String: JSONValue] = ["text": "Hello."]
        params[field] = .string(value)
        let failure = try #require(await air.bench.failure("onair.say", params))
        #expect(failure.code == -32602 && failure.data["field"] == .string(field))
        #expect(try await air.segments.open().isEmpty)
    }

    @Test func `nobody speaks without a voice, without the right, or while the station is muted`() async throws {
        let air = try await Air()
        let words: [String: JSONValue] = ["text": "Hello."]
        air.booth.note(.off("the playout is away"))
        let silent = try #require(await air.bench.failure("onair.say", words))
        #expect(silent.code == -32005 && silent.message.contains("the playout is away"))
        air.booth.note(.on(engines: ["flite"]))
        #expect(await air.bench.failure("onair.say", words, as: .viewer)?.code == -32001)
        try await air.mute.set(true, reason: nil, caller: "boss")
        #expect(await air.bench.failure("onair.say", words)?.code == -32004)
        #expect(try await air.segments.open().isEmpty)
    }

    @Test func `hosts are taken off the air and put back, and operators see it`() async throws {
        let air = try await Air()
        air.booth.note(.on(engines: ["flite"]))
        #expect(await air.bench.failure("onair.stop", [:], as: .viewer)?.code == -32001)
        #expect(await air.bench.failure("onair.stop", ["why": "x"])?.code == -32602)
        let stopped = try await air.bench.call("onair.stop", ["reason": "works on the mast"], as: .operator)
        #expect(stopped == ["offAir": true] && air.offAir.isOn)
        #expect(try await air.bench.call("onair.status", [:], as: .viewer)["offAir"] == true)
        let refused = try #require(await air.bench.failure("onair.say", ["text": "Hello."]))
        #expect(refused.code == -32004 && refused.message.contains("onair.start"))
        let started = try await air.bench.call("onair.start", [:], as: .operator)
        #expect(started == ["offAir": false] && !air.offAir.isOn)
        _ = try await air.bench.call("onair.say", ["text": "Hello."], as: .operator)
    }

    @Test func `what was switched off stays so when the daemon starts anew`() async throws {
        let air = try await Air()
        _ = try await air.bench.call("onair.stop", ["reason": "night"], as: .operator)
        let (store, author) = (air.bench.store, Incarnation(of: "test"))
        let (later, mute) = (
            AirSwitch.offAir(store: store, author: author), AirSwitch.mute(store: store, author: author)
        )
        try await later.restore()
        try await mute.restore()
        // One switch is not the other.
        #expect(later.isOn && !mute.isOn)
    }

    @Test func `a server is kept from the programme by its name`() async throws {
        let air = try await Air()
        let off = try await air.bench.call("onair.target", ["name": "theta", "on": false], as: .operator)
        #expect(off == ["name": "theta", "on": false] && air.booth.orders.targetsOff == ["theta"])
        #expect(try await air.bench.call("onair.status", [:], as: .viewer)["targetsOff"] == ["theta"])
        let unknown = try #require(await air.bench.failure("onair.target", ["name": "beta"]))
        #expect(unknown.code == -32602 && unknown.data["field"] == "name" && unknown.message.contains("theta"))
        _ = try await air.bench.call("onair.target", ["name": "theta"], as: .operator)
        #expect(air.booth.orders.targetsOff.isEmpty)
    }

    @Test func `whoever switches last is right, and a stop is never undone by a release before it`() async throws {
        let air = try await Air()
        let mute = air.mute
        for _ in 0..<20 {
            try await mute.set(true, reason: nil, caller: "a")
            try await withThrowingTaskGroup { group in
                // Both at once, as two operators do it.
                group.addTask { try await mute.set(false, reason: nil, caller: "b") }
                group.addTask { try await mute.set(true, reason: nil, caller: "c") }
                try await group.waitForAll()
            }
            let kept = AirSwitch.mute(store: air.bench.store, author: Incarnation(of: "test"))
            try await kept.restore()
            #expect(kept.isOn == mute.isOn)
        }
    }

    @Test func `skipping tells what was broken off, or why nothing was`() async throws {
        let air = try await Air()
        #expect(await air.bench.failure("onair.skip", [:])?.code == -32005)
        air.booth.note(hand: hand { () async throws(LinkError) in throw LinkError(.notPossible, "nothing plays") })
        let idle = try #require(await air.bench.failure("onair.skip", [:]))
        #expect(idle.code == -32004 && idle.message.contains("nothing plays"))
        air.booth.note(
            hand: hand { () async throws(LinkError) in
                AirBooth.BrokenOff(item: "a/0", segment: "a", removedCount: 2)
            }
        )
        #expect(await air.bench.failure("onair.skip", [:], as: .viewer)?.code == -32001)
        let done = try await air.bench.call("onair.skip", [:], as: .operator)
        #expect(done == ["item": "a/0", "segment": "a", "removed": 2])
    }

    private func hand(_ skip: @escaping @Sendable () async throws(LinkError) -> AirBooth.BrokenOff) -> AirBooth.Hand {
        AirBooth.Hand(
            skip: skip,
            dump: { () async throws(LinkError) in throw LinkError(.notPossible, "the delay is off") }
        )
    }

    @Test func `the bed and the delay can be ordered, and given back to the settings`() async throws {
        let air = try await Air()
        #expect(await air.bench.failure("onair.bed", ["file": "/a.wav"], as: .viewer)?.code == -32001)
        #expect(await air.bench.failure("onair.bed", ["file": "a.wav"])?.message.contains("file") == true)
        #expect(try await air.bench.call("onair.bed", ["file": "/a.wav"], as: .operator) == ["bed": "/a.wav"])
        #expect(air.booth.orders.bed == .some("/a.wav"))
        #expect(try await air.bench.call("onair.bed", ["file": "own"], as: .operator) == ["bed": "own"])
        #expect(air.booth.orders.bed == .some(nil))
        #expect(try await air.bench.call("onair.bed", [:], as: .operator) == ["bed": .null])
        #expect(air.booth.orders.bed == nil)
        #expect(try await air.bench.call("onair.delay", ["on": true], as: .operator) == ["delay": true])
        #expect(air.booth.orders.isDelayed == true)
        #expect(await air.bench.failure("onair.dump", [:])?.code == -32005)
        air.booth.note(hand: hand { () async throws(LinkError) in throw LinkError(.notPossible, "nothing plays") })
        #expect(await air.bench.failure("onair.dump", [:])?.message.contains("delay is off") == true)
    }
}
