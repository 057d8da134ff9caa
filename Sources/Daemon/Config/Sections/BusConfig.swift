/// The `[bus]` section: how much the event bus holds for those who are slow.
package struct BusConfig: ConfigSection {
    /// Events that may wait for one subscriber.
    package var mailboxLimit = 4096
    /// Events that may wait for one that follows everything, such as the ZeroMQ edge.
    package var tapLimit = 65_536

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.range("mailbox_limit", mailboxLimit, 1...1_000_000)
            + ConfigProblem.range("tap_limit", tapLimit, 1...10_000_000)
    }
}
