/// A script that cannot be followed.
package struct ScriptError: Error, Hashable, CustomStringConvertible {
    /// Which field, as in `models.gpt-x[1].events`; empty for the script as a whole.
    package let field: String
    /// What is wrong with it, to stand behind its name.
    package let message: String

    package var description: String { field.isEmpty ? "the script \(message)" : "\(field) \(message)" }
}
