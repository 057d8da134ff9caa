import API
import Daemon
import Testing

@Suite struct LimitsConfigTests {
    @Test func `the limits of the settings are those of the program unless they are changed`() {
        #expect(LimitFigures(LimitsConfig()) == LimitFigures())
        var settings = LimitsConfig()
        settings.publicData.proPerDay = 7
        settings.symbols.enterprise = 8
        settings.logIn.accountPerHour = 9
        let figures = LimitFigures(settings)
        #expect(figures.publicPerDay.pro == 7 && figures.symbols.enterprise == 8 && figures.logInAccountPerHour == 9)
    }

    @Test func `every number of the settings is one of the program's`() throws {
        let leaves = Configuration.configSchema.leaves().filter { $0.path.description.hasPrefix("limits.") }
        #expect(leaves.count == 26)
        var seen: Set<LimitFigures> = [LimitFigures()]
        for leaf in leaves {
            let report = try ConfigFixture().load("\(leaf.path) = 4711")
            let settings = try #require(report.usable?.configuration.limits, "\(leaf.path)")
            #expect(seen.insert(LimitFigures(settings)).inserted, "\(leaf.path) changes nothing")
        }
    }

    @Test func `wrong numbers and proxies are told`() throws {
        let report = try ConfigFixture().load(
            """
            http.trusted_proxies = ["10.0.0.0/8", "10.0.0.1/8", "proxy.example"]
            limits.public_data.free_per_day = -1
            limits.log_in.account_per_minute = 0
            limits.standard.per_minute = 0
            """
        )
        #expect(
            report.problems.map(\.path.description) == [
                "http.trusted_proxies[1]", "http.trusted_proxies[2]", "limits.public_data.free_per_day",
                "limits.log_in.account_per_minute",
            ]
        )
    }
}
