import Jobs
import TestKit

/// A production in ten steps with two human gates, as the station's own will look.
struct Pilot: Codable, Hashable {
    let title: String
    let scenes: Int
}

struct Published: Codable, Hashable {
    let title: String
    let address: String
}

struct NotApproved: Error {
    let what: String
}

extension Workflow where Input == Pilot, Output == Published {
    /// - Parameters:
    ///   - version: 1 for the code before it announced what it has published.
    ///   - effects: what its steps do.
    ///   - trouble: may throw in a step, by its name.
    /// - Returns: the workflow.
    static func production(
        version: Int = 2,
        _ effects: Effects = Effects(),
        trouble: @escaping @Sendable (_ step: String) throws -> Void = { _ in }
    ) -> Workflow {
        @Sendable func work<Value>(_ name: String, _ value: Value) throws -> Value {
            effects.note(name)
            try trouble(name)
            return value
        }
        return Workflow("production", version: version) { (pilot: Pilot, flow: Flow) async throws -> Published in
            let research = try await flow.step("research") { try work("research", "facts on \(pilot.title)") }
            let script = try await flow.step("script") { try work("script", "script from \(research)") }
            let gate = try await flow.approval("script", of: script, within: .seconds(7 * 86_400))
            guard gate.isApproved else { throw NotApproved(what: "script") }
            let (voice, thumbnail) = try await flow.together(
                Branch("voice") { try work("voice", "voice.wav") },
                Branch("thumbnail") { try work("thumbnail", "thumb.png") }
            )
            let scenes = try await flow.parallel("scene", Array(1...pilot.scenes)) { number, _ in
                try work("scene", "scene-\(number).mp4")
            }
            let film = try await flow.step("film") { try work("film", (scenes + [voice]).joined(separator: "+")) }
            try await flow.step("check") { try work("check", ()) }
            let final = try await flow.approval("film", of: [film, thumbnail], within: .seconds(7 * 86_400))
            guard final.isApproved else { throw NotApproved(what: "film") }
            let address = try await flow.step("upload", policy: .once) { key in
                try work("upload", "video/\(film.count)")
            }
            try flow.compensate("delete upload") { try work("delete upload", ()) }
            try await flow.sleep("cool down", .seconds(60))
            if version > 1, try flow.patched("announce") {
                try await flow.step("announce") { try work("announce", ()) }
            }
            try await flow.step("archive") { try work("archive", ()) }
            return Published(title: pilot.title, address: address)
        }
    }
}
