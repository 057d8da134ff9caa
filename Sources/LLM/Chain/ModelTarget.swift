/// One model at one provider: what a call can be sent to.
package struct ModelTarget: Codable, Hashable, Sendable {
    /// What the settings call the provider.
    package let provider: String
    /// What the provider calls the model.
    package let model: String

    package init(provider: String, model: String) {
        self.provider = provider
        self.model = model
    }
}

extension ModelTarget: CustomStringConvertible {
    package var description: String { "\(provider)/\(model)" }
}

/// Some targets of which any will do: one place in the order of a task.
package struct ModelRung: Hashable, Sendable {
    /// Which of them is asked first.
    package enum Balance: Hashable, Sendable {
        case inOrder
        /// The one that has been quickest to say something.
        case leastLatency
        /// By chance, as often as the weights say.
        case weighted
    }

    /// A target, and how often it is chosen beside the others.
    package struct Member: Hashable, Sendable {
        package let target: ModelTarget
        package let weight: Int

        package init(_ target: ModelTarget, weight: Int = 1) {
            self.target = target
            self.weight = max(0, weight)
        }
    }

    package let members: [Member]
    package let balance: Balance

    package init(_ members: [Member], balance: Balance = .inOrder) {
        self.members = members
        self.balance = balance
    }
    /// The same with some of its members only; `nil` when none is left.
    func keeping(_ isKept: (ModelTarget) -> Bool) -> ModelRung? {
        let kept = members.filter { isKept($0.target) }
        return kept.isEmpty ? nil : ModelRung(kept, balance: balance)
    }
}
