import BusZeroMQ
import Foundation
import JSON
import Testing

@testable import CryptoCallClient

/// The scenarios that the Swift and the Python client share.
struct SequenceScenarioTests {
    static let scenarios: [Scenario] = {
        let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/sequence-scenarios.json")
        guard let bytes = try? Data(contentsOf: file), let value = try? JSONValue(parsing: Array(bytes)),
            let list = value["scenarios"]?.array
        else { return [] }
        return list.map(Scenario.init)
    }()

    @Test func `the shared scenarios are found`() {
        #expect(SequenceScenarioTests.scenarios.count > 30)
    }

    @Test(arguments: scenarios)
    func `every step does what the scenario says`(_ scenario: Scenario) throws {
        var tracker = SequenceTracker(prefix: scenario.prefix, since: scenario.since)
        for (number, step) in scenario.steps.enumerated() {
            let actions = try scenario.perform(step, on: &tracker)
            let expected = step["expect"]?.array?.compactMap(\.string)
            #expect(actions.map(Scenario.describe) == expected, "\(scenario.name), step \(number)")
        }
        #expect(!tracker.isWaiting)
    }
}

/// One scenario: inputs, and the actions that must follow each.
struct Scenario: Sendable, CustomTestStringConvertible {
    let name: String
    let prefix: String
    let since: UInt64?
    let steps: [JSONValue]

    var testDescription: String { name }

    init(_ value: JSONValue) {
        name = value["name"]?.string ?? "?"
        prefix = value["prefix"]?.string ?? ""
        since = value["since"]?.int.flatMap(UInt64.init(exactly:))
        steps = value["steps"]?.array ?? []
    }

    struct BadStep: Error { let step: JSONValue }

    func perform(_ step: JSONValue, on tracker: inout SequenceTracker) throws -> [TrackerAction] {
        if let text = step["event"]?.string {
            let event = try event(text)
            return tracker.takeInOrder(event) ? [.deliver(event)] : tracker.feed(event)
        }
        if let topic = step["welcome"]?.string {
            return tracker.feed(try stream("system.welcome.sent", topic: topic, step, sequences: step["sequences"]))
        }
        if let sequences = step["heartbeat"] {
            return tracker.feed(try stream("system.heartbeat.sent", step, sequences: sequences))
        }
        if step["goodbye"] != nil { return tracker.feed(try stream("system.goodbye.sent", step, sequences: nil)) }
        if let events = step["page"]?.array {
            let page = ReplayPage(
                events: try events.map { try event($0.string ?? "") },
                next: number(step["next"]),
                head: 0,
                oldest: number(step["oldest"]),
                isComplete: step["complete"]?.bool ?? false
            )
            return tracker.replayed(page)
        }
        if let oldest = step["agedOut"] { return tracker.agedOut(oldest: number(oldest)) }
        if let events = step["snapshot"]?.array {
            return tracker.snapshotted(try events.map { try event($0.string ?? "") })
        }
        if let reason = step["failed"]?.string { return tracker.failed(reason) }
        throw BadStep(step: step)
    }

    /// Reads `<delivery> <topic>#<seq>[@<offset>] [in <epoch>]`.
    private func event(_ text: String) throws -> Event {
        guard let match = text.wholeMatch(of: /(\w+) ([^#]+)#(\d+)(?:@(\d+))?(?: in (\w+))?/) else {
            throw BadStep(step: .string(text))
        }
        var header: [String: JSONValue] = [
            "type": .string(String(match.2)), "delivery": .string(String(match.1)),
            "epoch": .string(match.5.map(String.init) ?? "A"), "seq": .int(Int64(match.3) ?? 0),
        ]
        header["offset"] = match.4.flatMap { Int64($0) }.map(JSONValue.int)
        return try make(topic: String(match.2), header, payload: [:])
    }

    private func stream(
        _ type: String,
        topic: String? = nil,
        _ step: JSONValue,
        sequences: JSONValue?
    ) throws -> Event {
        let epoch = step["epoch"] ?? "A"
        let time = String(step["at"]?.int ?? 0, radix: 16)
        let padded = String(repeating: "0", count: 12 - time.count) + time
        let header: [String: JSONValue] = [
            "id": .string("\(padded.prefix(8))-\(padded.suffix(4))-7000-8000-000000000000"), "type": .string(type),
            "delivery": "state", "epoch": epoch, "seq": 0,
        ]
        let payload: JSONValue = [
            "epoch": epoch, "offset": step["offset"] ?? 0, "sequences": sequences ?? [:], "heartbeatSeconds": 1,
        ]
        return try make(topic: topic ?? type, header, payload: payload)
    }

    private func make(topic: String, _ header: [String: JSONValue], payload: JSONValue) throws -> Event {
        let header = JSONValue.object(header)
        let event = Event(topic: Array(topic.utf8)[...], header: header.bytes[...], payload: payload.bytes[...])
        guard let event else { throw BadStep(step: header) }
        return event
    }

    private func number(_ value: JSONValue?) -> UInt64 { UInt64(value?.int ?? 0) }

    static func describe(_ action: TrackerAction) -> String {
        switch action {
        case .deliver(let event): "deliver \(event.topic)#\(event.seq)" + (event.offset.map { "@\($0)" } ?? "")
        case .lost(let loss):
            "lost \(loss.isExact ? "" : "at most ")\(loss.count) \(loss.delivery.rawValue) \(loss.topic): \(loss.reason)"
        case .replay(let prefix, let from, let through): "replay \(prefix) \(from)..\(through)"
        case .snapshot(let prefix): "snapshot \(prefix)"
        case .resubscribe(let prefix): "resubscribe \(prefix)"
        case .answerGoodbye: "answer goodbye"
        case .expectGoodbye: "expect goodbye"
        }
    }
}
