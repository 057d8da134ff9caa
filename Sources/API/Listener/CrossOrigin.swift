import HTTPTypes
import Hummingbird

/// Lets pages of listed origins use the interface from a browser.
///
/// A page of another origin gets the answer without leave to read it, which is what a browser refuses. Cookies never go
/// across origins: such pages bring a token.
struct CrossOrigin: RouterMiddleware {
    typealias Context = APIContext

    /// As browsers write them: `https://station.example`, with the port when it is not the usual one.
    let origins: Set<String>
    let table: RouteTable

    private static let allowedHeaders = "authorization, content-type, x-api-key, x-request-id, last-event-id"
    private static let exposedHeaders =
        "x-request-id, x-ratelimit-limit, x-ratelimit-remaining, x-ratelimit-reset, retry-after"
    /// Seconds for which a browser need not ask again.
    private static let maxAge = "600"

    @concurrent
    func handle(
        _ request: Request,
        context: Context,
        next: @concurrent (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let origin = request.headers[.origin] else { return try await next(request, context) }
        let isListed = origins.contains(origin)
        guard isListed, request.method == .options, request.headers[.accessControlRequestMethod] != nil else {
            var response = try await next(request, context)
            CrossOrigin.vary(&response)
            if isListed {
                response.headers[.accessControlAllowOrigin] = origin
                response.headers[.accessControlExposeHeaders] = CrossOrigin.exposedHeaders
            }
            return response
        }
        let methods = table.methods(at: request.uri.path)
        guard !methods.isEmpty else { return try await next(request, context) }
        var response = Response(
            status: .noContent,
            headers: [
                .accessControlAllowOrigin: origin,
                .accessControlAllowMethods: methods.joined(separator: ", "),
                .accessControlAllowHeaders: CrossOrigin.allowedHeaders,
                .accessControlMaxAge: CrossOrigin.maxAge,
            ]
        )
        CrossOrigin.vary(&response)
        return response
    }

    /// The answer depends on who asks, so that no cache gives it to somebody else.
    private static func vary(_ response: inout Response) {
        let others = response.headers[.vary].map { "\($0), " } ?? ""
        response.headers[.vary] = others + "Origin"
    }
}
