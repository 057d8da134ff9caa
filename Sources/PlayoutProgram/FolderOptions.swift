import ArgumentParser
import Glibc
import Playout

/// Where the playout keeps its things: the same places as the daemon's.
struct FolderOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Keep state and socket below this folder.", valueName: "folder"))
    var home: String?

    @Option(help: ArgumentHelp("Keep the state here.", valueName: "folder"))
    var state: String?

    @Option(help: ArgumentHelp("Put the socket here.", valueName: "folder"))
    var runtime: String?

    @Option(help: ArgumentHelp("Look here for items whose path is not absolute.", valueName: "folder"))
    var audio: String?

    func folders() -> PlayoutSettings {
        let home = home.map(FolderOptions.absolute)
        func announced(_ variable: String) -> String? {
            // systemd lists several folders with colons; ours is the first.
            guard let text = getenv(variable).map({ String(cString: $0) }) else { return nil }
            return text.split(separator: ":").first.map(String.init)
        }
        let state =
            state.map(FolderOptions.absolute) ?? home.map { "\($0)/state" } ?? announced("STATE_DIRECTORY")
            ?? "/var/lib/cryptocall"
        let runtime =
            runtime.map(FolderOptions.absolute) ?? home.map { "\($0)/run" } ?? announced("RUNTIME_DIRECTORY")
            ?? "/run/cryptocall"
        return PlayoutSettings(
            stateFolder: state,
            runtimeFolder: runtime,
            audioFolder: audio.map(FolderOptions.absolute) ?? "\(state)/audio"
        )
    }

    private static func absolute(_ path: String) -> String {
        if path.hasPrefix("/") { return path }
        guard let current = getcwd(nil, 0) else { return path }
        defer { free(current) }
        return path == "." ? String(cString: current) : "\(String(cString: current))/\(path)"
    }
}
