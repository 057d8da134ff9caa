import Drawing
import Foundation
import JSON
import Puppets

/// The design file of a host, to be changed in one place.
struct HostFile {
    var value: JSONValue

    static let hosts = ["nova", "rex"]

    init(_ host: String) throws {
        let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Sources/Puppets/Hosts")
        value = try JSONValue(parsing: try Data(contentsOf: sources.appending(path: "\(host).json")))
    }

    /// With one value replaced, or removed for `nil`.
    func with(_ path: [String], _ new: JSONValue?) -> HostFile {
        var file = self
        file.value = HostFile.replaced(value, path[...], new)
        return file
    }

    private static func replaced(_ value: JSONValue, _ path: ArraySlice<String>, _ new: JSONValue?) -> JSONValue {
        guard let name = path.first else { return new ?? .null }
        switch value {
        case .object(var members):
            if path.count == 1, new == nil {
                members[name] = nil
            } else {
                members[name] = replaced(members[name] ?? .null, path.dropFirst(), new)
            }
            return .object(members)
        case .array(var elements):
            guard let index = Int(name), elements.indices.contains(index) else { return value }
            elements[index] = replaced(elements[index], path.dropFirst(), new)
            return .array(elements)
        default: return replaced(.object([:]), path, new)
        }
    }

    func design() throws -> PuppetDesign { try PuppetDesign(file: value.bytes) }

    /// What is wrong with it.
    func problem() -> String? {
        do throws(PuppetDesignError) {
            _ = try PuppetDesign(file: value.bytes)
            return nil
        } catch {
            return error.description
        }
    }
}
