import Synchronization

/// Finds the flow schema of a request: the first that holds, by precedence and name. Made anew for
/// every version of the schemas.
///
/// Which schemas can hold for a user is found once and remembered: most requests then need a look at
/// one or two rules that take everything.
final class FlowClassifier<Target: Sendable>: Sendable {
  private struct Candidate {
    let scope: FlowScope
    let target: Target
  }

  private struct Known {
    let groups: [String]
    let candidates: [Candidate]
  }

  /// Users that are remembered. When they are more, all are forgotten: each costs one look at every
  /// schema's subjects again.
  private static var usersMax: Int { 4_096 }

  private let schemas: [(schema: FlowSchema, target: Target)]
  private let fallback: Target
  private let known = Mutex<[String: Known]>([:])

  /// - Parameters:
  ///   - schemas: with what each leads to.
  ///   - fallback: where none holds.
  init(_ schemas: [(schema: FlowSchema, target: Target)], fallback: Target) {
    self.schemas = schemas.sorted {
      ($0.schema.precedence, $0.schema.name) < ($1.schema.precedence, $1.schema.name)
    }
    self.fallback = fallback
  }

  func target(of attributes: AccessAttributes) -> Target {
    candidates(of: attributes.user).first { $0.scope.holds(attributes) }?.target ?? fallback
  }

  private func candidates(of user: User) -> [Candidate] {
    let found = known.withLock { $0[user.name] }
    if let found, found.groups == user.groups { return found.candidates }
    let candidates = schemas.compactMap { schema, target in
      schema.scope(for: user).map { Candidate(scope: $0, target: target) }
    }
    known.withLock { known in
      if known.count >= Self.usersMax { known.removeAll() }
      known[user.name] = Known(groups: user.groups, candidates: candidates)
    }
    return candidates
  }
}
