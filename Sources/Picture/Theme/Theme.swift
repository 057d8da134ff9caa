package import Drawing

/// Colours, letters and measures of the picture.
///
/// Plain data: a station can have its own. `problems()` tells what would not be fit to be seen.
package struct Theme: Codable, Hashable, Sendable {
    package var name: String
    /// Font families, the preferred first.
    package var families: [String]
    package var colors: Colors
    package var sizes: Sizes
    package var radii: Radii
    package var spacing: Spacing

    package struct Colors: Codable, Hashable, Sendable {
        package var backgroundTop: Color
        package var backgroundBottom: Color
        /// Behind the cards of text and the chart.
        package var panel: Color
        package var panelEdge: Color
        /// Behind the hosts.
        package var hostTop: Color
        package var hostBottom: Color
        package var text: Color
        package var textMuted: Color
        package var accent: Color
        package var rise: Color
        package var fall: Color
        /// On tags in the colours of rise and fall.
        package var onPrice: Color
        /// For figures that are older than their limit.
        package var stale: Color
        package var live: Color
        package var onLive: Color
        package var captionGround: Color
        package var captionText: Color
        /// For the word that is being said.
        package var captionMark: Color
        package var grid: Color
        package var codeInk: Color
        package var codeGround: Color
    }

    /// Of letters, in shares of the height of a wide picture.
    package struct Sizes: Codable, Hashable, Sendable {
        package var title: Double
        package var headline: Double
        package var name: Double
        package var role: Double
        package var caption: Double
        package var station: Double
        package var clock: Double
        package var ticker: Double
        package var price: Double
        /// The smallest: axes and times.
        package var small: Double
    }

    /// Of corners, in shares of the height.
    package struct Radii: Codable, Hashable, Sendable {
        package var panel: Double
        package var tag: Double
    }

    /// In shares of the height.
    package struct Spacing: Codable, Hashable, Sendable {
        /// Between elements.
        package var gap: Double
        /// Within them.
        package var padding: Double
        /// Width of the lines around cards.
        package var line: Double
    }
}
