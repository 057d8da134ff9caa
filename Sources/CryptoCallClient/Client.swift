import BusZeroMQ
import FoundationEssentials
package import JSON

/// A connection to one station: follow its events, ask it, tell it what to do.
///
/// The station need not run yet: streams wait for it, requests fail after their time limit. One client may be used from
/// many tasks at once. It ends with `close`, or when nobody holds it any more.
public final class Client: Sendable {
    public let place: StationPlace
    /// How long a request waits unless it says otherwise.
    public let timeout: Duration
    let config: ZeroMQClientConfig
    private let dealer: ZeroMQDealer

    /// - Parameters:
    ///   - place: where the station listens.
    ///   - keys: needed where it listens on TCP with CURVE.
    ///   - timeout: how long a request waits unless it says otherwise.
    /// - Throws: `ClientError` with `.badSetting` for an address that cannot be used.
    public init(_ place: StationPlace, keys: StationKeys? = nil, timeout: Duration = .seconds(5)) throws(ClientError) {
        self.place = place
        self.timeout = timeout
        config = ZeroMQClientConfig(curve: keys?.curve)
        do {
            dealer = try ZeroMQDealer(place.control, config: config)
        } catch {
            throw ClientError(error, address: place.control)
        }
    }

    /// A client of the station in `home`, in `$CRYPTOCALL_HOME`, or in `/run/cryptocall`.
    ///
    /// - Throws: `ClientError` with `.badSetting` when the socket's path is too long.
    public convenience init(home: String? = nil) throws(ClientError) {
        try self.init(StationPlace.find(home: home))
    }

    /// Ends the connection; requests under way fail with `.closed`.
    public func close() { dealer.close() }

    deinit { dealer.close() }

    // MARK: Following

    /// All events whose full topic starts with `prefix`, complete and in order, across restarts of the station.
    ///
    /// - Parameters:
    ///   - prefix: `market.` for a family, `market.price.ticked` for a type, empty for everything.
    ///   - since: first hands out the durable events from this offset on.
    ///   - repairTimeout: how long the event log is asked before a durable event counts as lost.
    /// - Returns: a sequence; each loop over it is a subscription of its own.
    public func follow(
        _ prefix: String = "",
        since: UInt64? = nil,
        repairTimeout: Duration = .seconds(60)
    ) -> Follow {
        Follow(client: self, prefix: prefix, since: since, repairTimeout: repairTimeout)
    }

    // MARK: Asking

    /// Calls a control method.
    ///
    /// - Parameters:
    ///   - method: e.g. `system.status`.
    ///   - parameters: encoded as the request's `params`; must be an object.
    ///   - type: what the result is; fields it does not know are ignored.
    ///   - timeout: from now until the answer.
    ///   - id: a request repeated under its id within ten minutes gets the first answer, without a second effect.
    ///   - onProgress: called with the JSON text of each progress notification, on another thread; must not block.
    /// - Returns: the decoded result.
    /// - Throws: `ClientError`; `CancellationError` when the task is cancelled.
    public func request<Result: Decodable>(
        _ method: String,
        _ parameters: some Encodable = NoParameters(),
        as type: Result.Type = Result.self,
        timeout: Duration? = nil,
        id: String? = nil,
        onProgress: (@Sendable (String) -> Void)? = nil
    ) async throws -> Result {
        let encoded = try JSONEncoder().encode(parameters)
        let params: JSONValue
        do {
            params = try JSONValue(parsing: encoded)
        } catch {
            throw ClientError(.badSetting, "\(method): the parameters are not an object: \(error)")
        }
        let result = try await call(method, params.object ?? [:], timeout: timeout, id: id, onProgress: onProgress)
        do {
            return try JSONDecoder().decode(type, from: Data(result.bytes))
        } catch {
            throw ClientError(.protocolViolation, "\(method): the result is no \(type): \(error)")
        }
    }

    /// Calls a control method and returns the JSON text of its result.
    ///
    /// - Parameters:
    ///   - method: e.g. `system.status`.
    ///   - parametersJSON: the JSON text of an object.
    ///   - timeout: from now until the answer.
    /// - Returns: the JSON text of the result.
    /// - Throws: `ClientError`; `CancellationError` when the task is cancelled.
    public func requestJSON(
        _ method: String,
        _ parametersJSON: String = "{}",
        timeout: Duration? = nil
    ) async throws -> String {
        guard let params = try? JSONValue(parsing: Array(parametersJSON.utf8)), let members = params.object else {
            throw ClientError(.badSetting, "\(method): the parameters are not a JSON object")
        }
        return try await call(method, members, timeout: timeout).description
    }

    package func call(
        _ method: String,
        _ params: [String: JSONValue] = [:],
        timeout: Duration? = nil,
        id: String? = nil,
        onProgress: (@Sendable (String) -> Void)? = nil
    ) async throws -> JSONValue {
        let id = id ?? UUID().uuidString.lowercased()
        let request = JSONRPC.request(id: id, method: method, params: params)
        guard request.count <= Client.requestBytesMax else {
            let limit = Client.requestBytesMax
            throw ClientError(.badSetting, "\(method): a request has at most \(limit) bytes, this one \(request.count)")
        }
        let answer: [UInt8]
        do {
            answer = try await dealer.request(
                request,
                id: id,
                timeout: timeout ?? self.timeout,
                onProgress: Client.textual(onProgress)
            )
        } catch let error as ZeroMQError {
            throw explain(error, method, within: timeout ?? self.timeout)
        }
        guard let message = try? JSONValue(parsing: answer, depthMax: 64) else {
            throw ClientError(.protocolViolation, "\(method): the answer is not JSON")
        }
        if let error = message["error"] {
            let refusal = Refusal(error)
            throw ClientError(.refused, refusal.message, refusal: refusal)
        }
        guard let result = message["result"] else {
            throw ClientError(.protocolViolation, "\(method): the answer has neither result nor error")
        }
        return result
    }

    private static func textual(_ tell: (@Sendable (String) -> Void)?) -> (@Sendable ([UInt8]) -> Void)? {
        guard let tell else { return nil }
        return { bytes in tell(String(decoding: bytes, as: UTF8.self)) }
    }

    /// The limit of the control endpoint.
    public static let requestBytesMax = 64 * 1024

    private func explain(_ error: ZeroMQError, _ method: String, within limit: Duration) -> ClientError {
        guard error.code == .timedOut else { return ClientError(error, address: place.control) }
        let connection = dealer.connection
        if connection.isConnected {
            return ClientError(.timedOut, "\(method): no answer from \(place.control) within \(limit)")
        }
        if connection.authFailures > 0 {
            return ClientError(.unavailable, "\(place.control) does not know this key")
        }
        return ClientError(.unavailable, "no daemon answers at \(place.control)")
    }
}

/// Stands for a request without parameters.
public struct NoParameters: Encodable, Sendable {
    public init() {}
}
