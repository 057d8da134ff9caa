import JSON
import WalletOracle

/// Builds rows as Helius' enhanced transactions have them.
enum RowMaker {
    static let wallet = "9xQeWvG816bUx9EPjHmaT23yvVM2ZWbrrpZb9PusVFin"
    static let stranger = "4Nd1mBQtrMJVYVfKf2PJy9NZUZdTAsp7D4xWLs4gDB4T"
    static let token = "TokenMint1111111111111111111111111111111111"
    static let tokenAccount = "OwnTokenAccount1111111111111111111111111111"

    static func row(
        _ signature: String,
        slot: Int64 = 1000,
        seconds: Int64 = 1_700_000_000,
        type: String = "SWAP",
        _ members: [String: JSONValue] = [:]
    ) -> JSONValue {
        let base: [String: JSONValue] = [
            "signature": .string(signature), "slot": .int(slot), "timestamp": .int(seconds), "type": .string(type),
            "source": "JUPITER", "fee": 5000, "feePayer": .string(wallet), "transactionError": .null,
            "description": "text of \"somebody\" with 1.5 in it and a \\ behind", "tokenTransfers": [],
            "nativeTransfers": [], "accountData": [], "events": [:],
        ]
        return .object(base.merging(members) { _, new in new })
    }

    static func raw(_ owner: String, _ mint: String, _ units: String, _ decimals: Int64) -> JSONValue {
        [
            "userAccount": .string(owner), "tokenAccount": .string(tokenAccount), "mint": .string(mint),
            "rawTokenAmount": ["tokenAmount": .string(units), "decimals": .int(decimals)],
        ]
    }

    static func swapEvent(
        nativeIn: JSONValue = .null,
        nativeOut: JSONValue = .null,
        tokensIn: [JSONValue] = [],
        tokensOut: [JSONValue] = []
    ) -> JSONValue {
        [
            "swap": [
                "nativeInput": nativeIn, "nativeOutput": nativeOut, "tokenInputs": .array(tokensIn),
                "tokenOutputs": .array(tokensOut), "innerSwaps": [],
            ]
        ]
    }

    static func native(_ amount: JSONValue, of account: String = wallet) -> JSONValue {
        ["account": .string(account), "amount": amount]
    }

    static func page(_ rows: [JSONValue]) -> [UInt8] { JSONValue.array(rows).bytes }

    static func read(_ rows: JSONValue...) throws -> HeliusPage {
        try HeliusPage(parsing: page(rows), wallet: wallet)
    }
}
