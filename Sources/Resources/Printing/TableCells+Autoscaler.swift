import Foundations

extension TableCells {
  /// Of the stored version, `autoscaling/v2`.
  static let autoscaler: [String: Cell] = [
    "Reference": { object, _ in
      let target = object[path: "spec", "scaleTargetRef"]
      return Document("\(target?["kind"]?.string ?? "")/\(target?["name"]?.string ?? "")")
    },
    "Targets": { object, _ in Document(targets(object)) },
    "MinPods": { object, _ in Document(object[path: "spec", "minReplicas"]?.bare ?? "<unset>") },
    "MaxPods": { object, _ in Document(object[path: "spec", "maxReplicas"]?.bare ?? "") },
    "Replicas": { object, _ in Document(object[path: "status", "currentReplicas"]?.bare ?? "0") },
  ]

  private static let targetsMax = 2

  /// What is used of what should be: `cpu: 40%/50%`. Source: upstream's `kubectl get hpa`.
  private static func targets(_ object: Document) -> String {
    let targets = object[path: "spec", "metrics"]?.elements.map { $0 } ?? []
    let current = object[path: "status", "currentMetrics"]?.elements.map { $0 } ?? []
    if targets.isEmpty { return "<none>" }
    let texts = targets.prefix(targetsMax).map { target in
      AutoscalerTarget(target, current: current).text
    }
    let more = targets.count - targetsMax
    return texts.joined(separator: ", ") + (more > 0 ? " + \(more) more..." : "")
  }
}

/// One metric of an autoscaler, and what is known of it.
private struct AutoscalerTarget {
  let text: String

  init(_ metric: Document, current all: [Document]) {
    let type = metric["type"]?.string ?? ""
    let member = type.prefix(1).lowercased() + type.dropFirst()
    let source = metric[member] ?? .emptyObject
    let known = all.first { status in
      let other = status[member]
      return status["type"]?.string == type && other?["name"] == source["name"]
        && other?["container"] == source["container"]
        && other?[path: "metric", "name"] == source[path: "metric", "name"]
    }?[path: member, "current"]
    let target = source["target"]
    let name = source["name"]?.string
    let prefix = name.map { "\($0): " } ?? ""
    if let share = target?["averageUtilization"]?.bare {
      let used = known?["averageUtilization"].map { "\($0.bare)%" }
      text = "\(prefix)\(used ?? "<unknown>")/\(share)%"
    } else if let average = target?["averageValue"]?.bare {
      let isShared = type == "External" || type == "Object"
      text =
        "\(prefix)\(known?["averageValue"]?.bare ?? "<unknown>")/\(average)"
        + (isShared ? " (avg)" : "")
    } else {
      text =
        "\(prefix)\(known?["value"]?.bare ?? "<unknown>")/\(target?["value"]?.bare ?? "<unknown>")"
    }
  }
}
