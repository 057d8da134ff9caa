import Domain
import Identity

/// The published description of the HTTP interface, OpenAPI 3.1, made from the routes.
struct OpenAPIDocument {
    let routes: [Route]
    let release: String

    /// - Throws: `SchemaError` when a type cannot be described.
    func node() throws -> SchemaNode {
        var paths: [String: SchemaNode] = [:]
        for route in routes {
            var operations: [String: SchemaNode] = [:]
            if case .object(let others)? = paths[route.path] { operations = others }
            operations[route.method.lowercased()] = try operation(route)
            paths[route.path] = .object(operations)
        }
        return [
            "openapi": "3.1.0",
            "info": ["title": "CryptoCall FM", "version": .text(release)],
            "paths": .object(paths),
            "components": [
                "schemas": [
                    "Error": try SchemaRecorder.schema(of: ErrorAnswer.self),
                    "CompletionError": CompletionSchemas.error,
                ],
                "securitySchemes": [
                    "token": ["type": "http", "scheme": "bearer"],
                    "key": ["type": "apiKey", "in": "header", "name": "X-API-Key"],
                ],
            ],
        ]
    }

    private func operation(_ route: Route) throws -> SchemaNode {
        var responses: [String: SchemaNode] = [
            "default": OpenAPIDocument.failure(
                route.path.hasPrefix(CompletionRoutes.prefix) ? "CompletionError" : "Error"
            )
        ]
        for answer in route.answers {
            var response: [String: SchemaNode] = ["description": .text(answer.summary)]
            if let content = answer.content {
                response["content"] = [content.type: ["schema": try content.schema.node()]]
            }
            responses["\(answer.status)"] = .object(response)
        }
        var operation: [String: SchemaNode] = [
            "operationId": .text(operationID(route)),
            "summary": .text(route.summary),
            "tags": [.text(route.group)],
            "responses": .object(responses),
        ]
        let parameters = try pathParameters(route) + queryParameters(route)
        if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
        if let body = route.body {
            operation["requestBody"] = ["required": true, "content": [body.type: ["schema": try body.schema.node()]]]
        }
        operation["x-limit-class"] = .text(route.limit.rawValue)
        if case .role(let role, let scope) = route.access {
            operation["security"] = [["token": []], ["key": []]]
            operation["x-role"] = .text(role.rawValue)
            operation["x-scope"] = .text(scope.rawValue)
        }
        return .object(operation)
    }

    private static func failure(_ schema: String) -> SchemaNode {
        [
            "description": "Why it was not answered.",
            "content": ["application/json": ["schema": ["$ref": .text("#/components/schemas/\(schema)")]]],
        ]
    }

    private func operationID(_ route: Route) -> String {
        let words = route.path.split { !$0.isLetter && !$0.isNumber }
        return ([route.method.lowercased()] + words.map(String.init)).joined(separator: "-")
    }

    private func pathParameters(_ route: Route) -> [SchemaNode] {
        PathTemplate(route.path).parameters.map { name in
            ["name": .text(name), "in": "path", "required": true, "schema": ["type": "string"]]
        }
    }

    private func queryParameters(_ route: Route) throws -> [SchemaNode] {
        let query = try route.query?.node()
        guard case .object(let properties)? = query?["properties"] else { return [] }
        var required: Set<String> = []
        if case .array(let names)? = query?["required"] {
            required = Set(names.compactMap { if case .text(let name) = $0 { name } else { nil } })
        }
        return properties.sorted { $0.key < $1.key }.map { name, schema in
            ["name": .text(name), "in": "query", "required": .flag(required.contains(name)), "schema": schema]
        }
    }
}
