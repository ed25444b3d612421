/// Something that is wrong in a cluster: with what, why, and what to change.
package struct Finding: Equatable, Sendable {
  package enum Severity: String, Sendable {
    /// Something that was asked for is not so.
    case problem
    /// All is as asked for, but something will be refused or stand in the way.
    case warning
  }

  /// What is wrong, as programs know it. Spelled as the API's reasons are.
  package enum Code: String, Sendable {
    case imagePull = "ImagePull"
    case crashLoop = "CrashLoop"
    case restarts = "Restarts"
    case containerConfiguration = "ContainerConfiguration"
    case containerStart = "ContainerStart"
    case stuckCreating = "StuckCreating"
    case notReady = "NotReady"
    case podFailed = "PodFailed"
    case unschedulable = "Unschedulable"
    case schedulingGated = "SchedulingGated"
    case deadlineExceeded = "ProgressDeadlineExceeded"
    case replicaFailure = "ReplicaFailure"
    case jobFailed = "JobFailed"
    case tooFewReady = "TooFewReady"
    case noNodes = "NoNodes"
    case nodeNotReady = "NodeNotReady"
    case nodePressure = "NodePressure"
    case nodeCordoned = "NodeCordoned"
    case claimPending = "ClaimPending"
    case claimLost = "ClaimLost"
    case volumeFailed = "VolumeFailed"
    case selectsNothing = "SelectsNothing"
    case noReadyEndpoint = "NoReadyEndpoint"
    case unknownTargetPort = "UnknownTargetPort"
    case noExternalAddress = "NoExternalAddress"
    case missingSecret = "MissingSecret"
    case missingService = "MissingService"
    case missingServicePort = "MissingServicePort"
    case missingClass = "MissingClass"
    case duplicateHost = "DuplicateHost"
    case autoscalerInactive = "AutoscalerInactive"
    case webhookUnreachable = "WebhookUnreachable"
    case apiUnavailable = "APIUnavailable"
    case definitionRefused = "DefinitionRefused"
    case budgetBlocks = "BudgetBlocks"
    case budgetUnreadable = "BudgetUnreadable"
    case quotaExhausted = "QuotaExhausted"
    case certificateEnds = "CertificateEnds"
    case certificateEnded = "CertificateEnded"
    case stuckTerminating = "StuckTerminating"
  }

  package let severity: Severity
  package let code: Code
  /// The object to change.
  package let subject: ObjectReference
  package let problem: String
  package let reason: String
  /// The field or the command.
  package let remedy: String

  package init(
    _ severity: Severity, _ code: Code, _ subject: ObjectReference, _ problem: String,
    reason: String, remedy: String
  ) {
    self.severity = severity
    self.code = code
    self.subject = subject
    self.problem = problem
    self.reason = reason
    self.remedy = remedy
  }

  /// A problem.
  package init(
    _ code: Code, _ subject: ObjectReference, _ problem: String, reason: String, remedy: String
  ) {
    self.init(.problem, code, subject, problem, reason: reason, remedy: remedy)
  }
}

extension Finding: Comparable {
  /// Problems first, then by object: the same cluster gives the same order.
  package static func < (left: Finding, right: Finding) -> Bool {
    if left.severity != right.severity { return left.severity == .problem }
    if left.subject != right.subject { return left.subject < right.subject }
    return (left.code.rawValue, left.problem) < (right.code.rawValue, right.problem)
  }
}
