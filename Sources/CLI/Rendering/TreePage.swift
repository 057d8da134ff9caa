import CryptoCallClient

/// The supervision tree as a table with branches.
enum TreePage {
    static func lines(_ root: SupervisionNode, _ terminal: Terminal) -> [String] {
        var table = TextTable("actor", "state", ">life", ">restarts", ">up", ">beat", "last exit")
        add(root, prefix: "", branch: "", to: &table)
        return table.lines(terminal)
    }

    private static func add(_ node: SupervisionNode, prefix: String, branch: String, to table: inout TextTable) {
        var state = node.state
        if let next = node.nextTrySeconds { state += ", again in \(Figures.duration(next))" }
        if let zombies = node.zombies, zombies > 0 { state += ", \(zombies) still running unheard" }
        let isSupervisor = node.kind == "supervisor"
        let isBad = isSupervisor ? node.state != "running" : !["running", "finished"].contains(node.state)
        table.add(
            .init(prefix + branch + node.id, isSupervisor ? .bold : nil),
            .init(state, isBad ? StatusPage.style(of: node.state) : .green),
            .init(node.incarnation.map { "\($0)" } ?? ""),
            .init(restarts(node.restarts)),
            .init(node.uptimeSeconds.map(Figures.duration) ?? ""),
            .init(node.heartbeatAgeSeconds.map(Figures.duration) ?? ""),
            .init(node.lastExit ?? "")
        )
        let children = node.children ?? []
        let inner = prefix + (branch.isEmpty ? "" : branch == "└─ " ? "   " : "│  ")
        for (index, child) in children.enumerated() {
            add(child, prefix: inner, branch: index == children.count - 1 ? "└─ " : "├─ ", to: &table)
        }
    }

    private static func restarts(_ restarts: SupervisionNode.Restarts?) -> String {
        guard let restarts else { return "" }
        guard let total = restarts.total else { return "\(restarts.window)" }
        return "\(restarts.window) of \(total)"
    }
}
