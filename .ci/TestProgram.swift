import Testing

/// Where the program with the tests begins, when `.ci/run` has put this among them.
///
/// Without it the tests are found by an index of all sources, and a tenth of the time of a build goes into making that.
/// `swift test`, which can also run tests by their names, works only without it.
@main
struct TestProgram {
    static func main() async { await Testing.__swiftPMEntryPoint() as Never }
}
