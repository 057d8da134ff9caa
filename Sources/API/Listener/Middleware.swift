import HTTPTypes
import Hummingbird
import Logging
import Telemetry

/// Tells of every answer, also of those to paths that do not exist.
struct AnswerCount: RouterMiddleware {
    typealias Context = APIContext

    let onAnswer: @Sendable (_ route: String, _ status: Int, _ took: Duration) -> Void
    let logger: Logger

    /// What takes longer is worth a word.
    private static let slow: Duration = .seconds(1)

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        let took = start.duration(to: .now)
        onAnswer(context.endpointPath ?? "none", response.status.code, took)
        log(response, context, took)
        return response
    }

    private func log(_ response: Response, _ context: Context, _ took: Duration) {
        let isTrouble = response.status.code >= 500 && response.status != .serviceUnavailable
        let level: Logger.Level = isTrouble || took > AnswerCount.slow ? .warning : .debug
        logger.log(
            level: level,
            "request answered",
            metadata: [
                LogKey.endpoint: "\(context.endpointPath ?? "none")", "status": "\(response.status.code)",
                LogKey.latencyMS: "\(took / .milliseconds(1))",
                LogKey.requestID: "\(response.headers[.requestID] ?? "")",
            ]
        )
    }
}

/// Gives every request an id, and every answer the headers that browsers need to be careful with it.
struct AnswerHeaders: RouterMiddleware {
    typealias Context = APIContext

    let isSecureOnly: Bool

    /// A year, as browsers' lists of such sites ask for.
    private static let secureOnly = "max-age=31536000; includeSubDomains"

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        var context = context
        let given = request.headers[.requestID]
        context.requestID = given.flatMap(AnswerHeaders.fitting) ?? AnswerHeaders.fresh()
        var response = try await next(request, context)
        response.headers[.requestID] = context.requestID
        response.headers[.xContentTypeOptions] = "nosniff"
        for field in context.limits.headers { response.headers[field.name] = field.value }
        if isSecureOnly { response.headers[.strictTransportSecurity] = AnswerHeaders.secureOnly }
        // A page says what it needs itself.
        if response.headers[.contentSecurityPolicy] == nil {
            response.headers[.contentSecurityPolicy] = "default-src 'none'; frame-ancestors 'none'"
        }
        if response.headers[.referrerPolicy] == nil { response.headers[.referrerPolicy] = "no-referrer" }
        return response
    }

    private static func fresh() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// What may stand in logs and headers as it came.
    static func fitting(_ id: String) -> String? {
        let isFitting =
            (1...64).contains(id.utf8.count)
            && id.utf8.allSatisfy { Character(Unicode.Scalar($0)).isASCII && AnswerHeaders.isFitting($0) }
        return isFitting ? id : nil
    }

    private static func isFitting(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}

/// Makes the one error body of whatever went wrong, without anything from inside.
struct ErrorAnswers: RouterMiddleware {
    typealias Context = APIContext

    let table: RouteTable
    let logger: Logger

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let failure: APIError
        do {
            return try await next(request, context)
        } catch let error as APIError {
            failure = error
        } catch let error as any HTTPResponseError {
            failure = ErrorAnswers.translated(error.status, request, table)
        } catch is CancellationError {
            failure = APIError(.unavailable, "The station is stopping.")
        } catch {
            logger.error(
                "a request failed",
                metadata: ["request_id": "\(context.requestID)", "path": "\(request.uri.path)", "error": "\(error)"]
            )
            failure = APIError(.internalError, "Something went wrong here. The request's id helps to find out what.")
        }
        if let page = table.failurePage(failure, for: request, context) { return page }
        // Clients of another's interface know its errors, and no others.
        var response =
            request.uri.path.hasPrefix(CompletionRoutes.prefix)
            ? try CompletionError(failure).response()
            : try JSONAnswer.response(
                ErrorAnswer(failure, requestID: context.requestID),
                status: failure.code.status
            )
        if !failure.allowed.isEmpty { response.headers[.allow] = failure.allowed.joined(separator: ", ") }
        if let seconds = failure.retryAfterSeconds { response.headers[.retryAfter] = "\(seconds)" }
        if failure.code == .unauthorized { response.headers[.wwwAuthenticate] = "Bearer" }
        return response
    }

    private static func translated(
        _ status: HTTPResponse.Status,
        _ request: Request,
        _ table: RouteTable
    ) -> APIError {
        switch status {
        case .notFound:
            let methods = table.methods(at: request.uri.path)
            if methods.isEmpty { return APIError(.notFound, "There is nothing at this path.") }
            var error = APIError(.methodNotAllowed, "This path does not have the method \(request.method.rawValue).")
            error.allowed = methods
            return error
        case .contentTooLarge: return APIError(.tooLarge, "The body is larger than this route takes.")
        case .unsupportedMediaType: return APIError(.unsupportedMediaType, "The body must be \(Route.json).")
        case .serviceUnavailable: return APIError(.unavailable, "Not available now.")
        default: return APIError(.badRequest, "The request cannot be read.")
        }
    }
}
