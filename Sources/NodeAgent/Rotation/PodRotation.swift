/// Tells when nobody sends anything to a pod any more as a part of a Service, so that it may be told
/// to end.
package protocol PodRotation: Sendable {
  /// Whether somebody may send to the pod. Looks at memory only; in doubt, yes.
  func mayBeInside(_ uid: String) -> Bool

  /// Returns once everybody who sends to pods has acted on the pod's end, or when `limit` is over or
  /// the task is cancelled.
  /// - Returns: who has not told of it: `proxy of node-2`. Empty where nobody is left.
  func leave(_ uid: String, within limit: Duration) async -> [String]
}

/// How long the end of a pod may wait for others. Pure.
enum RotationLimit {
  /// Acknowledgements take a tenth of a second; a node that is late by so much has lost touch.
  private static let longest = Duration.seconds(10)

  /// Half of the grace is the pod's own in any case.
  static func of(grace: Duration) -> Duration { min(grace / 2, longest) }
}
