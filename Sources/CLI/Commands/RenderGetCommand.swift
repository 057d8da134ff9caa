import ArgumentParser
import CryptoCallClient
import FoundationEssentials
import Glibc
import JSON

/// `render get`: the files of a film, wherever the station is.
struct RenderGetCommand: OperatorCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Fetch the files of a film.",
        discussion: "A file is there whole or not at all; one that is there already is written anew."
    )

    @Argument(help: "The film's id.")
    var film: String

    @Option(help: ArgumentHelp("Where to put them; it is made when it is missing.", valueName: "dir"))
    var folder = "."

    @Option(help: ArgumentHelp("Only this file, such as film.mp4.", valueName: "name"))
    var only: String?

    @OptionGroup var options: GlobalOptions

    func perform() async throws {
        let session = try Session(options)
        let value = try await session.call("render.show", ["id": .string(film)])
        let shown = try Session.decode(FilmShown.self, from: value, of: "render.show")
        let names = shown.files.filter { only == nil || only == $0 }
        guard !names.isEmpty else {
            throw CommandFailure(.unavailable, shown.files.isEmpty ? "the film is \(shown.state)" : "no such file")
        }
        guard mkdir(folder, 0o755) == 0 || errno == EEXIST else {
            throw CommandFailure(.cannotCreate, "cannot make \(folder): \(String(cString: strerror(errno)))")
        }
        var fetched: [JSONValue] = []
        for name in names {
            let size = try await FilmFetch(session, film: film).fetch(name, to: folder)
            fetched.append(["file": .string("\(folder)/\(name)"), "sizeBytes": .int(size)])
            if !options.json { Output.standard("\(folder)/\(name)  \(Figures.bytes(UInt64(clamping: size)))\n") }
        }
        if options.json { Output.json(["files": .array(fetched)]) }
    }
}

/// Fetches a file piece by piece.
struct FilmFetch {
    private let session: Session
    private let film: String

    init(_ session: Session, film: String) {
        self.session = session
        self.film = film
    }

    /// - Parameters:
    ///   - name: as the station told it.
    ///   - folder: where to put it.
    /// - Returns: its size in bytes.
    /// - Throws: `CommandFailure`.
    func fetch(_ name: String, to folder: String) async throws(CommandFailure) -> Int64 {
        guard FilmFetch.isName(name) else { throw CommandFailure(.protocolViolation, "a file has a bad name") }
        let (path, draft) = ("\(folder)/\(name)", "\(folder)/\(name).\(getpid()).new")
        let file = open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard file >= 0 else {
            throw CommandFailure(.cannotCreate, "cannot make \(path): \(String(cString: strerror(errno)))")
        }
        do throws(CommandFailure) {
            let size = try await copy(name, to: file)
            guard fsync(file) == 0, rename(draft, path) == 0 else {
                throw CommandFailure(.io, "cannot write \(path): \(String(cString: strerror(errno)))")
            }
            close(file)
            return size
        } catch {
            close(file)
            unlink(draft)
            throw error
        }
    }

    private func copy(_ name: String, to file: Int32) async throws(CommandFailure) -> Int64 {
        var (offset, tag): (Int64, String?) = (0, nil)
        while true {
            let piece = try Session.decode(
                Piece.self,
                from: try await session.call(
                    "render.read",
                    ["id": .string(film), "name": .string(name), "offset": .int(offset)]
                ),
                of: "render.read"
            )
            guard let bytes = Data(base64Encoded: piece.data).map(Array.init), tag == nil || tag == piece.tag,
                !bytes.isEmpty || offset == piece.sizeBytes
            else { throw CommandFailure(.protocolViolation, "render.read: the file has changed meanwhile") }
            tag = piece.tag
            guard Output.write(bytes, to: file) else {
                throw CommandFailure(.io, "cannot write \(name): \(String(cString: strerror(errno)))")
            }
            offset += Int64(bytes.count)
            if offset >= piece.sizeBytes { return offset }
        }
    }

    private struct Piece: Decodable {
        let sizeBytes: Int64
        let tag: String
        let data: String
    }

    /// A name that leads nowhere else.
    static func isName(_ name: String) -> Bool {
        (1...100).contains(name.utf8.count) && name.first != "."
            && name.utf8.allSatisfy { byte in
                let character = Character(Unicode.Scalar(byte))
                return character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
            }
    }
}
