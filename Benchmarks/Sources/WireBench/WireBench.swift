import Bus
import BusZeroMQ
import Glibc
import Threading

/// Events through real ZeroMQ sockets, as the daemon sends them and as the Swift client receives them.
///
/// Usage: `WireBench send ADDRESS EVENTS encoded|struct` or `WireBench recv ADDRESS EVENTS`. The sender listens, the
/// receiver connects; `Benchmarks/peers/wire.c` is the other side, or the peer to compare with. Prints one line of JSON.
@main
struct WireBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4, let count = Int(arguments[3]), count > 1 else { usage() }
        switch (arguments[1], arguments.count > 4 ? arguments[4] : "") {
        case ("send", "encoded"): try await Sender(address: arguments[2], count: count, isEncoded: true).run()
        case ("send", "struct"): try await Sender(address: arguments[2], count: count, isEncoded: false).run()
        case ("recv", _): try await receive(arguments[2], count: count)
        default: usage()
        }
    }

    private static func usage() -> Never {
        print("usage: WireBench send ADDRESS EVENTS encoded|struct | recv ADDRESS EVENTS")
        exit(64)
    }

    /// Receives into an asynchronous loop that looks at every event's frames.
    private static func receive(_ address: String, count: Int) async throws {
        var config = ZeroMQClientConfig()
        config.receiveHighWaterMark = Int32(clamping: count + 1000)
        config.bufferedMessagesMax = count + 1000
        config.bufferedBytesMax = .max
        let subscriber = try ZeroMQSubscriber(address, prefixes: ["bench."], config: config)
        var batch = WireBatch()
        var received = 0
        var bytes = 0
        var started = ContinuousClock.now
        while received < count, await subscriber.next(&batch) {
            for message in batch where !message.isWelcome {
                if received == 0 { started = .now }
                received += 1
                bytes += message.topic.count + message.header.count + message.payload.count
            }
        }
        let seconds = Double((ContinuousClock.now - started) / .nanoseconds(1)) / 1e9
        print(
            #"{"bench":"wire","side":"swift","mode":"recv","address":"\#(address)","events":\#(received),"#
                + #""bytes":\#(bytes),"dropped":\#(subscriber.statistics.dropped),"#
                + #""events_per_s":\#(Int(Double(received - 1) / seconds))}"#
        )
        subscriber.close()
        subscriber.join()
    }
}

extension WireMessage {
    /// The daemon's welcome has the subscribed prefix for a topic; the peer's program sends none.
    fileprivate var isWelcome: Bool { topic.count == 6 }
}
