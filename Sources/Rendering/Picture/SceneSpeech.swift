import RenderWire

/// What is said in a scene, on the scene's own clock.
struct SceneSpeech {
    struct Part {
        let speech: RenderSpeech
        /// Samples of the scene.
        let samples: Range<Int>
        /// How loud it is, as `Narration` tells it.
        let levels: [Float]

        /// The words, in milliseconds of the scene.
        var words: [SpokenWord] {
            let start = samples.lowerBound / 48
            return speech.words.map {
                SpokenWord($0.text, $0.start + start, $0.end + start, endsSentence: $0.endsSentence)
            }
        }
    }

    let parts: [Part]

    init(_ order: SceneOrder) {
        parts = zip(order.scene.speeches, zip(order.place.speeches, order.levels)).map {
            Part(speech: $0, samples: $1.0, levels: $1.1)
        }
    }

    /// Changes with every word: what moves by chance moves otherwise in another scene.
    var seed: UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for part in parts {
            for word in part.speech.words {
                for byte in word.text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3 }
            }
        }
        return hash
    }
}
