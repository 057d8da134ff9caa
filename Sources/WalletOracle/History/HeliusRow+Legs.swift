import Domain
import JSON

extension HeliusRow {
    /// What the swap event says of the wallet; what it says of others is passed over.
    func legs(event: JSONPlaces) throws(HeliusLegs.Problem) -> HeliusLegs {
        var legs = HeliusLegs()
        for (input, sign) in [(true, Int128(-1)), (false, 1)] {
            if let native = (input ? event["nativeInput"] : event["nativeOutput"])?.inside, isWallet(native["account"])
            {
                try legs.addSOL(HeliusLegs.whole(native["amount"]), sign)
            }
            for cell in list(input ? event["tokenInputs"] : event["tokenOutputs"]) {
                guard let token = cell.inside, isWallet(token["userAccount"]) else { continue }
                try addRaw(token, sign, to: &legs)
            }
        }
        return legs
    }

    /// What has moved: by the balances where the row has them, else by the transfers.
    func legs(moved fields: JSONPlaces) throws(HeliusLegs.Problem) -> HeliusLegs {
        if let legs = try legs(balances: fields) { return legs }
        return try legs(transfers: fields)
    }

    /// - Returns: `nil` when the wallet's own account is not among them.
    private func legs(balances fields: JSONPlaces) throws(HeliusLegs.Problem) -> HeliusLegs? {
        var legs = HeliusLegs()
        var hasWallet = false
        for cell in list(fields["accountData"]) {
            guard let entry = cell.inside else { throw .unreadable }
            if isWallet(entry["account"]) {
                hasWallet = true
                try legs.addSOL(HeliusLegs.whole(entry["nativeBalanceChange"]), 1)
                // The fee is no part of what was traded.
                if isWallet(fields["feePayer"]) { try legs.addSOL(HeliusLegs.whole(fields["fee"]), 1) }
            }
            for change in list(entry["tokenBalanceChanges"]) {
                guard let change = change.inside, isWallet(change["userAccount"]) else { continue }
                try addRaw(change, 1, to: &legs)
            }
        }
        return hasWallet ? legs : nil
    }

    private func legs(transfers fields: JSONPlaces) throws(HeliusLegs.Problem) -> HeliusLegs {
        var legs = HeliusLegs()
        var ownAccounts: Set<String> = []
        for cell in list(fields["tokenTransfers"]) {
            guard let token = cell.inside else { throw .unreadable }
            let (isFrom, isTo) = (isWallet(token["fromUserAccount"]), isWallet(token["toUserAccount"]))
            if isFrom, let account = token["fromTokenAccount"]?.text { ownAccounts.insert(account) }
            if isTo, let account = token["toTokenAccount"]?.text { ownAccounts.insert(account) }
            guard isFrom != isTo else { continue }
            let amount = try HeliusLegs.written(token["tokenAmount"])
            try legs.add(token["mint"]?.text, isFrom ? amount.negated : amount, decimals: amount.scale)
        }
        for cell in list(fields["nativeTransfers"]) {
            guard let native = cell.inside else { throw .unreadable }
            let (isFrom, isTo) = (isWallet(native["fromUserAccount"]), isWallet(native["toUserAccount"]))
            guard isFrom != isTo else { continue }
            // SOL that the wallet wraps or lays aside in its own token account has not left it.
            let other = (isFrom ? native["toUserAccount"] : native["fromUserAccount"])?.text
            if let other, ownAccounts.contains(other) { continue }
            try legs.addSOL(HeliusLegs.whole(native["amount"]), isFrom ? -1 : 1)
        }
        return legs
    }

    private func addRaw(_ token: JSONPlaces, _ sign: Int128, to legs: inout HeliusLegs) throws(HeliusLegs.Problem) {
        guard let raw = token["rawTokenAmount"]?.inside, let decimals = raw["decimals"]?.int,
            (0...Int64(AssetAmount.decimalsMax)).contains(decimals)
        else { throw .unreadable }
        let units = try HeliusLegs.whole(raw["tokenAmount"]) * sign
        let places = Int(decimals)
        try legs.add(token["mint"]?.text, ExactDecimal(significand: units, scale: places), decimals: places)
    }

    func list(_ cell: JSONCell?) -> JSONPlaces.Elements {
        JSONPlaces.Elements(cell?.inside)
    }
}

extension JSONPlaces {
    /// The elements of a list; none where there is no list.
    struct Elements: Sequence, IteratorProtocol {
        private var rest: JSONPlaces.Iterator?

        init(_ places: JSONPlaces?) { rest = places.flatMap { $0.isList ? $0.makeIterator() : nil } }

        mutating func next() -> JSONCell? { rest?.next() }
    }
}
