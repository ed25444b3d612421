import Foundations

/// The rules of what is told of a Job. A Job ends once and in one way, and what was counted stays
/// counted. Of what did not change nothing is said: a change of the spec may have left it behind.
/// Source: Kubernetes documentation, "Jobs", "Terminal Job conditions"; upstream's
/// `ValidateJobStatusUpdate`; its messages.
struct JobStatusValidation {
  private let spec: Document
  private let status: Document
  private let before: Document

  static func errors(_ new: Document, replacing old: Document) -> [FieldError] {
    let rules = JobStatusValidation(
      spec: new["spec"] ?? .emptyObject, status: new["status"] ?? .emptyObject,
      before: old["status"] ?? .emptyObject)
    return rules.uncountedErrors() + rules.endErrors() + rules.finishedErrors()
      + rules.timeErrors() + rules.indexErrors() + rules.countErrors() + rules.lastingErrors()
  }

  // MARK: What the rules ask

  private enum Condition: String {
    case complete = "Complete"
    case failed = "Failed"
    case failureTarget = "FailureTarget"
    case successCriteriaMet = "SuccessCriteriaMet"
    case suspended = "Suspended"
  }

  private static func holds(_ status: Document, _ type: Condition, _ value: String = "True")
    -> Bool
  {
    (status["conditions"] ?? .emptyArray).elements.contains {
      $0["type"]?.string == type.rawValue && $0["status"]?.string == value
    }
  }

  private func has(_ type: Condition) -> Bool { Self.holds(status, type) }
  private func had(_ type: Condition) -> Bool { Self.holds(before, type) }
  private func turned(_ types: Condition...) -> Bool { types.contains { has($0) != had($0) } }

  private var isFinished: Bool { has(.complete) || has(.failed) }
  private var hasJustFinished: Bool { isFinished != (had(.complete) || had(.failed)) }

  private func changed(_ members: String...) -> Bool {
    members.contains { !Document.haveSameMeaning(status[$0], before[$0]) }
  }

  private func count(_ member: String, in status: Document) -> Int {
    status[member]?.integer ?? 0
  }

  private func time(_ member: String, in status: Document) -> Timestamp? {
    status[member]?.string.flatMap(Timestamp.init)
  }

  private func conditions(_ detail: String) -> FieldError {
    .invalid("status.conditions", "", detail)
  }

  // MARK: Pods

  /// A pod is counted once, so it waits for that once.
  private func uncountedErrors() -> [FieldError] {
    var seen: Set<String> = []
    return ["succeeded", "failed"].flatMap { list in
      (status[path: "uncountedTerminatedPods", list] ?? .emptyArray).elements.enumerated()
        .compactMap { position, identity -> FieldError? in
          let place = "status.uncountedTerminatedPods.\(list)[\(position)]"
          if identity.string?.isEmpty ?? true {
            return .invalid(place, identity, "must not be empty")
          }
          return seen.insert(identity.string ?? "").inserted ? nil : .duplicate(place, identity)
        }
    }
  }

  private func countErrors() -> [FieldError] {
    var errors: [FieldError] = []
    if changed("ready", "active"), count("ready", in: status) > count("active", in: status) {
      errors.append(
        .invalid("status.ready", status["ready"], "cannot set more ready pods than active"))
    }
    if count("failed", in: status) < count("failed", in: before) {
      errors.append(
        .invalid("status.failed", status["failed"] ?? 0, "cannot decrease the failed counter"))
    }
    // An indexed Job whose width is its length may shrink.
    let mayShrink =
      spec["completionMode"]?.string == "Indexed" && spec["completions"] == spec["parallelism"]
    if !mayShrink, count("succeeded", in: status) < count("succeeded", in: before) {
      errors.append(
        .invalid(
          "status.succeeded", status["succeeded"] ?? 0, "cannot decrease the succeeded counter"))
    }
    return errors
  }

  // MARK: The end

  /// How a Job ends is announced before it has ended, and is one of two ways.
  private func endErrors() -> [FieldError] {
    var errors: [FieldError] = []
    if turned(.complete, .failed), has(.complete), has(.failed) {
      errors.append(conditions("cannot set Complete=True and Failed=true conditions"))
    }
    if turned(.complete, .failureTarget), has(.complete), has(.failureTarget) {
      errors.append(conditions("cannot set Complete=True and FailureTarget=true conditions"))
    }
    if turned(.failed) || changed("failedIndexes"), has(.failed), !has(.failureTarget) {
      errors.append(
        conditions("cannot set Failed=True condition without the FailureTarget=true condition"))
    }
    if turned(.complete, .successCriteriaMet), has(.complete), !has(.successCriteriaMet) {
      errors.append(
        conditions(
          "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"))
    }
    if has(.successCriteriaMet), has(.failed) {
      errors.append(conditions("cannot set SuccessCriteriaMet=True and Failed=true conditions"))
    }
    if has(.successCriteriaMet), has(.failureTarget) {
      errors.append(
        conditions("cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"))
    }
    if spec["successPolicy"] != nil, has(.complete), !has(.successCriteriaMet) {
      errors.append(
        conditions(
          "cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True"))
    }
    return errors
  }

  /// Of a Job that has ended nothing runs any more.
  private func finishedErrors() -> [FieldError] {
    guard isFinished else { return [] }
    var errors: [FieldError] = []
    for member in ["active", "terminating"]
    where (hasJustFinished || changed(member)) && count(member, in: status) > 0 {
      errors.append(
        .invalid(
          "status.\(member)", status[member], "\(member)>0 is invalid for finished job"))
    }
    let neverRan = spec["suspend"]?.bool == true && spec["completions"]?.integer == 0
    if hasJustFinished || changed("startTime"), !neverRan, status["startTime"] == nil {
      errors.append(.required("status.startTime", "startTime is required for finished job"))
    }
    let uncounted = status["uncountedTerminatedPods"] ?? .emptyObject
    if hasJustFinished || changed("uncountedTerminatedPods"),
      uncounted.members.contains(where: { !$0.value.isEmpty })
    {
      errors.append(
        .invalid("status.uncountedTerminatedPods", uncounted, "must be empty for finished job"))
    }
    return errors
  }

  // MARK: Times

  private func timeErrors() -> [FieldError] {
    var errors: [FieldError] = []
    let place = "status.completionTime"
    if turned(.complete) || changed("completionTime") {
      if status["completionTime"] != nil, !has(.complete) {
        errors.append(
          .invalid(
            place, status["completionTime"],
            "cannot set completionTime when there is no Complete=True condition"))
      }
      if status["completionTime"] == nil, has(.complete) {
        errors.append(.required(place, "completionTime is required for Complete jobs"))
      }
    }
    if changed("startTime", "completionTime"), let start = time("startTime", in: status),
      let end = time("completionTime", in: status), end < start
    {
      errors.append(
        .invalid(place, status["completionTime"], "must be equal to or after `startTime`"))
    }
    if let end = status["completionTime"], let former = before["completionTime"], end != former {
      errors.append(.invalid(place, end, "field is immutable"))
    }
    let isResuming = had(.suspended) && Self.holds(status, .suspended, "False")
    if before["startTime"] != nil, changed("startTime"), !isResuming,
      spec["suspend"]?.bool != true
    {
      errors.append(
        .invalid(
          "status.startTime", status["startTime"],
          "field is immutable for unsuspended job once set"))
    }
    return errors
  }

  // MARK: Indexes

  private func indexErrors() -> [FieldError] {
    listErrors("completedIndexes", isKept: spec["completionMode"]?.string == "Indexed")
      + listErrors("failedIndexes", isKept: spec["backoffLimitPerIndex"] != nil)
      + overlapErrors()
  }

  /// - Parameter isKept: whether a Job like this has such a list.
  private func listErrors(_ member: String, isKept: Bool) -> [FieldError] {
    guard changed(member), let list = status[member] else { return [] }
    let place = "status.\(member)"
    var errors: [FieldError] = []
    let isRead = member == "completedIndexes" || isKept
    if isRead, let completions = spec["completions"]?.integer {
      do throws(JobIndexValidation.ListProblem) {
        _ = try JobIndexValidation.count(in: list.string ?? "", completions: completions)
      } catch {
        errors.append(.invalid(place, list, "error parsing \(member): \(error.message)"))
      }
    }
    if isKept { return errors }
    if member == "failedIndexes" {
      errors.append(
        .invalid(
          place, list, "cannot set non-null failedIndexes when backoffLimitPerIndex is null"))
    } else if list.string?.isEmpty == false {
      errors.append(
        .invalid(
          place, list,
          "cannot set non-empty completedIndexes when non-indexed completion mode"))
    }
    return errors
  }

  /// What has failed has not also succeeded.
  private func overlapErrors() -> [FieldError] {
    guard changed("failedIndexes", "completedIndexes"),
      let completions = spec["completions"]?.integer, let list = status["failedIndexes"]
    else { return [] }
    let completed = JobIndexValidation.intervals(
      in: status["completedIndexes"]?.string ?? "", completions: completions)
    let failed = JobIndexValidation.intervals(in: list.string ?? "", completions: completions)
    for one in completed {
      for other in failed where one.overlaps(other) {
        let index = max(one.lowerBound, other.lowerBound)
        return [
          .invalid(
            "status.failedIndexes", list,
            "failedIndexes and completedIndexes overlap at index: \(index)")
        ]
      }
    }
    return []
  }

  // MARK: What lasts

  private func lastingErrors() -> [FieldError] {
    var errors = [Condition.failed, .complete, .failureTarget].filter { had($0) && !has($0) }.map {
      conditions("cannot disable the terminal \($0.rawValue)=True condition")
    }
    if had(.successCriteriaMet), !has(.successCriteriaMet) {
      errors.append(conditions("cannot disable the SuccessCriteriaMet=True condition"))
    }
    if had(.complete), !had(.successCriteriaMet), has(.successCriteriaMet) {
      errors.append(
        conditions(
          "cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions"))
    }
    return errors
  }
}
