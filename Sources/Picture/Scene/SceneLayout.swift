/// Who and what shares the picture.
package enum SceneLayout: String, Codable, Hashable, Sendable, CaseIterable {
    case oneHost
    case twoHosts
    case hostWithChart
    case chartFull
    case callerOnAir
    /// Nobody is on air: the station's name and a notice.
    case standby
}

/// Where a host stands; the first host of a show is on the left.
package enum HostSlot: String, Codable, Hashable, Sendable, CaseIterable {
    case left
    case right
}
