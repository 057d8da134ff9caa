extension OracleTemplate {
    static func exits(of tier: WalletTier, _ tone: CallTone) -> [OracleTemplate] {
        lines(of: tier, tone).map { OracleTemplate($0) }
    }

    private static func lines(of tier: WalletTier, _ tone: CallTone) -> [String] {
        switch tier {
        case .welcome: welcomes(tone)
        case .roast: roasts(tone)
        case .respect: respects(tone)
        case .awe: awes(tone)
        case .ritual: rituals(tone)
        }
    }

    private static func welcomes(_ tone: CallTone) -> [String] {
        switch tone {
        case .bullish:
            [
                "Thank you for the sunshine, caller. Come back soon.",
                "What a bright call. The door stays open for you.",
                "Keep that good cheer. It was lovely to hear you.",
            ]
        case .bearish:
            [
                "Thank you for your caution, caller. Take good care.",
                "Dark clouds, honest words. Call us again, whatever the weather.",
                "We heard your worry. You are welcome here any time.",
            ]
        case .neutral:
            [
                "Thank you for calling CryptoCall FM. Come back soon.",
                "Lovely to hear you, caller. The line stays open.",
                "Thank you for your time, caller. Until we hear you again.",
            ]
        case .heated:
            [
                "Deep breath, caller. You are welcome back any time.",
                "That was lively. Rest your voice, and call again soon.",
                "Warm words, caller. Thank you for sharing them with us.",
            ]
        }
    }

    private static func roasts(_ tone: CallTone) -> [String] {
        switch tone {
        case .bullish:
            [
                "All that optimism, and still that wallet. Admirable. Goodbye.",
                "Hope is free, caller. The rest was not. Goodbye.",
                "Bullish to the last. Somebody hide the buy button.",
            ]
        case .bearish:
            [
                "Gloomy, caller? Your wallet was first. Goodbye.",
                "Even the bears found that call a bit sad.",
                "Doom delivered. Your wallet had sent us the trailer.",
            ]
        case .neutral:
            [
                "You called, you spoke, nothing crashed. Progress.",
                "A call without a loss. Frame it, caller.",
                "Goodbye, caller. The market thanks you for your donations.",
            ]
        case .heated:
            [
                "Louder does not make it a profit. Goodbye, caller.",
                "All that steam, and nothing cooked. Goodbye.",
                "Somebody pour water on line one. Goodbye.",
            ]
        }
    }

    private static func respects(_ tone: CallTone) -> [String] {
        switch tone {
        case .bullish:
            [
                "A bright view, well argued. Respect, caller.",
                "Confidence with work behind it. Thank you for the call.",
                "Well spoken, caller. The studio heard every word.",
            ]
        case .bearish:
            [
                "A sober view, well argued. Respect, caller.",
                "Caution from a steady hand. Thank you, caller.",
                "Hard words, calmly said. The studio thanks you.",
            ]
        case .neutral:
            [
                "Measured to the end. Respect, caller, and farewell.",
                "A clear head on a noisy line. Thank you.",
                "Thank you, caller. The door is open to you.",
            ]
        case .heated:
            [
                "Passion from a professional. Respect, caller, now breathe.",
                "Strong words, and you stand by them. Respect.",
                "Heat on the line, respect in the studio. Goodbye.",
            ]
        }
    }

    private static func awes(_ tone: CallTone) -> [String] {
        switch tone {
        case .bullish:
            [
                "The whale sings of bright water. Listen to that echo.",
                "What a wave, what a song. Farewell, giant.",
                "The deep has spoken brightly. We are still trembling.",
            ]
        case .bearish:
            [
                "The whale dives, and the water grows cold. Farewell.",
                "When giants frown, the surface trembles. Farewell, caller.",
                "Dark water all around. The giant has spoken.",
            ]
        case .neutral:
            [
                "The giant returns to the deep. What a sight.",
                "The water closes again. We saw it, listeners.",
                "Farewell, great one. The studio is still rocking.",
            ]
        case .heated:
            [
                "A storm from the deep. Hold on to your desks.",
                "The giant thrashed, and the studio is wet. Farewell.",
                "Such waves from one voice. Farewell, mighty caller.",
            ]
        }
    }

    private static func rituals(_ tone: CallTone) -> [String] {
        switch tone {
        case .bullish:
            [
                "The flame burns bright. So it is spoken.",
                "Light upon the circle. The legend departs.",
                "The bell rings high. The rite is ended.",
            ]
        case .bearish:
            [
                "The flame burns low. So it is spoken.",
                "Shadow upon the circle. The legend departs.",
                "The bell rings deep. The rite is ended.",
            ]
        case .neutral:
            [
                "The circle closes. So it is spoken.",
                "The candles are put out. The legend departs.",
                "The rite is ended. Go in stillness, listeners.",
            ]
        case .heated:
            [
                "The flame has roared. Let the circle cool.",
                "Fire was called, and fire came. The rite is ended.",
                "The stones still glow. The legend departs.",
            ]
        }
    }
}
