/// The `[drills]` section: faults on command, to practise with.
///
/// Refused in production.
package struct DrillsConfig: ConfigSection {
    package var enabled = false

    package init() {}
}
