import ArgumentParser
import CryptoCallClient

/// `tree`: the supervision tree.
struct TreeCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "tree",
        abstract: "Show the supervision tree: who runs, for how long, and how often it was restarted."
    )

    @OptionGroup var options: GlobalOptions

    func perform() async throws {
        try await Session(options).show("system.tree", as: SupervisionNode.self) { TreePage.lines($0, $1) }
    }
}
