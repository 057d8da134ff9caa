/// How large the picture of a film is.
package struct AvatarSize: Hashable, Sendable {
    /// By the shorter side.
    package enum Resolution: String, Codable, Hashable, Sendable, CaseIterable {
        case p720 = "720p"
        case p1080 = "1080p"

        var lines: Int { self == .p720 ? 720 : 1080 }
    }

    package enum Aspect: String, Codable, Hashable, Sendable, CaseIterable {
        case wide = "16:9"
        case tall = "9:16"
        case square = "1:1"
    }

    package var resolution: Resolution
    package var aspect: Aspect

    package init(_ resolution: Resolution = .p1080, _ aspect: Aspect = .wide) {
        self.resolution = resolution
        self.aspect = aspect
    }

    /// In pixels.
    package var width: Int { aspect == .wide ? resolution.lines * 16 / 9 : resolution.lines }
    /// In pixels.
    package var height: Int { aspect == .tall ? resolution.lines * 16 / 9 : resolution.lines }
}
