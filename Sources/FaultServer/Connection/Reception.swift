import Glibc
import JSON
import NIOCore
import NIOHTTP1

/// Decides how a request is answered.
struct Reception: Sendable {
    let desk: FaultDesk
    /// Where the files are that a new script names.
    let directory: String

    /// - Parameter request: when all of it has come.
    /// - Returns: the answer, and the ticket of a request that counts as one of a model.
    func receive(_ request: RequestBody) -> (AnswerPlan, FaultDesk.Ticket?) {
        let head = request.head
        guard !request.isTooLarge else {
            desk.refuse()
            return (error(413, "The body is larger than \(RequestBody.bytesMax) bytes.", head), nil)
        }
        switch Endpoint(head.method, head.uri) {
        case .call(let wire): return call(wire, request)
        case .models: return (models(head), nil)
        case .report: return (.json(desk.report.json), nil)
        case .script: return (setScript(request), nil)
        case .reset:
            desk.reset()
            return (.whole([], status: 204), nil)
        case .unknown:
            desk.refuse()
            return (error(404, "Unknown request URL: \(head.method) \(head.uri).", head), nil)
        case .wrongMethod:
            desk.refuse()
            return (error(405, "Not allowed to \(head.method) on \(head.uri).", head), nil)
        }
    }

    // MARK: Models

    private func call(_ wire: ProviderWire, _ request: RequestBody) -> (AnswerPlan, FaultDesk.Ticket?) {
        let body: JSONValue
        do throws(JSONSyntaxError) {
            body = try JSONValue(parsing: request.bytes.readableBytesView, depthMax: RequestBody.depthMax)
        } catch {
            desk.refuse()
            return (self.error(400, "The body is no JSON: \(error).", wire), nil)
        }
        guard let model = body["model"]?.string else {
            desk.refuse()
            return (error(400, "model: a text is required.", wire), nil)
        }
        guard let (ticket, behaviour, number) = desk.begin(model, body, request.head.headers) else {
            let message = "The model `\(model)` does not exist or you do not have access to it."
            return (error(404, message, wire, code: "model_not_found"), nil)
        }
        let call = ModelCall(body, model: model, wire: wire, number: number, created: Int64(time(nil)))
        return (behaviour.plan(for: call), ticket)
    }

    private func models(_ head: HTTPRequestHead) -> AnswerPlan {
        let names = desk.modelNames
        switch wire(head) {
        case .chat, .responses:
            return .json([
                "object": "list",
                "data": .array(
                    names.map { ["id": .string($0), "object": "model", "created": 0, "owned_by": "faultserver"] }
                ),
            ])
        case .messages:
            return .json([
                "data": .array(
                    names.map { name in
                        [
                            "type": "model", "id": .string(name), "display_name": .string(name),
                            "created_at": "1970-01-01T00:00:00Z",
                        ]
                    }
                ),
                "has_more": false, "first_id": names.first.map { .string($0) } ?? .null,
                "last_id": names.last.map { .string($0) } ?? .null,
            ])
        }
    }

    // MARK: Errors

    /// Which provider the client takes this server for, where the path alone does not tell.
    private func wire(_ head: HTTPRequestHead) -> ProviderWire {
        if head.uri.hasPrefix("/v1/responses") { return .responses }
        return head.uri.hasPrefix("/v1/messages") || head.headers.contains(name: "anthropic-version")
            ? .messages : .chat
    }

    private func error(_ status: Int, _ message: String, _ head: HTTPRequestHead) -> AnswerPlan {
        error(status, message, wire(head))
    }

    private func error(_ status: Int, _ message: String, _ wire: ProviderWire, code: String? = nil) -> AnswerPlan {
        let id = "req_" + ModelCall.digits(desk.number())
        return .json(
            wire.errorBody(status: status, message: message, code: code, request: id),
            status: status,
            fields: [wire.requestIDHeader: id]
        )
    }

    // MARK: Control

    private func setScript(_ request: RequestBody) -> AnswerPlan {
        do throws(ScriptError) {
            let script = try FaultScript(parsing: request.bytes.readableBytesView, directory: directory)
            desk.setScript(script)
            return .json(["models": .array(script.models.keys.sorted().map { .string($0) })])
        } catch {
            return .json(
                [
                    "error": "invalid_script", "field": .string(error.field), "message": .string(error.message),
                ],
                status: 400
            )
        }
    }
}
