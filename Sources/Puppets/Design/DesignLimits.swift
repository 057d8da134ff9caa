/// How much a design may hold; a file beyond it is refused before anything is drawn.
enum DesignLimits {
    static let fileBytes = 262_144
    /// Coordinates, in units of the figure.
    static let places = -1000.0...2000.0
    static let placesText = "-1000 to 2000"
    static let outlineBytes = 4096
    static let pointsMax = 240
    static let paletteMax = 80
    static let jointsMax = 12
    static let partsMax = 64
    static let detailsMax = 48
    static let edgesMax = 6
    static let stopsMax = 6
}
