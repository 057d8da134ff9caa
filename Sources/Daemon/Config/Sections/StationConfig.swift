/// The `[station]` section: what the station is.
package struct StationConfig: ConfigSection {
    /// The name said on the air.
    package var name = "CryptoCall FM"
    /// Whether this is the real station; drills, recorded prices and stand-in providers are then refused.
    package var production = false
    /// The IANA name of the zone that times are said in: `Europe/Berlin`, for one.
    ///
    /// Everything stored is UTC.
    package var timeZone = "UTC"

    package static var reloadableKeys: Set<String> { ["name", "time_zone"] }

    package init() {}

    package func problems() -> [ConfigProblem] {
        ConfigProblem.oneLine("name", name, bytesMax: 64)
            + (Self.isZoneName(timeZone)
                ? [] : [.invalid("time_zone", "must be the name of a time zone such as \"Europe/Berlin\"")])
    }

    /// Parts of letters, digits and `_+-` between slashes, so that the name cannot lead out of the zone folder.
    private static func isZoneName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return name.utf8.count <= 64
            && parts.allSatisfy { part in
                part.first?.isLetter == true
                    && part.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "_+-".contains($0)) }
            }
    }
}
