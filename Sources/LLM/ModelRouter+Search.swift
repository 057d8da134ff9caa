extension ModelRouter.Plan {
    /// Those of some rungs whose providers do what a request asks of them.
    ///
    /// - Parameters:
    ///   - request: what is asked; for one without a search, everybody will do.
    ///   - rungs: in the order in which they are asked.
    /// - Returns: the same without targets that would answer without having searched; none when there is no other.
    package func able(to request: ModelRequest, of rungs: [ModelRung]) -> [ModelRung] {
        guard request.search != nil else { return rungs }
        let searching = Set(providers.filter(\.searches).map(\.name))
        return rungs.compactMap { $0.keeping { searching.contains($0.provider) } }
    }
}
