/// The exponential function, made of nothing but sums and products in a fixed order.
///
/// That of the C library differs in the last bit from version to version; with this one a training gives the same model
/// on every machine. The error is below 1e-14 of the result.
/// - Parameter exponent: what lies beyond -700 and 700 counts as these.
/// - Returns: e to the power of the exponent.
package func exponential(_ exponent: Double) -> Double {
    let exponent = max(-700, min(700, exponent))
    let whole = (exponent * 1.442_695_040_888_963_4).rounded()
    // ln 2 in two parts, the first of which is exact in so many bits that its product is too.
    let rest = (exponent - whole * 0.693_147_180_369_123_8) - whole * 1.908_214_929_270_587_7e-10
    var term = 1.0
    var sum = 1.0
    for factor in 1...13 {
        term *= rest / Double(factor)
        sum += term
    }
    return sum * Double(sign: .plus, exponent: Int(whole), significand: 1)
}
