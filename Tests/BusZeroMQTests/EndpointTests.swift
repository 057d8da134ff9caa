import Bus
import BusZeroMQ
import CZeroMQ
import Glibc
import JSON
import Testing

/// Addresses, files, inherited sockets, and subscribers that do not read.
@Suite(.timeLimit(.minutes(2)))
struct EndpointTests {
    @Test func `a file left by a killed daemon is replaced and the new one is for owner and group`() async throws {
        let directory = try EdgeFixture.temporaryDirectory()
        let path = "\(directory)/events.sock"
        // Bound and closed: the file stays, and nobody answers.
        close(try unixListener(path, listens: false))
        try await EdgeFixture.run(directory: directory) { fixture in
            let receiver = try Receiver(fixture.address("events"), "test.")
            _ = try await receiver.next("system.welcome.sent")
            var status = stat()
            #expect(stat(path, &status) == 0)
            #expect(status.st_mode & 0o777 == 0o660)
        }
        #expect(access(path, F_OK) != 0)
        EdgeFixture.removeDirectory(directory)
    }

    @Test func `the socket of a daemon that runs is left alone`() async throws {
        try await EdgeFixture.run { first in
            await #expect {
                try await EdgeFixture.run(directory: first.directory) { _ in }
            } throws: {
                ($0 as? ZeroMQError)?.code == .addressInUse
            }
            let receiver = try Receiver(first.address("events"), "test.")
            _ = try await receiver.next("system.welcome.sent")
        }
    }

    @Test func `a file that is no socket is left alone`() async throws {
        let directory = try EdgeFixture.temporaryDirectory()
        let path = "\(directory)/control.sock"
        close(open(path, O_CREAT | O_WRONLY, 0o600))
        await #expect { try await EdgeFixture.run(directory: directory) { _ in } } throws: {
            ($0 as? ZeroMQError)?.code == .badAddress
        }
        #expect(access(path, F_OK) == 0)
        EdgeFixture.removeDirectory(directory)
    }

    @Test func `a client that connects while the daemon restarts is served through the inherited socket`() async throws
    {
        let directory = try EdgeFixture.temporaryDirectory()
        let (descriptor, port) = try tcpListener()
        let local = try unixListener("\(directory)/control.sock", listens: true)
        defer {
            close(descriptor)
            close(local)
        }
        let address = "tcp://127.0.0.1:\(port)"
        // Nobody serves yet, and still nobody is turned away.
        let receiver = try Receiver(address, "test.")
        let early = openTCP(address, sending: [])
        #expect(early >= 0)
        close(early)
        for _ in 0..<2 {
            let configure = { (config: inout ZeroMQConfig) in
                config.eventsTCPAddress = address
                config.inheritedDescriptors = ["events-tcp": descriptor, "control": local]
            }
            try await EdgeFixture.run(configure: configure, directory: directory) { fixture in
                let welcome = try await receiver.next("system.welcome.sent")
                #expect(welcome.payload["epoch"]?.string == fixture.bus.epoch.description)
                let peer = try RawPeer(ZMQ_DEALER, fixture.address("control"))
                peer.send(#"{"jsonrpc":"2.0","id":1,"method":"x"}"#)
                #expect(try await peer.receiveJSON()["id"] == 1)
            }
            let between = openTCP(address, sending: [])
            #expect(between >= 0)
            close(between)
            #expect(access("\(directory)/control.sock", F_OK) == 0)
        }
        EdgeFixture.removeDirectory(directory)
    }

    @Test func `a subscriber that does not read costs bounded memory and delays nobody`() async throws {
        let configure = { (config: inout ZeroMQConfig) in config.sendHighWaterMark = 2000 }
        try await EdgeFixture.run(configure: configure) { fixture in
            let stuck = try RawPeer(ZMQ_SUB, fixture.address("events"), highWaterMark: 10)
            stuck.set(ZMQ_SUBSCRIBE, "test.thing.")
            let good = try ZeroMQSubscriber(fixture.address("events"), prefixes: ["test."])
            let edge = fixture.edge
            try await until("both to subscribe") { edge.statistics.subscriptions == 3 }
            let before = residentBytes()
            let total = 40_000
            let text = String(repeating: "x", count: 8000)
            let received = try await within("every event at the one who reads", limit: .seconds(90)) {
                var batch = WireBatch()
                var received = 0
                var published = 0
                while received < total {
                    while published < min(total, received + 1000) {
                        published += 1
                        try fixture.bus.publish(Bulky(text: text), from: EdgeFixture.source)
                    }
                    guard await good.next(&batch) else { break }
                    received += batch.count { $0.topicText == "test.thing.grew" }
                }
                return received
            }
            #expect(received == total)
            #expect(good.statistics.dropped == 0)
            // All of it would be 340 MB; other tests of this process run meanwhile.
            #expect(residentBytes() - before < 160 << 20)
            _ = stuck
        }
    }

    @Test func `what a client does not take in time is dropped, oldest first, and announced`() async throws {
        try await EdgeFixture.run { fixture in
            var config = ZeroMQClientConfig()
            config.bufferedMessagesMax = 1000
            let subscriber = try ZeroMQSubscriber(fixture.address("events"), prefixes: ["test."], config: config)
            try await until("the welcome") { subscriber.statistics.received == 1 }
            try fixture.publish(1...5000)
            try await until("all to have arrived") { subscriber.statistics.received == 5001 }
            var batch = WireBatch()
            var taken = 0
            #expect(await subscriber.next(&batch))
            let missed = batch.missedBefore
            while true {
                taken += batch.count
                if batch.last.map({ $0.payload.elementsEqual(Array(#"{"number":5000}"#.utf8)) }) == true { break }
                #expect(await subscriber.next(&batch))
                #expect(batch.missedBefore == 0)
            }
            #expect(taken <= 1000)
            #expect(missed == UInt64(5001 - taken))
            #expect(subscriber.statistics.dropped == missed)
        }
    }

    private func residentBytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 128)
        guard fgets(&line, 128, file) != nil else { return 0 }
        let fields = String(decoding: line.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            .split(separator: " ")
        return (fields.count > 1 ? Int(fields[1]) ?? 0 : 0) * Int(getpagesize())
    }

    private func tcpListener() throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let ok = withUnsafeMutablePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, size) == 0 && listen(descriptor, 64) == 0
                    && getsockname(descriptor, $0, &size) == 0
            }
        }
        try #require(ok)
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    private func unixListener(_ path: String, listens: Bool) throws -> Int32 {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        if listens { try #require(listen(descriptor, 64) == 0) }
        return descriptor
    }
}
