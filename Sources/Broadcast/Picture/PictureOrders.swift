import Threading

/// What the renderer is told of what is to be seen: the newest of each kind, for it and for the one after it.
final class PictureOrders: Sendable {
    private struct Order {
        let kind: String
        var line: [UInt8]
        var isNew: Bool
    }

    /// In the order in which their kinds were told first; there are a few.
    private let state = Mutex<[Order]>([])

    /// - Parameters:
    ///   - kind: what it replaces when it comes again.
    ///   - line: without its end.
    func set(_ kind: String, _ line: [UInt8]) {
        state.withLock { orders in
            if let known = orders.firstIndex(where: { $0.kind == kind }) {
                (orders[known].line, orders[known].isNew) = (line, true)
            } else {
                orders.append(Order(kind: kind, line: line, isNew: true))
            }
        }
    }

    /// What changed since it was asked last.
    func takeChanged() -> [[UInt8]] { take { $0.isNew } }

    /// All of it, for one who knows nothing.
    func takeAll() -> [[UInt8]] { take { _ in true } }

    private func take(_ isWanted: (Order) -> Bool) -> [[UInt8]] {
        state.withLock { orders in
            let wanted = orders.filter(isWanted).map(\.line)
            for index in orders.indices { orders[index].isNew = false }
            return wanted
        }
    }
}
