extension OracleTemplate {
    static func intros(of tier: WalletTier) -> [OracleTemplate] {
        switch tier {
        case .welcome: welcomes
        case .roast: roasts
        case .respect: respects
        case .awe: awes
        case .ritual: rituals
        }
    }

    private static let welcomes = [
        OracleTemplate("Welcome to CryptoCall FM. {transactions} in {window}, and now a call: the line is yours."),
        OracleTemplate("A warm welcome to you. Your wallet was first seen {days} ago, and now we hear your voice."),
        OracleTemplate("Welcome to CryptoCall FM. Take a breath, take your time, and tell us what moves you."),
        OracleTemplate(
            "Hello and welcome. Everyone on this station was once a little nervous, so simply say what is on your mind."
        ),
        OracleTemplate("Good to have you here. The oracle keeps its judgement for another day and simply says hello."),
        OracleTemplate("The line is open and the oracle is smiling. Welcome, caller, the studio is listening to you."),
        OracleTemplate(
            "Come in, sit down, the chair is soft. Welcome to the station, caller, and thank you for dialing."
        ),
        OracleTemplate(
            "Here is another voice on our frequency. Welcome to CryptoCall FM, where every question gets an open ear."
        ),
    ]

    private static let roasts = [
        OracleTemplate("Here comes a caller with room to grow. Be kind, studio, the charts were not.", heat: .mild),
        OracleTemplate("{transactions} in {window}, and still the courage to call. We like that.", heat: .mild),
        OracleTemplate("Our next guest keeps the market liquid for everybody else. A hand for the donor.", heat: .mild),
        OracleTemplate(
            "{low_win} of trades won. A coin would have asked you for lessons, and then declined.",
            heat: .spicy
        ),
        OracleTemplate("{trades} in {window}, and the fees had the best time of all. Hello, caller.", heat: .spicy),
        OracleTemplate(
            "The oracle has read your wallet twice, because once seemed too cruel. Hello, caller.",
            heat: .spicy
        ),
        OracleTemplate(
            "{rug} of your trades lost more than half. You do not trade tokens, you host their funerals.",
            heat: .fire
        ),
        OracleTemplate(
            "{loss} gone in {window}. Somewhere a stranger has a new kitchen and your picture on the wall.",
            heat: .fire
        ),
        OracleTemplate(
            "Studio, lower the flag. The next caller treats a sell button like a museum piece: look, never touch.",
            heat: .fire
        ),
        OracleTemplate(
            "{low_win} of trades won, from {trades}. Even your losses asked to speak to somebody more experienced.",
            heat: .savage
        ),
        OracleTemplate(
            "From its best moment this book fell {drop}. Gravity called, it wants you as its mascot.",
            heat: .savage
        ),
        OracleTemplate(
            "The oracle looked into this wallet, and the wallet looked away in shame. Caller, explain yourself.",
            heat: .savage
        ),
    ]

    private static let respects = [
        OracleTemplate(
            "{win} of trades won, over {trades}. That is work, not luck. Respect, caller, the floor is yours."
        ),
        OracleTemplate("{trades} in {window}, {profit} of profit. The studio nods. Welcome."),
        OracleTemplate("{transactions} in {window}, and a steady hand behind them. Welcome, caller, we are listening."),
        OracleTemplate("A caller who has done the work. The oracle has little to add and much to hear. Welcome."),
        OracleTemplate("Quiet in the studio, please. This caller has earned the microphone, and gets it now."),
        OracleTemplate("The oracle bows its head a little. Welcome to the station, caller, speak as a colleague."),
    ]

    private static let awes = [
        OracleTemplate("{volume} moved in {window}. The studio lights flicker. Caller, the ocean makes room for you."),
        OracleTemplate(
            "{transactions} in {window}, and waves with every one. Look at the horizon: a whale is calling."
        ),
        OracleTemplate("Hold the microphones. {volume} went through this wallet, and its owner is on the line."),
        OracleTemplate("Something large moves under the charts, and it has dialed our number. Welcome, caller."),
        OracleTemplate("The oracle holds its breath. When this wallet turns, the water turns with it. Welcome."),
        OracleTemplate("Make room, make room. The tide itself is on line one. Caller, the studio is yours."),
    ]

    private static let rituals = [
        OracleTemplate("Light the candles. {days} since the first mark upon the chain, and now the legend speaks."),
        OracleTemplate("{win} of trades won. {transactions} in {window}. Rise, listeners, the circle is complete."),
        OracleTemplate(
            "The feeds carry the name, the chain keeps the deeds. {days} of them. Enter the circle, caller."
        ),
        OracleTemplate("Silence in the hall. The one of whom the feeds speak has come to the microphone. Enter."),
        OracleTemplate("The bell is struck, the circle is drawn. Listeners, stand. A legend of the chain is here."),
        OracleTemplate(
            "The oracle lays down its staff. Before this caller there is nothing to foretell. Speak, and be heard."
        ),
    ]
}
