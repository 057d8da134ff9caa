import Testing

@testable import CLI

struct ArgumentOrderTests {
    @Test(arguments: [
        ([], []), (["status"], ["status"]),
        (["--home", "h", "status"], ["status", "--home", "h"]),
        (["--home=h", "--json", "events", "replay", "--all"], ["events", "replay", "--all", "--home=h", "--json"]),
        (["--json", "tail", "--", "-x"], ["tail", "--json", "--", "-x"]),
        (["--help"], ["--help"]), (["--home"], ["--home"]), (["status", "--home", "h"], ["status", "--home", "h"]),
    ])
    func `global options may stand before the command`(_ given: [String], _ ordered: [String]) {
        #expect(ArgumentOrder.commandFirst(given) == ordered)
    }
}
