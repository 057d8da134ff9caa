import Sound

/// Takes the programme, block by block, from the thread that makes it.
package protocol ProgrammeSink: Sendable {
    /// Takes one block: `AudioFormat.blockSamples` interleaved samples.
    ///
    /// Called on the audio thread every 20 ms: it must not wait, lock or allocate. Who cannot keep up drops and counts.
    func push(_ samples: UnsafeBufferPointer<Float>)
}
