import BusZeroMQ
import CryptoCallClient
import JSON

/// Collects events into requests that the control endpoint takes: at most 256 events and 64 KiB each.
struct OutgoingBatches {
    private var events: [JSONValue] = []
    private var sizeBytes = 0
    private let countMax: Int
    private let sizeBytesMax: Int

    init(countMax: Int = 256, sizeBytesMax: Int = Client.requestBytesMax - 512) {
        self.countMax = countMax
        self.sizeBytesMax = sizeBytesMax
    }

    /// - Returns: the batch that the event did not fit into any more.
    mutating func add(_ event: JSONValue) -> [JSONValue]? {
        let size = event.bytes.count + 1
        guard events.count == countMax || (!events.isEmpty && sizeBytes + size > sizeBytesMax) else {
            events.append(event)
            sizeBytes += size
            return nil
        }
        let full = events
        events = [event]
        sizeBytes = size
        return full
    }

    /// - Returns: what is left.
    mutating func finish() -> [JSONValue]? {
        defer { events = [] }
        return events.isEmpty ? nil : events
    }
}

/// Reads what a user wants published.
enum OutgoingLine {
    /// - Throws: `CommandFailure` with `.badData` when the payload is not JSON.
    static func event(type: String, subject: String?, payload: String) throws(CommandFailure) -> JSONValue {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: Array(payload.utf8))
        } catch {
            throw CommandFailure(.badData, "the payload is not JSON: \(error)")
        }
        var members: [String: JSONValue] = ["type": .string(type), "payload": value]
        members["subject"] = subject.map(JSONValue.string)
        return .object(members)
    }

    /// - Parameters:
    ///   - line: an event, or a payload where `type` is given.
    ///   - type: of all lines.
    ///   - subject: of all lines.
    /// - Returns: the event as `events.publish` takes it.
    /// - Throws: `CommandFailure` with `.badData` when the line is not JSON or no event.
    static func event(_ line: InputLine, type: String?, subject: String?) throws(CommandFailure) -> JSONValue {
        if let type {
            do {
                return try event(type: type, subject: subject, payload: line.text)
            } catch {
                throw CommandFailure(.badData, "line \(line.number): \(error.message)")
            }
        }
        let value: JSONValue
        do {
            value = try JSONValue(parsing: Array(line.text.utf8))
        } catch {
            throw CommandFailure(.badData, "line \(line.number) is not JSON: \(error)")
        }
        guard value["type"]?.string != nil, value["payload"] != nil else {
            throw CommandFailure(.badData, "line \(line.number) needs a type and a payload")
        }
        return value
    }
}
