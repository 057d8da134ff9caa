import ChildProcesses
import RenderWire

extension RenderRun.End {
    /// - Returns: the film that was made.
    /// - Throws: `StudioFailure` that says what follows.
    func film(_ settings: FilmSettings) throws(StudioFailure) -> RenderedFilm {
        switch self {
        case .told(.done(let film), _): return film
        case .told(.failed(let fault), _): throw StudioFailure(fault)
        case .told(.progress, let end), .silent(let end): throw RenderRun.End.failure(end)
        case .stalled:
            throw .transient("the renderer has drawn nothing for \(settings.stall.components.seconds) s and was ended")
        case .broken: throw .transient("what the renderer says is not understood")
        case .stopped: throw .transient("the renderer was ended")
        case .notStarted(let error):
            guard error.isMissing else { throw .transient("\(error)") }
            throw .unavailable("\(settings.program) is not installed")
        }
    }

    /// The codes of sysexits that say that the same order will not do the next time either.
    private static func failure(_ end: ChildEnd) -> StudioFailure {
        switch end {
        case .exited(64): .permanent("the renderer does not know what is asked of it")
        case .exited(65): .permanent("the renderer refuses the order")
        case .exited(69): .unavailable("a program that the renderer needs")
        default: .transient("the renderer has ended without a film: \(end)")
        }
    }
}

extension StudioFailure {
    init(_ fault: RenderFault) {
        self =
            switch fault.code {
            case .badOrder, .badInput: .permanent(fault.message)
            case .unavailable: .unavailable(fault.message)
            case .encoder, .files: .transient(fault.message)
            }
    }
}
