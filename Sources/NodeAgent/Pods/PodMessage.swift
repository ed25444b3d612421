import Resources

/// What reaches a pod's worker from outside its loop.
enum PodMessage: Sendable {
  case update(Pod)
  /// The API's picture of this static pod; `nil` where it is gone.
  case mirror(Pod?)
  /// The API object is gone.
  case removed
  /// The pod harms the node.
  case evict(String)
  case runtimeChanged
  /// What its volumes or variables show has changed.
  case referencesChanged
  case found(ContainerID, ProbeRunner.Finding)
  case finished(PodWork, Outcome)
  case statusWritten(Result<Pod, any Error>)
  case tick

  enum Outcome: Sendable {
    case done
    case volumes(VolumeMaterializer.Outcome)
    case failed(String)
    /// A container did not come to run.
    case notStarted(ContainerSetupError)
    /// It runs, but its hook failed.
    case hookFailed(ContainerID)
    case cancelled
  }
}
