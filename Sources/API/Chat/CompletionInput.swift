import JSON
import LLM

/// The body of `POST /v1/chat/completions`, as far as it means anything here.
///
/// Fields that only tune how an answer is made, and that not every provider knows, are passed over, as other servers of
/// this interface do; those that would change its form and are not kept are refused.
struct CompletionInput: Hashable, Sendable {
    private(set) var model = ""
    private(set) var request: ModelRequest
    private(set) var isStream = false
    private(set) var includesUsage = false
    /// What was asked for; `nil` for as much as the tier may have.
    private(set) var outputTokensMax: Int?

    /// Messages of one conversation.
    private static let messagesMax = 500
    private static let toolsMax = 128
    private static let stopsMax = 4

    /// - Throws: `APIError` with `.invalidInput` and every fault.
    init(_ body: JSONValue) throws(APIError) {
        request = ModelRequest([], outputTokensMax: 0)
        var reading = Fields(body)
        guard body.object != nil else {
            throw APIError(faults: [InputFault(field: "body", message: "must be an object")])
        }
        model = reading.text("model") ?? ""
        if model.isEmpty, reading.faults.isEmpty { reading.fault("model", "is missing") }
        request.messages = reading.list("messages", most: CompletionInput.messagesMax) { message, path, reading in
            CompletionInput.message(message, path, &reading)
        }
        if request.messages.isEmpty, reading.faults.isEmpty { reading.fault("messages", "must not be empty") }
        isStream = reading.flag("stream") ?? false
        includesUsage = body["stream_options"]?["include_usage"]?.bool ?? false
        outputTokensMax =
            reading.whole("max_completion_tokens", in: 1...10_000_000)
            ?? reading.whole("max_tokens", in: 1...10_000_000)
        request.temperature = reading.number("temperature", in: 0...2)
        request.topP = reading.number("top_p", in: 0...1)
        if let count = reading.whole("n", in: 1...128), count != 1 {
            reading.fault("n", "must be 1: one answer is made")
        }
        if reading.flag("logprobs") == true { reading.fault("logprobs", "cannot be had here") }
        readStops(body["stop"], &reading)
        readTools(body, &reading)
        readForm(body["response_format"], &reading)
        readEffort(body["reasoning_effort"], &reading)
        guard reading.faults.isEmpty else { throw APIError(faults: reading.faults) }
    }

    // MARK: Messages

    private static func message(_ message: JSONValue, _ path: String, _ reading: inout Fields) -> ModelMessage? {
        let role: ModelMessage.Role
        switch message["role"]?.string {
        case "system", "developer": role = .system
        case "user": role = .user
        case "assistant": role = .assistant
        case "tool": role = .tool
        case let word?:
            reading.fault("\(path).role", "\"\(word.prefix(40))\" is none of developer, system, user, assistant, tool")
            return nil
        case nil:
            reading.fault("\(path).role", "is missing")
            return nil
        }
        var result = ModelMessage(role, parts(message["content"], "\(path).content", &reading))
        if role == .assistant, let calls = message["tool_calls"]?.array {
            for (index, call) in calls.enumerated() {
                guard let id = call["id"]?.string, let name = call["function"]?["name"]?.string else {
                    reading.fault("\(path).tool_calls[\(index)]", "must have an id and a function with a name")
                    continue
                }
                let arguments = call["function"]?["arguments"]?.string ?? ""
                result.toolCalls.append(Completion.ToolCall(id: id, name: name, arguments: arguments))
            }
        }
        if role == .tool {
            result.toolCallID = message["tool_call_id"]?.string
            if result.toolCallID == nil { reading.fault("\(path).tool_call_id", "is missing") }
        }
        if message["content"]?.isNull ?? true, result.toolCalls.isEmpty {
            reading.fault("\(path).content", "is missing")
        }
        return result
    }

    private static func parts(_ content: JSONValue?, _ path: String, _ reading: inout Fields) -> [ModelMessage.Part] {
        switch content {
        case nil, .null?: return []
        case .string(let text)?: return [.text(text)]
        case .array(let parts)?:
            return parts.enumerated().compactMap { index, part in
                let place = "\(path)[\(index)]"
                switch part["type"]?.string {
                case "text", "refusal":
                    guard let text = (part["text"] ?? part["refusal"])?.string else {
                        reading.fault("\(place).text", "must be a text")
                        return nil
                    }
                    return .text(text)
                case "image_url": return image(part["image_url"]?["url"]?.string, "\(place).image_url.url", &reading)
                case let type?:
                    reading.fault("\(place).type", "\"\(type.prefix(40))\" cannot be taken; text and image_url can")
                    return nil
                case nil:
                    reading.fault("\(place).type", "is missing")
                    return nil
                }
            }
        default:
            reading.fault(path, "must be a text or a list of parts")
            return []
        }
    }

    private static let imageTypes: Set<String> = ["image/png", "image/jpeg", "image/gif", "image/webp"]
    /// As Base64.
    private static let imageBytesMax = 4 * 1024 * 1024

    /// `data:image/png;base64,…`; addresses are not fetched for anybody.
    private static func image(_ url: String?, _ path: String, _ reading: inout Fields) -> ModelMessage.Part? {
        guard let url, url.hasPrefix("data:"), let comma = url.firstIndex(of: ",") else {
            reading.fault(path, "must be a data: URL with the image in it")
            return nil
        }
        let head = url[url.index(url.startIndex, offsetBy: 5)..<comma].lowercased()
        let type = head.split(separator: ";").first.map(String.init) ?? ""
        guard head.hasSuffix(";base64"), imageTypes.contains(type) else {
            reading.fault(path, "must be a PNG, JPEG, GIF or WebP image in base64")
            return nil
        }
        let data = url[url.index(after: comma)...]
        guard data.utf8.count <= imageBytesMax else {
            reading.fault(path, "is larger than the \(imageBytesMax / 1_048_576) MB that an image may have")
            return nil
        }
        return .image(type: type, base64: String(data))
    }

    // MARK: What the answer is to be like

    private mutating func readStops(_ value: JSONValue?, _ reading: inout Fields) {
        switch value {
        case nil, .null?: break
        case .string(let text)?: request.stops = [text]
        case .array(let texts)?
        where texts.count <= CompletionInput.stopsMax && texts.allSatisfy { $0.string != nil }:
            request.stops = texts.compactMap(\.string)
        default: reading.fault("stop", "must be a text, or up to \(CompletionInput.stopsMax) of them")
        }
    }

    private mutating func readTools(_ body: JSONValue, _ reading: inout Fields) {
        request.tools = reading.list("tools", most: CompletionInput.toolsMax) { tool, path, reading in
            guard tool["type"]?.string ?? "function" == "function", let name = tool["function"]?["name"]?.string,
                !name.isEmpty
            else {
                reading.fault(path, "must be a function with a name")
                return nil
            }
            let parameters = tool["function"]?["parameters"] ?? ["type": "object", "properties": [:]]
            guard parameters.object != nil else {
                reading.fault("\(path).function.parameters", "must be a JSON Schema of an object")
                return nil
            }
            return ModelTool(
                name: name,
                description: tool["function"]?["description"]?.string ?? "",
                parameters: parameters
            )
        }
        switch body["tool_choice"] {
        case nil, .null?, .string("auto")?: request.toolChoice = .automatic
        case .string("none")?: request.toolChoice = .never
        case .string("required")?: request.toolChoice = .always
        case let choice?:
            if let name = choice["function"]?["name"]?.string, request.tools.contains(where: { $0.name == name }) {
                request.toolChoice = .named(name)
            } else {
                reading.fault("tool_choice", "must be auto, none, required, or one of the tools")
            }
        }
    }

    private mutating func readForm(_ format: JSONValue?, _ reading: inout Fields) {
        guard let format, !format.isNull else { return }
        switch format["type"]?.string {
        case "text": request.form = .text
        case "json_object": request.form = .json
        case "json_schema":
            guard let schema = format["json_schema"]?["schema"], schema.object != nil else {
                return reading.fault("response_format.json_schema.schema", "must be a JSON Schema")
            }
            request.form = .schema(name: format["json_schema"]?["name"]?.string ?? "answer", schema)
        default: reading.fault("response_format.type", "must be text, json_object or json_schema")
        }
    }

    private mutating func readEffort(_ value: JSONValue?, _ reading: inout Fields) {
        guard let word = value?.string else { return }
        request.effort =
            switch word {
            case "none", "minimal", "low": .low
            case "medium": .medium
            case "high", "xhigh", "max": .high
            default: nil
            }
        if request.effort == nil { reading.fault("reasoning_effort", "must be low, medium or high") }
    }
}

/// Reads the fields of a body and notes what is wrong with them.
private struct Fields {
    let body: JSONValue
    private(set) var faults: [InputFault] = []

    init(_ body: JSONValue) { self.body = body }

    mutating func fault(_ field: String, _ message: String) {
        guard faults.count < Reading.faultsMax else { return }
        faults.append(InputFault(field: field, message: message))
    }

    private mutating func value<Value>(
        _ name: String,
        _ expected: String,
        _ read: (JSONValue) -> Value?
    ) -> Value? {
        guard let found = body[name], !found.isNull else { return nil }
        guard let value = read(found) else {
            fault(name, "must be \(expected)")
            return nil
        }
        return value
    }

    mutating func text(_ name: String) -> String? { value(name, "a text", \.string) }
    mutating func flag(_ name: String) -> Bool? { value(name, "true or false", \.bool) }

    mutating func whole(_ name: String, in range: ClosedRange<Int64>) -> Int? {
        value(name, "a whole number from \(range.lowerBound) to \(range.upperBound)") { found in
            found.int.flatMap { range.contains($0) ? Int($0) : nil }
        }
    }

    mutating func number(_ name: String, in range: ClosedRange<Double>) -> Double? {
        value(name, "a number from \(range.lowerBound) to \(range.upperBound)") { found in
            found.double.flatMap { range.contains($0) ? $0 : nil }
        }
    }

    mutating func list<Value>(
        _ name: String,
        most: Int,
        _ read: (JSONValue, String, inout Fields) -> Value?
    ) -> [Value] {
        guard let found = body[name], !found.isNull else { return [] }
        guard let elements = found.array, elements.count <= most else {
            fault(name, "must be a list of \(most) at most")
            return []
        }
        return elements.enumerated().compactMap { read($1, "\(name)[\($0)]", &self) }
    }
}
