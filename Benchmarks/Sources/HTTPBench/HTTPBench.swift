import Glibc
import HTTPClient
import Threading

/// Many requests at once through the HTTP client, against a server on this machine.
///
/// Usage: `HTTPBench json|sse PORT REQUESTS CONCURRENCY`. `Benchmarks/peers/http_server.c` is the server and
/// `Benchmarks/peers/http_client.c` the peer. Prints one line of JSON.
@main
struct HTTPBench {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard
            arguments.count == 5, let kind = Kind(rawValue: arguments[1]), let port = UInt16(arguments[2]),
            let requests = Int(arguments[3]), let concurrency = Int(arguments[4]), requests > 0, concurrency > 0
        else {
            print("usage: HTTPBench json|sse PORT REQUESTS CONCURRENCY")
            exit(64)
        }
        var config = HTTPClientConfig()
        config.allowedHosts = ["127.0.0.1:\(port)"]
        config.requestsMax = concurrency
        config.requestsPerHostMax = concurrency
        let load = Load(kind: kind, port: port, requests: requests, transport: try CurlTransport(config: config))
        try await load.run(concurrency: concurrency)
        await load.transport.shutdown()
    }
}

/// What is asked for.
enum Kind: String {
    /// A short answer, read whole.
    case json
    /// A streamed answer of 200 events, read piece by piece.
    case sse
}

/// Sends requests from several tasks, each its next one when the last is answered.
struct Load: Sendable {
    let kind: Kind
    let requests: Int
    let transport: CurlTransport
    private let request: HTTPRequest
    private let tally = Tally()

    init(kind: Kind, port: UInt16, requests: Int, transport: CurlTransport) {
        self.kind = kind
        self.requests = requests
        self.transport = transport
        let message = #"{"role":"user","content":"Say hello to the listeners of the station please."}"#
        let body = #"{"model":"m-large","messages":[\#(message)],"stream":false,"temperature":0.7}"#
        request = HTTPRequest(
            .post,
            "http://127.0.0.1:\(port)/\(kind.rawValue)",
            headers: ["Content-Type": "application/json", "Authorization": "Bearer x"],
            body: Array(body.utf8)
        )
    }

    func run(concurrency: Int) async throws {
        let started = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<concurrency { group.addTask { try await work() } }
            try await group.waitForAll()
        }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let processorMicroseconds = processorSeconds() * 1e6 / Double(requests)
        let sorted = tally.milliseconds.withLock { $0.sorted() }
        print(
            #"{"bench":"http","side":"swift","kind":"\#(kind.rawValue)","requests":\#(sorted.count),"#
                + #""requests_per_s":\#(Int(Double(requests) / seconds)),"p50_ms":\#(sorted[sorted.count / 2]),"#
                + #""p99_ms":\#(sorted[sorted.count * 99 / 100]),"cpu_us_per_request":\#(processorMicroseconds),"#
                + #""bytes":\#(tally.bytes.load(ordering: .relaxed))}"#
        )
    }

    private func work() async throws {
        var milliseconds: [Double] = []
        var bytes = 0
        while tally.taken.add(1, ordering: .relaxed).newValue <= requests {
            let started = ContinuousClock.now
            switch kind {
            case .json: bytes += try await transport.send(request).body.count
            case .sse:
                for try await piece in try await transport.stream(request).body { bytes += piece.count }
            }
            milliseconds.append((ContinuousClock.now - started) / .milliseconds(1))
        }
        tally.bytes.add(bytes, ordering: .relaxed)
        tally.milliseconds.withLock { $0 += milliseconds }
    }

    private func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
        return Double(seconds) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
    }
}

/// What all tasks of a load have done together.
final class Tally: Sendable {
    let taken = Atomic<Int>(0)
    let bytes = Atomic<Int>(0)
    let milliseconds = Mutex<[Double]>([])
}
