import ArgumentParser
import CryptoCallClient
import JSON

/// `render`: films that the station makes.
struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render",
        abstract: "Order films, see how far they are, and fetch them.",
        subcommands: [Add.self, List.self, Show.self, Watch.self, Cancel.self, RenderGetCommand.self]
    )

    struct Add: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Order a film.",
            discussion: """
                The script is JSON: title, form (720p25 or 1080p30), theme, teaser (true, or from and to in seconds), and \
                scenes, each with host, text, and what may be: style, mood, chapter, topic, layout, chart (pair, \
                interval, hours) and ticker (a list of pairs).
                """
        )

        @Argument(help: "The script's file, or - for standard input.")
        var script: String

        @Flag(help: "Stay until it is there, and show how far it is.")
        var watch = false

        @OptionGroup var options: GlobalOptions

        /// What the station takes.
        private static let scriptSizeBytesMax = 1 << 20

        func perform() async throws {
            let bytes = try await WholeInput.read(script, sizeBytesMax: Self.scriptSizeBytesMax)
            let value: JSONValue
            do {
                value = try JSONValue(parsing: bytes)
            } catch {
                throw CommandFailure(.badData, "\(script) is no JSON: \(error)")
            }
            let session = try Session(options)
            let answer = try await session.call("render.add", ["script": value])
            let film = try Session.decode(FilmShown.self, from: answer, of: "render.add")
            if watch { return try await FilmWatch(session, options).follow(film.id) }
            options.json ? Output.json(answer) : Output.standard("\(Terminal.plain(film.id))\n")
        }
    }

    struct List: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "List films, the newest first.")

        @Option(help: ArgumentHelp("Only those in this state, such as drawing or done.", valueName: "state"))
        var state: String?

        @Option(help: ArgumentHelp("The most of them, up to 200.", valueName: "count"))
        var limit = 20

        @Option(help: ArgumentHelp("Only those older than this one.", valueName: "id"))
        var before: String?

        @OptionGroup var options: GlobalOptions

        func validate() throws {
            guard (1...200).contains(limit) else { throw ValidationError("--limit must be a number from 1 to 200") }
        }

        func perform() async throws {
            var params: [String: JSONValue] = ["limit": .int(Int64(limit))]
            params["state"] = state.map(JSONValue.string)
            params["before"] = before.map(JSONValue.string)
            try await Session(options).show("render.list", params, as: FilmsShown.self) { list, terminal in
                FilmLines.list(list, terminal)
            }
        }
    }

    struct Show: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Show one film, its chapters and files.")

        @Argument(help: "The film's id.")
        var film: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("render.show", ["id": .string(film)], as: FilmShown.self) {
                shown,
                terminal in
                FilmLines.one(shown, terminal)
            }
        }
    }

    struct Watch: OperatorCommand {
        static let configuration = CommandConfiguration(
            abstract: "Show how far a film is until it has ended.",
            discussion: "Exit code 1 for a film that was not made. It goes on being made when this is interrupted."
        )

        @Argument(help: "The film's id.")
        var film: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws { try await FilmWatch(try Session(options), options).follow(film) }
    }

    struct Cancel: OperatorCommand {
        static let configuration = CommandConfiguration(abstract: "Cancel a film that is not there yet.")

        @Argument(help: "The film's id.")
        var film: String

        @OptionGroup var options: GlobalOptions

        func perform() async throws {
            try await Session(options).show("render.cancel", ["id": .string(film)], as: FilmShown.self) { shown, _ in
                ["\(Terminal.plain(shown.title)): \(shown.state)"]
            }
        }
    }
}

/// Looks at a film again and again until it has ended.
struct FilmWatch {
    private let session: Session
    private let options: GlobalOptions
    /// Between two looks; the station writes its figures down as often.
    private static let pause: Duration = .seconds(1)

    init(_ session: Session, _ options: GlobalOptions) {
        self.session = session
        self.options = options
    }

    func follow(_ id: String) async throws {
        var last: FilmShown?
        // On a terminal one line is written again and again.
        let isLine = !options.json && session.terminal.width < .max
        while true {
            let value = try await session.call("render.show", ["id": .string(id)])
            let film = try Session.decode(FilmShown.self, from: value, of: "render.show")
            if film != last {
                if options.json {
                    Output.json(value)
                } else {
                    let line = FilmLines.progress(film, session.terminal)
                    Output.standard(isLine ? "\r\u{1B}[K\(line)" : "\(line)\n")
                }
                last = film
            }
            guard film.isOver else {
                // The control socket is asked, and tells nothing by itself.
                try await Task.sleep(for: Self.pause)
                continue
            }
            if isLine { Output.standard("\n") }
            guard film.state == "done" else {
                throw CommandFailure(
                    .unrepairedLoss,
                    "the film was not made: \(Terminal.plain(film.reason ?? film.state))"
                )
            }
            return
        }
    }
}
