import Domain
import HTTPTypes
import Hummingbird
import Identity
import JSON

/// The control methods over HTTP: what there is, and one route for each.
package struct ControlRoutes: Sendable {
    private let door: ControlDoor
    private static let parametersBytesMax = 256 * 1024

    package init(door: ControlDoor) { self.door = door }

    /// - Throws: `SchemaError` when an answer cannot be described.
    package func all() throws -> [Route] { [try list] + door.methods.map(route) }

    private struct MethodList: Codable, Sendable {
        let methods: [ControlDoor.Method]
    }

    private var list: Route {
        get throws {
            try Route.get(
                "/api/control",
                access: .role(.operator, scope: .control),
                summary: "The control methods, each with the role it needs",
                group: "Control",
                query: NoQuery.self,
                answers: [200: "All of them."]
            ) { [door] _, _ in Route.Reply(MethodList(methods: door.methods)) }
        }
    }

    /// One route for each method, so that the published document and every check by role know them all.
    private func route(_ method: ControlDoor.Method) -> Route {
        let object: SchemaNode = ["type": "object"]
        return Route(
            method: "POST",
            path: "/api/control/\(method.name)",
            // Whatever a method itself asks for, this door is for those who run the station.
            access: .role(max(.operator, method.role), scope: .control),
            summary: "Calls the control method \(method.name)",
            group: "Control",
            limit: .standard,
            query: nil,
            body: Route.Content(type: Route.json, schema: RouteSchema(object)),
            answers: [
                Route.Answer(
                    status: 200,
                    summary: "Its result, as the control endpoint gives it.",
                    content: Route.Content(type: Route.json, schema: [:])
                )
            ]
        ) { [door] request, call in
            let body = try await RequestBody.json(of: request, bytesMax: ControlRoutes.parametersBytesMax)
            guard let parameters = body.object else {
                throw APIError(faults: [InputFault(field: "body", message: "must be an object")])
            }
            guard let principal = call.principal else { throw APIError.unknownCredential }
            let bytes = try await door.call(method.name, parameters, as: principal)
            return Response(
                status: .ok,
                headers: [.contentType: JSONAnswer.contentType, .cacheControl: "no-store"],
                body: .init(byteBuffer: ByteBuffer(bytes: bytes))
            )
        }
    }
}
