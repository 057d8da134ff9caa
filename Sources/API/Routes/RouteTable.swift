import Hummingbird

/// Every route there is.
///
/// What is not listed does not exist. A table with a fault in it is refused whole, so that the daemon does not start with
/// it.
package struct RouteTable: Sendable {
    package let routes: [Route]
    private let templates: [(path: PathTemplate, method: String)]
    /// What browsers get where a page cannot be shown; `nil` for a table without pages.
    private let failurePages: FailurePages?

    /// - Throws: `RouteProblems` with everything that is wrong.
    package init(_ routes: [Route], failurePages: FailurePages? = nil) throws(RouteProblems) {
        var problems: [String] = []
        var shapes: [String: String] = [:]
        for route in routes {
            let name = "\(route.method) \(route.path)"
            if route.summary.isEmpty { problems.append("\(name) has no summary") }
            if route.group.isEmpty { problems.append("\(name) has no group") }
            if route.answers.isEmpty { problems.append("\(name) does not say what it answers") }
            let template = PathTemplate(route.path)
            if let fault = template.fault { problems.append("\(name): \(fault)") }
            if let other = shapes.updateValue(name, forKey: "\(route.method) \(template.shape)") {
                problems.append(other == name ? "\(name) is there twice" : "\(name) is shadowed by \(other)")
            }
        }
        guard problems.isEmpty else { throw RouteProblems(problems: problems) }
        self.routes = routes
        templates = routes.map { (PathTemplate($0.path), $0.method) }
        self.failurePages = failurePages
    }

    /// The page that tells a browser of a failure; `nil` for everybody else.
    func failurePage(_ failure: APIError, for request: Request, _ context: APIContext) -> Response? {
        guard let failurePages, FailurePages.isForBrowser(request) else { return nil }
        let exists = !methods(at: request.uri.path).isEmpty
        return failurePages.answer(failure, to: request, context, exists: exists)
    }

    /// The methods that a path has; none when there is no such path.
    ///
    /// Whatever can be got can be asked for its head alone.
    func methods(at path: String) -> [String] {
        let matching = templates.filter { $0.path.matches(path) }
        // As for the router: a path that is written out hides one that would match anything.
        let nearest = matching.map(\.path).min { $0.isNearer(than: $1) }
        let methods = matching.filter { $0.path.shape == nearest?.shape }.map(\.method)
        return (methods.contains("GET") ? methods + ["HEAD"] : methods).sorted()
    }
}

/// Why a table of routes cannot be used.
package struct RouteProblems: Error, Hashable, CustomStringConvertible {
    package let problems: [String]
    package var description: String { "routes: \(problems.joined(separator: "; "))" }
}

/// A path in which some parts stand for anything: `/api/keys/{id}`.
struct PathTemplate {
    private let parts: [Substring]
    private let text: String

    init(_ text: String) {
        self.text = text
        parts = text.split(separator: "/")
    }

    /// What is wrong with it.
    var fault: String? {
        guard text.hasPrefix("/") else { return "the path does not begin with a slash" }
        guard text == "/" || !text.hasSuffix("/") else { return "the path ends with a slash" }
        let names = parameters
        guard Set(names).count == names.count else { return "the path names a part twice" }
        let isPlain = parts.allSatisfy { part in
            PathTemplate.isParameter(part) || !part.contains { "{}*:?#".contains($0) }
        }
        return isPlain ? nil : "the path has a part that cannot be matched"
    }

    /// The names of the parts that stand for anything.
    var parameters: [String] {
        parts.filter(PathTemplate.isParameter).map { String($0.dropFirst().dropLast()) }
    }

    /// Two templates of one shape match the same paths.
    var shape: String { parts.map { PathTemplate.isParameter($0) ? "{}" : String($0) }.joined(separator: "/") }

    /// Whether it says more of the paths that both match: at the first part where they differ, it names it.
    func isNearer(than other: PathTemplate) -> Bool {
        zip(parts, other.parts).lazy.map { (PathTemplate.isParameter($0), PathTemplate.isParameter($1)) }
            .first { $0 != $1 }.map { !$0.0 } ?? false
    }

    func matches(_ path: String) -> Bool {
        let given = path.split(separator: "/")
        return given.count == parts.count
            && zip(parts, given).allSatisfy { PathTemplate.isParameter($0) || $0 == $1 }
    }

    private static func isParameter(_ part: Substring) -> Bool {
        part.count > 2 && part.first == "{" && part.last == "}"
            && part.dropFirst().dropLast().allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }
}
