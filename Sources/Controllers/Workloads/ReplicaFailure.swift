import Foundations
import Resources

/// Why a set has not the pods it should have, as its `ReplicaFailure` condition says it.
/// Source: apps/v1 `ReplicaSetCondition`.
struct ReplicaFailure: Equatable, Sendable {
  /// `FailedCreate` or `FailedDelete`.
  let reason: String
  let message: String

  init(reason: String, message: String) {
    self.reason = reason
    self.message = message
  }

  /// - Parameter steps: what was tried; a set either grows or shrinks.
  init(of steps: [ReplicaStep], _ error: any Error) {
    let isShrinking = steps.contains { step in
      if case .delete = step { return true }
      return false
    }
    reason = isShrinking ? "FailedDelete" : "FailedCreate"
    message = (error as? APIError)?.message ?? "\(error)"
  }

  /// The set's conditions now. A failure of the same kind stays as it was first told: messages that
  /// name a pod differ each time, and each would be a write.
  /// - Parameter failure: `nil` where all went well: then the condition goes.
  static func conditions(
    after old: [ReplicaSetCondition], _ failure: ReplicaFailure?, now: Timestamp
  ) -> [ReplicaSetCondition] {
    let kept = old.filter { $0.type != type }
    guard let failure else { return kept }
    if let same = old.first(where: { $0.type == type && $0.reason == failure.reason }) {
      return kept + [same]
    }
    var condition = ReplicaSetCondition()
    condition.type = type
    condition.status = "True"
    condition.reason = failure.reason
    condition.message = failure.message
    condition.lastTransitionTime = now
    return kept + [condition]
  }

  private static let type = "ReplicaFailure"
}
