package import JSON

/// Which models there are, and how each of them behaves.
package struct FaultScript: Hashable, Sendable {
    /// One behaviour for each request in turn; the last one stays.
    let models: [String: [Behaviour]]
    /// How every other model behaves; without it there are no others.
    let fallback: Behaviour?
    /// Where the files are that it names.
    let directory: String

    /// - Parameters:
    ///   - json: the script.
    ///   - directory: where the files are that it names.
    /// - Throws: `ScriptError` for the first field that is wrong.
    package init(_ json: JSONValue, directory: String = ".") throws(ScriptError) {
        self.directory = directory
        let fields = try ScriptFields(json, path: "")
        try fields.allow(only: ["models", "default"])
        var models: [String: [Behaviour]] = [:]
        if let value = fields["models"] {
            let members = try ScriptFields(value, path: "models")
            for name in members.names {
                models[name] = try FaultScript.behaviours(
                    members.required(name),
                    path: members.path(of: name),
                    directory: directory
                )
            }
        }
        self.models = models
        guard let value = fields["default"] else {
            fallback = nil
            return
        }
        fallback = try Behaviour(value, path: "default", directory: directory)
    }

    /// - Parameters:
    ///   - bytes: the script as JSON.
    ///   - directory: where the files are that it names.
    /// - Throws: `ScriptError` for the first field that is wrong.
    package init(parsing bytes: some Collection<UInt8>, directory: String = ".") throws(ScriptError) {
        let json: JSONValue
        do throws(JSONSyntaxError) {
            json = try JSONValue(parsing: bytes, depthMax: RequestBody.depthMax)
        } catch {
            throw ScriptError(field: "", message: "is no JSON: \(error)")
        }
        try self.init(json, directory: directory)
    }

    /// - Parameter path: the script's file; the files that it names are looked for beside it.
    /// - Throws: `ScriptError` for the first field that is wrong, or when the file cannot be read.
    package init(file path: String) throws(ScriptError) {
        let bytes: [UInt8]
        do throws(FileBytes.Failure) {
            bytes = try FileBytes.read(path)
        } catch {
            throw ScriptError(field: "", message: "cannot be read: \(error)")
        }
        try self.init(parsing: bytes, directory: FileBytes.directory(of: path))
    }

    private static func behaviours(
        _ value: JSONValue,
        path: String,
        directory: String
    ) throws(ScriptError) -> [Behaviour] {
        guard let list = value.array else { return [try Behaviour(value, path: path, directory: directory)] }
        guard !list.isEmpty else { throw ScriptError(field: path, message: "is an empty list") }
        var behaviours: [Behaviour] = []
        for (index, element) in list.enumerated() {
            behaviours.append(try Behaviour(element, path: "\(path)[\(index)]", directory: directory))
        }
        return behaviours
    }
}
