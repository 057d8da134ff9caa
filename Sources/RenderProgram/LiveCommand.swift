import ArgumentParser
import Glibc
import RenderWire
import Rendering

/// `cryptocall-render live`: draws the station's picture while it is on air.
struct LiveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live",
        abstract: "Draws the picture of the programme; the playout runs it.",
        discussion: """
            Orders are lines of JSON on standard input, pictures go to shared memory that it has as descriptor 3, and each \
            that is finished is told by a byte on standard output.
            """
    )

    @Option(help: "How wide, in pixels.")
    var width = FilmForm.hd720.width

    @Option(help: "How high, in pixels.")
    var height = FilmForm.hd720.height

    private static let memory: Int32 = 3

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        do throws(RenderFault) {
            let form = FilmForm(width: width, height: height, framesPerSecond: FilmForm.hd720.framesPerSecond)
            let picture = try LivePicture(form, memory: LiveCommand.memory, output: STDOUT_FILENO) {
                LiveCommand.tell($0)
            }
            try picture.run(input: STDIN_FILENO)
        } catch {
            LiveCommand.tell(error)
            throw ExitCode(error.code.exitCode)
        }
    }

    private static func tell(_ fault: RenderFault) {
        let text = "\(fault)\n"
        _ = text.withCString { write(STDERR_FILENO, $0, strlen($0)) }
    }
}
