extension EnvelopeHeader {
    /// Appends the header frame: one JSON object with the CloudEvents 1.0 attributes and the envelope's own.
    ///
    /// Written by hand because every exported event passes here; all values come from alphabets that need no escaping.
    public func writeJSON(to bytes: inout [UInt8]) {
        bytes.append(text: #"{"specversion":"1.0","id":""#)
        id.write(to: &bytes)
        bytes.append(text: #"","source":"/cryptocall/"#)
        bytes.append(text: source.text)
        bytes.append(text: #"","type":""#)
        bytes.append(text: topic.text)
        if let subject {
            bytes.append(text: #"","subject":""#)
            bytes.append(text: subject.text)
        }
        bytes.append(text: #"","time":""#)
        time.write(to: &bytes)
        bytes.append(text: #"","datacontenttype":"application/json","version":"#)
        bytes.appendDecimal(UInt64(version))
        bytes.append(text: #","delivery":""#)
        bytes.append(text: delivery.name)
        bytes.append(text: #"","epoch":""#)
        epoch.write(to: &bytes)
        bytes.append(text: #"","seq":"#)
        bytes.appendDecimal(seq)
        if let offset {
            bytes.append(text: #","offset":"#)
            bytes.appendDecimal(offset)
        }
        if let cause {
            bytes.append(text: #","cause":""#)
            cause.write(to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(text: #","correlation":""#)
        correlation.write(to: &bytes)
        if let origin {
            bytes.append(text: #"","origin":""#)
            bytes.append(text: origin.text)
        }
        bytes.append(text: #"","traceparent":""#)
        writeTraceparent(to: &bytes)
        bytes.append(text: #""}"#)
    }

    /// The W3C trace context: the correlation is the trace, the random half of the id is the span.
    public var traceparent: String {
        var bytes: [UInt8] = []
        writeTraceparent(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    private func writeTraceparent(to bytes: inout [UInt8]) {
        bytes.append(text: "00-")
        bytes.appendHex(correlation.high)
        bytes.appendHex(correlation.low)
        bytes.append(UInt8(ascii: "-"))
        bytes.appendHex(id.low)
        bytes.append(text: "-01")
    }
}

extension [UInt8] {
    mutating func append(text: String) { append(contentsOf: text.utf8) }

    fileprivate mutating func appendHex(_ word: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            appendHex(UInt8(truncatingIfNeeded: word >> shift))
        }
    }
}
