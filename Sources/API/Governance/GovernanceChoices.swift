import Domain
import Governance
import GovernanceRecords

// What the published description lists as the values that there are.

extension ProposalState: SchemaChoice {}
extension VotingSystem: SchemaChoice {}
extension TreasuryParty: SchemaChoice {}
