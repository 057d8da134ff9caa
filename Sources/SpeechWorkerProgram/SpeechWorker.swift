import Glibc
import JSON
import SpeechWire

/// `cryptocall-speech`: says by espeak-ng what it is told on standard input, and answers on standard output.
///
/// A process of its own, because the library is native code that reads any text: when it crashes, nobody else does. It
/// ends when its input does. Exit codes: 0 the input ended, 65 the input is no stream of frames, 69 espeak-ng cannot be
/// used, 74 nobody reads the answers.
@main
enum SpeechWorker {
    static func main() {
        // Whoever reads no more is noticed when writing.
        signal(SIGPIPE, SIG_IGN)
        let synthesis: Synthesis
        do throws(SynthesisFailure) {
            synthesis = try Synthesis()
        } catch {
            send(.failed, Array(error.message.utf8))
            exit(69)
        }
        var reader = SpeechFrameReader()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(STDIN_FILENO, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            do throws(SpeechFrame.Fault) {
                for frame in try reader.take(buffer[..<count]) { answer(frame, synthesis) }
            } catch {
                send(.failed, Array("the request is no frame: \(error)".utf8))
                exit(65)
            }
        }
        exit(0)
    }

    private static func answer(_ frame: SpeechFrame, _ synthesis: Synthesis) {
        var fault = "it is no JSON"
        guard frame.kind == .request, let json = try? JSONValue(parsing: frame.payload),
            let order = SpeechOrder(json, fault: &fault)
        else { return send(.failed, Array(fault.utf8)) }
        do throws(SynthesisFailure) {
            let report = try synthesis.say(order) { send(.audio, $0) }
            send(.done, report.json.bytes)
        } catch {
            send(.failed, Array(error.message.utf8))
        }
    }

    private static func send(_ kind: SpeechFrame.Kind, _ payload: [UInt8]) {
        var rest = SpeechFrame(kind, payload).bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { exit(74) }
            rest = rest.dropFirst(count)
        }
    }
}
