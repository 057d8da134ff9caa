import Bus
import BusZeroMQ
import CZeroMQ
import Glibc
import JSON
import Testing

/// Who gets in, and what those who do not can spoil.
@Suite(.timeLimit(.minutes(1)))
struct SecurityTests {
    private struct Keys: Sendable {
        let server: CurveKeyPair
        let friend: CurveKeyPair
        let stranger: CurveKeyPair

        init() throws {
            server = try CurveKeyPair.generate()
            friend = try CurveKeyPair.generate()
            stranger = try CurveKeyPair.generate()
        }

        func configure(_ config: inout ZeroMQConfig) {
            config.eventsTCPAddress = "tcp://127.0.0.1:*"
            config.controlTCPAddress = "tcp://127.0.0.1:*"
            config.serverKey = server
            config.authorisedKeys = [
                AuthorisedKey(
                    name: "friend",
                    publicKey: friend.publicKey,
                    role: .operator,
                    publishPrefixes: ["news."]
                )
            ]
        }

        func client(_ pair: CurveKeyPair) throws -> ZeroMQClientConfig {
            ZeroMQClientConfig(curve: try ClientCurve(serverPublicKey: server.publicKey, client: pair))
        }
    }

    @Test func `an authorised key gets in and an unknown one is refused and counted`() async throws {
        let keys = try Keys()
        try await EdgeFixture.run(configure: keys.configure) { fixture in
            let address = fixture.address("events-tcp")
            let stranger = try Receiver(address, "test.", config: try keys.client(keys.stranger))
            let edge = fixture.edge
            try await until("the refusal") { edge.statistics.authFailures > 0 }
            try await until("the monitor to tell") {
                (edge.statistics.connections["events-tcp"]?.handshakeFailedAuth ?? 0) > 0
            }
            let friend = try Receiver(address, "test.", config: try keys.client(keys.friend))
            _ = try await friend.next("system.welcome.sent")
            try fixture.publish(1...1)
            #expect(try await friend.next("test.thing.ticked").header.seq == 1)
            #expect(stranger.subscriber.statistics.received == 0)
            #expect(stranger.subscriber.statistics.connection.authFailures > 0)
            #expect(edge.statistics.authSuccesses > 0)
            let reported = fixture.incidents.all.contains {
                if case .unknownKey(let key, _) = $0 { key == keys.stranger.publicKey } else { false }
            }
            #expect(reported)
        }
    }

    @Test func `a peer without encryption is refused at an encrypted endpoint`() async throws {
        let keys = try Keys()
        try await EdgeFixture.run(configure: keys.configure) { fixture in
            let plain = try Receiver(fixture.address("events-tcp"), "test.")
            let edge = fixture.edge
            try await until("the failed handshake") {
                // Which of the two it is depends on who of the two sides gives up first.
                let counts = edge.statistics.connections["events-tcp"] ?? PeerCounters()
                return counts.handshakeFailedProtocol + counts.handshakeFailedNoDetail > 0
            }
            try fixture.publish(1...1)
            #expect(edge.statistics.connections["events-tcp"]?.handshakeSucceeded == 0)
            #expect(plain.subscriber.statistics.received == 0)
        }
    }

    @Test func `nobody is let in once the authenticator is dead`() async throws {
        let keys = try Keys()
        try await EdgeFixture.run(configure: keys.configure) { fixture in
            let address = fixture.address("events-tcp")
            let friend = try Receiver(address, "test.", config: try keys.client(keys.friend))
            _ = try await friend.next("system.welcome.sent")
            let edge = fixture.edge
            edge.killAuthenticator()
            try await until("the doors to shut") { edge.statistics.isAuthenticatorDead }
            // The counter is set a moment before the incident is reported.
            try await until("the incident") { !fixture.incidents.all.isEmpty }
            #expect(fixture.incidents.all == [.authenticatorDied(endpoints: ["events-tcp", "control-tcp"])])
            try await until("those inside to be gone") { !friend.subscriber.statistics.connection.isConnected }
            // Nobody listens: not for strangers, not for friends.
            #expect(openTCP(address, sending: []) == -1)
            #expect(openTCP(fixture.address("control-tcp"), sending: []) == -1)
            // Local subscribers are served on.
            let local = try Receiver(fixture.address("events"), "test.")
            _ = try await local.next("system.welcome.sent")
        }
    }

    @Test func `the caller's name comes from the last frame of its request`() async throws {
        let keys = try Keys()
        let handler: ControlHandler = { request in
            .result([
                "name": .string(request.caller.name), "role": .string(request.caller.role.rawValue),
                "publish": .array(request.caller.publishPrefixes.map(JSONValue.string)),
                "endpoint": .string(request.caller.endpoint),
            ])
        }
        try await EdgeFixture.run(configure: keys.configure, handler: handler) { fixture in
            let address = fixture.address("control-tcp")
            let curve = try ClientCurve(serverPublicKey: keys.server.publicKey, client: keys.friend)
            let peer = try RawPeer(ZMQ_DEALER, address, curve: curve)
            // With and without an empty frame before it, many at once, so that the polling has read ahead.
            for number in 0..<100 {
                let request = Array(#"{"jsonrpc":"2.0","id":\#(number),"method":"who"}"#.utf8)
                if number.isMultiple(of: 2) { peer.send(request) } else { peer.send([], request) }
            }
            for _ in 0..<100 {
                let frames = try await peer.receive()
                let answer = try JSONValue(parsing: frames.last ?? [])
                #expect(answer["result"]?["name"] == "friend")
                #expect(answer["result"]?["role"] == "operator")
                #expect(answer["result"]?["publish"] == ["news."])
                #expect(answer["result"]?["endpoint"] == "control-tcp")
                let isPlain = (answer["id"]?.int ?? 0).isMultiple(of: 2)
                #expect(frames.count == (isPlain ? 1 : 2))
            }
        }
    }

    @Test func `a key taken away loses its connection and may not come back`() async throws {
        let keys = try Keys()
        try await EdgeFixture.run(configure: keys.configure) { fixture in
            let friend = try Receiver(fixture.address("events-tcp"), "test.", config: try keys.client(keys.friend))
            _ = try await friend.next("system.welcome.sent")
            fixture.edge.replaceAuthorisedKeys([AuthorisedKey(name: "other", publicKey: keys.stranger.publicKey)])
            try await until(
                "the connection to end: \(friend.subscriber.statistics), at the edge \(fixture.edge.statistics), "
                    + "\(fixture.incidents.all)"
            ) { !friend.subscriber.statistics.connection.isConnected }
            let other = try Receiver(fixture.address("events-tcp"), "test.", config: try keys.client(keys.stranger))
            _ = try await other.next("system.welcome.sent")
            try await until("the old key to be refused") { friend.subscriber.statistics.connection.authFailures > 0 }
        }
    }

    @Test func `a thousand garbage and half-open connections do not keep a good one out`() async throws {
        let configure = { (config: inout ZeroMQConfig) in
            config.eventsTCPAddress = "tcp://127.0.0.1:*"
            config.handshakeInterval = .milliseconds(500)
        }
        try await EdgeFixture.run(configure: configure) { fixture in
            let address = fixture.address("events-tcp")
            let early = try Receiver(address, "test.")
            _ = try await early.next("system.welcome.sent")
            // The greeting of ZMTP 3 up to its version, then silence.
            let half: [UInt8] = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3]
            let descriptors = try await onThread {
                var numbers = SplitMix64(state: 42)
                return (0..<1000).map { index -> Int32 in
                    switch index % 3 {
                    case 0:
                        return openTCP(
                            address,
                            sending: (0..<200).map { _ in UInt8.random(in: 0...255, using: &numbers) }
                        )
                    case 1: return openTCP(address, sending: half)
                    default: return openTCP(address, sending: [])
                    }
                }
            }
            defer { for descriptor in descriptors where descriptor >= 0 { close(descriptor) } }
            #expect(descriptors.count { $0 >= 0 } == 1000)
            let late = try Receiver(address, "test.")
            _ = try await late.next("system.welcome.sent")
            try fixture.publish(1...3)
            #expect(try await early.next("test.thing.ticked").header.seq == 1)
            #expect(try await late.next("test.thing.ticked").header.seq == 1)
            let edge = fixture.edge
            try await until("the strangers to be shown out", limit: .seconds(20)) {
                (edge.statistics.connections["events-tcp"]?.open ?? 0) == 2
            }
            #expect(edge.statistics.connections["events-tcp"]?.peers == 2, "\(edge.statistics.connections)")
        }
    }

    @Test func `an address that others can reach needs encryption`() throws {
        var config = ZeroMQConfig(runtimeDirectory: "/run/cryptocall")
        #expect(config.problems().isEmpty)
        for open in [
            "tcp://*:5760", "tcp://0.0.0.0:5760", "tcp://[::]:5760", "tcp://192.168.1.4:5760", "tcp://eth0:5760",
        ] {
            config.eventsTCPAddress = open
            #expect(config.problems().map(\.key) == ["events_tcp_address"], "\(open)")
        }
        for closed in ["tcp://127.0.0.1:5760", "tcp://[::1]:5760", "tcp://localhost:5760", "tcp://127.9.9.9:*"] {
            config.eventsTCPAddress = closed
            #expect(config.problems().isEmpty, "\(closed)")
        }
        config.eventsTCPAddress = "tcp://*:5760"
        config.serverKey = try CurveKeyPair.generate()
        #expect(config.problems().isEmpty)
        config.eventsTCPAddress = "tcp://127.0.0.1"
        #expect(config.problems().map(\.key) == ["events_tcp_address"])
    }

    @Test func `keys survive their text form and a wrong one is refused`() throws {
        let pair = try CurveKeyPair.generate()
        #expect(try CurveKeyPair(secretKey: pair.secretKey) == pair)
        #expect("\(pair)".contains(pair.publicKey))
        #expect(!"\(pair)".contains(pair.secretKey))
        #expect(throws: ZeroMQError.self) { try CurveKeyPair(secretKey: String(pair.secretKey.dropLast())) }
        #expect(throws: ZeroMQError.self) { try CurveKeyPair(secretKey: String(repeating: "~", count: 40)) }
        // The example of the text form's specification.
        #expect(Z85.encode([0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B]) == "HelloWorld")
        #expect(Z85.decode("HelloWorld") == [0x86, 0x4F, 0xD2, 0x6F, 0xB5, 0x59, 0xF7, 0x5B])
        #expect(Z85.decode("#####") == nil)
    }
}
