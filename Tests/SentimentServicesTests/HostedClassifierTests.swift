import Domain
import HTTPClient
import JSON
import Sentiment
import SentimentServices
import TestKit
import Testing

/// The whole way to a server that classifies: what is sent, and what becomes of its answers.
@Suite(.timeLimit(.minutes(1))) struct HostedClassifierTests {
    private static let type = ("Content-Type", "application/json")
    private static let texts = ["Bitcoin rises to a record.", "short", "An exchange was robbed."]

    private func classify(
        _ server: LoopbackHTTPServer,
        _ service: HostedClassifier.Service,
        key: String? = nil,
        patience: Duration = .seconds(5)
    ) async throws -> Result<[SentimentAnswer], SentimentError> {
        var config = HTTPClientConfig()
        config.allowedHosts = [server.authority]
        let transport = try CurlTransport(config: config)
        let classifier = HostedClassifier(
            service,
            base: server.url("/base/"),
            key: key,
            transport: transport,
            patience: patience
        )
        let result: Result<[SentimentAnswer], SentimentError>
        do throws(SentimentError) {
            result = .success(try await classifier.classify(Self.texts))
        } catch {
            result = .failure(error)
        }
        await transport.shutdown()
        return result
    }

    @Test func `a text-embeddings-inference server gets each text in a list of its own`() async throws {
        let server = try LoopbackHTTPServer { request in
            guard request.path == "/base/predict",
                (try? JSONValue(parsing: request.body)) == [
                    "inputs": [["Bitcoin rises to a record."], ["An exchange was robbed."]], "truncate": true,
                ]
            else { return .status(400) }
            let body =
                #"[[{"label":"positive","score":0.9}],[{"label":"negative","score":0.8},{"label":"neutral","score":0.2}]]"#
            return .status(headers: [Self.type], body: body.utf8)
        }
        let answers = try await classify(server, .textEmbeddings).get()
        #expect(answers.map(\.label) == [.bullish, .neutral, .bearish])
        #expect(answers.map { ($0.score * 10).rounded() / 10 } == [0.9, 0, -0.8])
        #expect(answers.allSatisfy { $0.method == "tei" })
        #expect(answers[1].warning != nil)
        #expect(server.requests.first?.header("Authorization") == nil)
    }

    @Test func `Hugging Face gets the key, the model in the path, and the labels where the model takes them`()
        async throws
    {
        let server = try LoopbackHTTPServer { request in
            guard request.path == "/base/models/a/b", request.header("Authorization") == "Bearer secret" else {
                return .status(401)
            }
            let entry = #"{"labels":["bullish","bearish","neutral"],"scores":[0.2,0.5,0.3]}"#
            return .status(headers: [Self.type], body: "[\(entry),\(entry)]".utf8)
        }
        let service = HostedClassifier.Service.huggingFace(model: "a/b", isZeroShot: true)
        let answers = try await classify(server, service, key: "secret").get()
        #expect(answers.map(\.label) == [.bearish, .neutral, .bearish] && answers[0].method == "huggingface")
        let body = try JSONValue(parsing: try #require(server.requests.first).body)
        #expect(body["parameters"]?["candidate_labels"] == ["bullish", "bearish", "neutral"])
        let refused = try await classify(server, service)
        #expect(refused.failureText == "huggingface: the key is refused (401)")
    }

    @Test(arguments: [
        (424, "tei: the model is no classifier (424)"), (429, "tei: it asks to slow down (429)"),
        (503, "tei: the model is being loaded, or the server is in trouble (503)"), (418, "tei: status 418"),
    ])
    func `a refusal is told in words of our own`(status: Int, reason: String) async throws {
        let server = try LoopbackHTTPServer { _ in .status(status, body: "<secret text>".utf8) }
        #expect(try await classify(server, .textEmbeddings).failureText == reason)
    }

    @Test func `nonsense, a flood and silence are no answers`() async throws {
        let nonsense = try LoopbackHTTPServer { _ in .status(headers: [Self.type], body: "{\"label\":".utf8) }
        #expect(try await classify(nonsense, .textEmbeddings).failureText == "tei: the answer is no list of labels")
        let flood = try LoopbackHTTPServer { _ in
            .status(headers: [Self.type], body: [UInt8](repeating: 0x20, count: 1 << 20))
        }
        #expect(try await classify(flood, .textEmbeddings).failureText == "tei: body_too_large")
        let silent = try LoopbackHTTPServer { _ in .slowHeader(after: .seconds(600)) }
        let began = ContinuousClock.now
        let result = try await classify(silent, .textEmbeddings, patience: .milliseconds(200))
        #expect(result.failureText?.hasSuffix("timeout") == true)
        #expect(began.duration(to: .now) < .seconds(5))
    }
}

extension Result where Failure == SentimentError {
    fileprivate var failureText: String? { if case .failure(let error) = self { error.message } else { nil } }
}
