import Foundations

/// The rules of events, which are stored as those of the core group. Those that tell of a moment
/// (`eventTime`) have to say more than the older ones; what is written through `events.k8s.io` has to
/// be of the newer form, and keeps what it says.
/// Source: Kubernetes API reference, "Event"; upstream's messages.
enum EventValidation {
  private static let textMax = 128
  private static let noteMax = 1024

  /// - Parameters:
  ///   - event: in the core group's form.
  ///   - apiVersion: the version that the writer speaks.
  static func errors(_ event: Document, _ old: Document?, apiVersion: String) -> [FieldError] {
    let isMoment = event["eventTime"]?.string != nil
    let controller = apiVersion == "v1" ? "reportingComponent" : "reportingController"
    var errors = namespaceErrors(event, isMoment: isMoment)
    if isMoment { errors += momentErrors(event, controller) }
    guard apiVersion != "v1" else { return errors }
    guard let old else {
      errors += ReferenceRule.subdomain(event[path: "metadata", "name"], at: "metadata.name")
      return errors + seriesErrors(event) + createErrors(event)
    }
    if event["series"] != old["series"] { errors += seriesErrors(event) }
    return errors + changeErrors(event, old)
  }

  /// An event lies where the object lies that it tells about; of objects beside namespaces, in
  /// `default`.
  private static func namespaceErrors(_ event: Document, isMoment: Bool) -> [FieldError] {
    let about = event[path: "involvedObject", "namespace"]
    let own = event[path: "metadata", "namespace"]?.string ?? ""
    let text = about?.string ?? ""
    let isRight =
      text.isEmpty
      ? own == "default" || isMoment && own == "kube-system" : isMoment || text == own
    if isRight { return [] }
    return [.invalid("involvedObject.namespace", about ?? "", "does not match event.namespace")]
  }

  private static func momentErrors(_ event: Document, _ controller: String) -> [FieldError] {
    var errors: [FieldError] = []
    let reporter = event["reportingComponent"]?.string ?? ""
    if reporter.isEmpty { errors.append(.required(controller)) }
    errors += ObjectName.problems(qualifiedName: reporter).map {
      .invalid(controller, Document(reporter), $0)
    }
    for (field, isNeeded, most) in [
      ("reportingInstance", true, textMax), ("action", true, textMax), ("reason", true, textMax),
      ("message", false, noteMax),
    ] {
      let text = event[field]?.string ?? ""
      if text.isEmpty && isNeeded { errors.append(.required(field)) }
      if text.utf8.count > most {
        errors.append(.invalid(field, "", "can have at most \(most) characters"))
      }
    }
    return errors
  }

  private static func seriesErrors(_ event: Document) -> [FieldError] {
    guard let series = event["series"], !series.isNull else { return [] }
    var errors: [FieldError] = []
    if series["count"]?.integer ?? 0 < 2 {
      errors.append(.invalid("series.count", "", "should be at least 2"))
    }
    if series["lastObservedTime"]?.string == nil {
      errors.append(.required("series.lastObservedTime"))
    }
    return errors
  }

  private static func createErrors(_ event: Document) -> [FieldError] {
    var errors: [FieldError] = []
    if event["eventTime"]?.string == nil { errors.append(.required("eventTime")) }
    let type = event["type"]?.string ?? ""
    if type != "Normal" && type != "Warning" {
      errors.append(.invalid("type", "", "has invalid value: \(type)"))
    }
    for field in ["firstTimestamp", "lastTimestamp", "count", "source"] where isSet(event[field]) {
      errors.append(.invalid(field, "", "needs to be unset"))
    }
    return errors
  }

  private static func isSet(_ value: Document?) -> Bool {
    guard let value, !value.isNull else { return false }
    if value.isObject { return value.members.contains { isSet($0.value) } }
    return value.integer != 0 && value.string != ""
  }

  private static func changeErrors(_ new: Document, _ old: Document) -> [FieldError] {
    let fixed = [
      "involvedObject", "reason", "message", "source", "firstTimestamp", "lastTimestamp", "count",
      "type", "eventTime", "action", "related", "reportingComponent", "reportingInstance",
    ]
    return fixed.compactMap { field in
      if new[field] == old[field] || !isSet(new[field]) && !isSet(old[field]) { return nil }
      let name = field == "reportingComponent" ? "reportingController" : field
      return .invalid(name, new[field], "field is immutable")
    }
  }
}
