/// One metric of an autoscaler between its v2 shape and the flat one of v1's annotations.
/// Source: Kubernetes API, `k8s.io/api/autoscaling/v1`, "MetricSpec" and "MetricStatus".
enum AutoscalerMetric {
  /// Where a member of v1's flat shape stands in v2's.
  private struct Place {
    let flat: String
    let path: [String]
  }

  private static func places(of source: String, _ value: String) -> [Place] {
    let stem = value == "target" ? "target" : "current"
    let average = Place(flat: stem + "AverageValue", path: [value, "averageValue"])
    let share = Place(flat: stem + "AverageUtilization", path: [value, "averageUtilization"])
    let name = Place(flat: "metricName", path: ["metric", "name"])
    let selector = Place(flat: "selector", path: ["metric", "selector"])
    let whole = Place(flat: stem + "Value", path: [value, "value"])
    switch source {
    case "resource": return [Place(flat: "name", path: ["name"]), share, average]
    case "containerResource":
      return [
        Place(flat: "name", path: ["name"]), Place(flat: "container", path: ["container"]), share,
        average,
      ]
    case "pods": return [name, average, selector]
    case "object":
      return [
        Place(flat: "target", path: ["describedObject"]), name, whole, selector,
        Place(flat: "averageValue", path: [value, "averageValue"]),
      ]
    case "external":
      return [
        name, Place(flat: "metricSelector", path: ["metric", "selector"]), whole, average,
      ]
    default: return []
    }
  }

  private static let sources = ["resource", "containerResource", "pods", "object", "external"]

  @Sendable static func v1Target(_ metric: Document) -> Document { flat(metric, "target") }
  @Sendable static func v1Current(_ metric: Document) -> Document { flat(metric, "current") }
  @Sendable static func v2Current(_ metric: Document) -> Document { deep(metric, "current") }

  /// The kind of target, which v1 does not name, is that of the value it has.
  @Sendable static func v2Target(_ metric: Document) -> Document {
    var result = deep(metric, "target")
    for source in sources {
      guard let target = result[path: source, "target"] else { continue }
      let type =
        target["averageUtilization"] != nil
        ? "Utilization" : target["averageValue"] != nil ? "AverageValue" : "Value"
      result.set(Document(type), at: [source, "target", "type"])
    }
    return result
  }

  private static func flat(_ metric: Document, _ value: String) -> Document {
    var result: Document = ["type": metric["type"] ?? ""]
    for source in sources {
      guard let inner = metric[source] else { continue }
      var members = Document.emptyObject
      for place in places(of: source, value) {
        if let found = inner.value(at: place.path) { members[place.flat] = found }
      }
      result[source] = members
    }
    return result
  }

  private static func deep(_ metric: Document, _ value: String) -> Document {
    var result: Document = ["type": metric["type"] ?? ""]
    for source in sources {
      guard let inner = metric[source] else { continue }
      var members: Document = [value: .emptyObject]
      for place in places(of: source, value) {
        if let found = inner[place.flat] { members.set(found, at: place.path) }
      }
      result[source] = members
    }
    return result
  }
}
