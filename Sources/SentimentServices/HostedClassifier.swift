package import HTTPClient
import JSON
package import Sentiment

/// Has a server classify: Hugging Face's inference interface, or a text-embeddings-inference server of one's own.
package struct HostedClassifier: SentimentClassifier {
    package enum Service: Hashable, Sendable {
        /// - Parameters:
        ///   - model: such as `ProsusAI/finbert`.
        ///   - isZeroShot: whether it takes the labels with the question instead of having its own.
        case huggingFace(model: String, isZeroShot: Bool)
        case textEmbeddings

        package var method: String {
            switch self {
            case .huggingFace: "huggingface"
            case .textEmbeddings: "tei"
            }
        }
    }

    package let method: String
    private let service: Service
    private let base: String
    private let key: String?
    private let transport: any HTTPTransport
    private let patience: Duration

    /// - Parameters:
    ///   - service: what the server speaks.
    ///   - base: its address, without a slash at the end.
    ///   - key: what proves that we may ask; `nil` for a server that wants none.
    ///   - transport: how it is asked.
    ///   - patience: how long an answer may take.
    package init(
        _ service: Service,
        base: String,
        key: String?,
        transport: any HTTPTransport,
        patience: Duration
    ) {
        method = service.method
        self.service = service
        self.base = base.hasSuffix("/") ? String(base.dropLast()) : base
        self.key = key
        self.transport = transport
        self.patience = patience
    }

    package func classify(_ texts: [String]) async throws(SentimentError) -> [SentimentAnswer] {
        let batch = try TextBatch(texts)
        guard !batch.pieces.isEmpty else { return batch.answers([], method: method) }
        let response: HTTPResponse
        do {
            response = try await transport.send(request(batch.pieces))
        } catch {
            throw SentimentError(.unavailable, "\(method): \(error.code.rawValue)")
        }
        guard response.isSuccess else { throw SentimentError(.unavailable, refusal(response.status)) }
        guard let answer = try? JSONValue(parsing: response.body),
            let scores = ServiceReading.scores(answer, count: batch.pieces.count)
        else { throw SentimentError(.unavailable, "\(method): the answer is no list of labels") }
        return batch.answers(scores, method: method)
    }

    /// Why, in words of our own: theirs may be anything.
    private func refusal(_ status: Int) -> String {
        switch status {
        case 401, 403: "\(method): the key is refused (\(status))"
        case 402: "\(method): there is no money left (402)"
        case 413: "\(method): that is too much at once (413)"
        case 424: "\(method): the model is no classifier (424)"
        case 429: "\(method): it asks to slow down (429)"
        case 503: "\(method): the model is being loaded, or the server is in trouble (503)"
        default: "\(method): status \(status)"
        }
    }

    private static let answerBytesMax = 262_144

    private func request(_ pieces: [String]) -> HTTPRequest {
        var limits = HTTPLimits()
        let seconds = patience / .seconds(1)
        limits.connectSeconds = min(limits.connectSeconds, seconds)
        limits.firstByteSeconds = min(limits.firstByteSeconds, seconds)
        limits.idleSeconds = min(limits.idleSeconds, seconds)
        limits.totalSeconds = seconds
        limits.bodyBytesMax = HostedClassifier.answerBytesMax
        var headers: HTTPHeaders = ["Content-Type": "application/json", "Accept": "application/json"]
        if let key { headers["Authorization"] = "Bearer \(key)" }
        return HTTPRequest(.post, url, headers: headers, body: body(pieces).bytes, limits: limits)
    }

    private var url: String {
        switch service {
        case .huggingFace(let model, _): "\(base)/models/\(model)"
        case .textEmbeddings: "\(base)/predict"
        }
    }

    private func body(_ pieces: [String]) -> JSONValue {
        let texts = pieces.map(JSONValue.string)
        switch service {
        case .huggingFace(_, isZeroShot: true):
            return [
                "inputs": .array(texts),
                "parameters": [
                    "candidate_labels": ["bullish", "bearish", "neutral"], "multi_label": false,
                    "hypothesis_template": "For the market this is {} news.",
                ],
            ]
        case .huggingFace: return ["inputs": .array(texts), "parameters": ["top_k": 3]]
        // Each in a list of its own: two texts in one list would be a pair.
        case .textEmbeddings: return ["inputs": .array(texts.map { .array([$0]) }), "truncate": true]
        }
    }
}
