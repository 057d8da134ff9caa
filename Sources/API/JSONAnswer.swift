import FoundationEssentials
import HTTPTypes
import Hummingbird

/// How answers become JSON.
enum JSONAnswer {
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = try encoder.encode(value)
        return Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}

/// Tells of every answer, also of those to paths that do not exist.
struct AnswerCount: RouterMiddleware {
    typealias Context = BasicRequestContext

    let onAnswer: @Sendable (_ route: String, _ status: Int, _ took: Duration) -> Void

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        let start = ContinuousClock.now
        let response = try await next(request, context)
        onAnswer(context.endpointPath ?? "none", response.status.code, start.duration(to: .now))
        return response
    }
}

/// The one error body: `{"error": {"code", "message", "requestId"}}`, without anything from inside.
struct ErrorBody: RouterMiddleware {
    typealias Context = BasicRequestContext

    private struct Body: Encodable {
        struct Fault: Encodable {
            let code: String
            let message: String
            let requestId: String
        }
        let error: Fault
    }

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as any HTTPResponseError {
            return try answer(error.status, context)
        } catch {
            return try answer(.internalServerError, context)
        }
    }

    private func answer(_ status: HTTPResponse.Status, _ context: Context) throws -> Response {
        let code = status.reasonPhrase.lowercased().split(separator: " ").joined(separator: "_")
        let fault = Body.Fault(code: code, message: status.reasonPhrase, requestId: context.id.description)
        return try JSONAnswer.response(Body(error: fault), status: status)
    }
}
