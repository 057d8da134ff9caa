/// How the daemon ends, in the numbers of `sysexits.h`.
package enum ExitCode: Int32, CaseIterable, Error, Sendable {
    case ok = 0
    /// The command line is wrong.
    case usage = 64
    /// Input data is wrong.
    case dataError = 65
    /// An input file is missing or unreadable.
    case noInput = 66
    /// Something that is needed is not there.
    case unavailable = 69
    /// An error in the program itself; also when the restart limit of the top supervisor was reached.
    case software = 70
    /// The system refused something: threads, descriptors, memory.
    case osError = 71
    /// A file or folder cannot be made.
    case cannotCreate = 73
    case ioError = 74
    /// It may work later.
    case tempFail = 75
    case protocolError = 76
    case noPermission = 77
    /// The configuration is wrong.
    case config = 78

    /// Whether starting again cannot help.
    ///
    /// The unit lists exactly these in `RestartPreventExitStatus=`, so that a typing error in the configuration does
    /// not restart for ever.
    package var preventsRestart: Bool { self == .usage || self == .config }
}
