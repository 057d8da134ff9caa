import Telemetry
import Testing

struct WatchdogSettingTests {
    @Test func `the period is a third of the limit, also below a second`() {
        let short = WatchdogSetting(environment: ["WATCHDOG_USEC": "500000"], processID: 7)
        guard case .on(let interval) = short else {
            Issue.record("the watchdog is off: \(short)")
            return
        }
        #expect(interval.timeout == .milliseconds(500))
        #expect(interval.period < .milliseconds(167) && interval.period > .milliseconds(166))
        let long = WatchdogSetting(environment: ["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], processID: 7)
        #expect(long == .on(WatchdogInterval(timeout: .seconds(30))))
    }

    @Test(arguments: [
        [:], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "soon"], ["WATCHDOG_USEC": "500000", "WATCHDOG_PID": "8"],
        ["WATCHDOG_USEC": "500000", "WATCHDOG_PID": "x"],
    ])
    func `without a limit for this process it is off`(environment: [String: String]) {
        guard case .off(let reason) = WatchdogSetting(environment: environment, processID: 7) else {
            Issue.record("the watchdog is on")
            return
        }
        #expect(reason.contains("WATCHDOG_"))
    }
}
