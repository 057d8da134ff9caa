/// Why a design cannot be used.
package struct PuppetDesignError: Error, Hashable, CustomStringConvertible {
    /// The part, by its name where it has one, such as `parts[3] hair.front`; empty for the file as a whole.
    package let part: String
    /// The field in there, such as `details[0].fill`.
    package let field: String
    package let problem: String

    package init(part: String, field: String, problem: String) {
        self.part = part
        self.field = field
        self.problem = problem
    }

    package var description: String {
        [part, field, problem].filter { !$0.isEmpty }.joined(separator: ": ")
    }
}
