/// HorizontalPodAutoscalers as `autoscaling/v1` shows them: one target, of the processor. What v1 has
/// no member for lies in annotations, so that a client of v1 loses nothing.
/// Source: Kubernetes documentation, "Horizontal Pod Autoscaling", "API Object"; upstream's
/// annotations.
extension VersionConversion {
  static let autoscaler = VersionConversion(
    toStored: AutoscalerVersions.toV2, fromStored: AutoscalerVersions.toV1)
}

enum AutoscalerVersions {
  private static let prefix = "autoscaling.alpha.kubernetes.io/"
  private static let metrics = prefix + "metrics"
  private static let currentMetrics = prefix + "current-metrics"
  private static let conditions = prefix + "conditions"
  private static let behavior = prefix + "behavior"

  // MARK: To v1

  @Sendable static func toV1(_ object: Document) -> Document {
    var result = object
    var targets = object[path: "spec", "metrics"].map { Array($0.elements) } ?? []
    result.set(nil, at: ["spec", "metrics"])
    if let main = targets.firstIndex(where: isProcessorUse) {
      result.set(
        targets.remove(at: main)[path: "resource", "target", "averageUtilization"],
        at: ["spec", "targetCPUUtilizationPercentage"])
    }
    note(targets.map(AutoscalerMetric.v1Target), as: metrics, in: &result)
    if let rules = object[path: "spec", "behavior"] {
      result.set(nil, at: ["spec", "behavior"])
      annotate(behavior, rules, in: &result)
    }
    guard let status = object["status"] else { return result }
    let current = status["currentMetrics"].map { Array($0.elements) } ?? []
    if let use = current.first(where: isProcessorUse) {
      result.set(
        use[path: "resource", "current", "averageUtilization"],
        at: ["status", "currentCPUUtilizationPercentage"])
    }
    result.set(nil, at: ["status", "currentMetrics"])
    result.set(nil, at: ["status", "conditions"])
    note(current.map(AutoscalerMetric.v1Current), as: currentMetrics, in: &result)
    note(status["conditions"].map { Array($0.elements) } ?? [], as: conditions, in: &result)
    return result
  }

  private static func isProcessorUse(_ metric: Document) -> Bool {
    guard metric["type"]?.string == "Resource", let resource = metric["resource"] else {
      return false
    }
    let value = resource["target"] ?? resource["current"]
    return resource["name"]?.string == "cpu" && value?["averageUtilization"] != nil
  }

  private static func note(_ list: [Document], as name: String, in object: inout Document) {
    if !list.isEmpty { annotate(name, Document(list), in: &object) }
  }

  private static func annotate(_ name: String, _ value: Document, in object: inout Document) {
    object.set(Document(value.jsonText), at: ["metadata", "annotations", name])
  }

  // MARK: To v2

  @Sendable static func toV2(_ object: Document) -> Document {
    var result = object
    var targets: [Document] = []
    if let share = object[path: "spec", "targetCPUUtilizationPercentage"] {
      targets.append([
        "type": "Resource",
        "resource": [
          "name": "cpu", "target": ["type": "Utilization", "averageUtilization": share],
        ],
      ])
      result.set(nil, at: ["spec", "targetCPUUtilizationPercentage"])
    }
    targets += list(metrics, of: object).map(AutoscalerMetric.v2Target)
    if !targets.isEmpty { result.set(Document(targets), at: ["spec", "metrics"]) }
    if let rules = value(behavior, of: object) {
      result.set(lowerCamelCased(rules), at: ["spec", "behavior"])
    }
    result = withoutAnnotations(result)
    guard object["status"] != nil else { return result }
    result.set(nil, at: ["status", "currentCPUUtilizationPercentage"])
    var current = list(currentMetrics, of: object).map(AutoscalerMetric.v2Current)
    if let share = object[path: "status", "currentCPUUtilizationPercentage"], current.isEmpty {
      current = [
        [
          "type": "Resource",
          "resource": ["name": "cpu", "current": ["averageUtilization": share]],
        ]
      ]
    }
    if !current.isEmpty { result.set(Document(current), at: ["status", "currentMetrics"]) }
    let known = list(conditions, of: object)
    if !known.isEmpty { result.set(Document(known), at: ["status", "conditions"]) }
    return result
  }

  /// What an annotation holds; `nil` where it is no JSON, as everybody may write annotations.
  private static func value(_ name: String, of object: Document) -> Document? {
    guard let text = object[path: "metadata", "annotations"]?[name]?.string else { return nil }
    return try? Document(json: Array(text.utf8))
  }

  private static func list(_ name: String, of object: Document) -> [Document] {
    value(name, of: object).map { $0.elements.filter(\.isObject) } ?? []
  }

  private static func withoutAnnotations(_ object: Document) -> Document {
    guard object[path: "metadata", "annotations"] != nil else { return object }
    var result = object
    for name in [metrics, currentMetrics, conditions, behavior] {
      result.set(nil, at: ["metadata", "annotations", name])
    }
    if result[path: "metadata", "annotations"]?.isEmpty == true {
      result.set(nil, at: ["metadata", "annotations"])
    }
    return result
  }

  /// Upstream's annotation spells members with a capital.
  private static func lowerCamelCased(_ value: Document) -> Document {
    if value.isArray { return Document(value.elements.map(lowerCamelCased)) }
    guard value.isObject else { return value }
    var result = Document.emptyObject
    for (name, member) in value.members where !member.isNull {
      result[name.prefix(1).lowercased() + name.dropFirst()] = lowerCamelCased(member)
    }
    return result
  }
}
