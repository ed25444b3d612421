package import Foundations

/// What `kubectl get` shows of an object, column by column.
///
/// The columns of a kind are facts (`ResourceDefinition.columns`); here stands how their cells are
/// computed. A column that several kinds have the same way is computed once for all.
package struct TableCells {
  typealias Cell = @Sendable (_ object: Document, _ now: Timestamp) -> Document

  private let cells: [Cell]

  /// - Parameter definition: whose columns; a kind without any shows name and age.
  package init(_ definition: ResourceDefinition) {
    let own = Self.own[definition.resourceType.description] ?? [:]
    cells = Self.columns(of: definition).map { column in
      own[column.name] ?? Self.common[column.name] ?? { _, _ in "<none>" }
    }
  }

  package static func columns(of definition: ResourceDefinition) -> [ResourceDefinition.Column] {
    definition.columns.isEmpty ? nameAndAge : definition.columns
  }

  private static let nameAndAge = [
    ResourceDefinition.Column(name: "Name", type: "string", format: "name", priority: 0),
    ResourceDefinition.Column(name: "Age", type: "string", format: "", priority: 0),
  ]

  package func row(_ object: Document, now: Timestamp) -> [Document] {
    cells.map { $0(object, now) }
  }

  // MARK: Columns of many kinds

  private static let common: [String: Cell] = [
    "Name": { object, _ in object[path: "metadata", "name"] ?? "" },
    "Age": { object, now in age(object[path: "metadata", "creationTimestamp"], now) },
    "Containers": { object, _ in templateList(object, "name") },
    "Images": { object, _ in templateList(object, "image") },
    "Selector": { object, _ in Document(selector(object[path: "spec", "selector"])) },
    "Data": { object, _ in
      Document((object["data"]?.count ?? 0) + (object["binaryData"]?.count ?? 0))
    },
    "Type": { object, _ in object["type"] ?? "" },
    "Status": { object, _ in object[path: "status", "phase"] ?? "" },
    "Desired": { object, _ in object[path: "spec", "replicas"] ?? 0 },
    "Current": { object, _ in object[path: "status", "replicas"] ?? 0 },
    "Ready": { object, _ in object[path: "status", "readyReplicas"] ?? 0 },
    "Up-to-date": { object, _ in object[path: "status", "updatedReplicas"] ?? 0 },
    "Available": { object, _ in object[path: "status", "availableReplicas"] ?? 0 },
    "Handler": { object, _ in object["handler"] ?? "" },
    "Value": { object, _ in object["value"] ?? 0 },
    "Global-Default": { object, _ in object["globalDefault"] ?? false },
    "PreemptionPolicy": { object, _ in object["preemptionPolicy"] ?? "" },
    "Provisioner": { object, _ in object["provisioner"] ?? "" },
    "ReclaimPolicy": { object, _ in object["reclaimPolicy"] ?? "Delete" },
    "VolumeBindingMode": { object, _ in object["volumeBindingMode"] ?? "Immediate" },
    "AllowVolumeExpansion": { object, _ in object["allowVolumeExpansion"] ?? false },
    "Holder": { object, _ in object[path: "spec", "holderIdentity"] ?? "" },
    "Controller": { object, _ in object[path: "spec", "controller"] ?? owner(object) },
    "Revision": { object, _ in object["revision"] ?? 0 },
    "Webhooks": { object, _ in Document(object["webhooks"]?.count ?? 0) },
    "Validations": { object, _ in Document(object[path: "spec", "validations"]?.count ?? 0) },
    "Mutations": { object, _ in Document(object[path: "spec", "mutations"]?.count ?? 0) },
    "ParamKind": { object, _ in
      let kind = object[path: "spec", "paramKind"]
      return kind.map { Document("\($0["apiVersion"]?.string ?? "")/\($0["kind"]?.string ?? "")") }
        ?? "<unset>"
    },
    "PolicyName": { object, _ in object[path: "spec", "policyName"] ?? "" },
    "ParamRef": { object, _ in object[path: "spec", "paramRef", "name"] ?? "<unset>" },
    "Role": { object, _ in
      Document(
        "\(object[path: "roleRef", "kind"]?.string ?? "")/\(object[path: "roleRef", "name"]?.string ?? "")"
      )
    },
    "Users": { object, _ in subjects(object, "User") },
    "Groups": { object, _ in subjects(object, "Group") },
    "ServiceAccounts": { object, _ in subjects(object, "ServiceAccount") },
    "Pod-Selector": { object, _ in Document(selector(object[path: "spec", "podSelector"])) },
    "StorageClass": { object, _ in object[path: "spec", "storageClassName"] ?? "" },
    "VolumeAttributesClass": { object, _ in
      object[path: "spec", "volumeAttributesClassName"] ?? "<unset>"
    },
    "VolumeMode": { object, _ in object[path: "spec", "volumeMode"] ?? "<unset>" },
    "SignerName": { object, _ in object[path: "spec", "signerName"] ?? "<none>" },
    "CIDRs": { object, _ in
      Document(
        object[path: "spec", "cidrs"]?.elements.compactMap(\.string).joined(separator: ",") ?? "")
    },
  ]

  // MARK: Pieces

  /// How long ago, as people read it; `<unknown>` where no time is told.
  static func age(_ time: Document?, _ now: Timestamp) -> Document {
    guard let time = time?.string.flatMap(Timestamp.init) else { return "<unknown>" }
    return Document(HumanDuration.text(time.distance(to: now)))
  }

  static func selector(_ selector: Document?) -> String {
    guard let selector, !selector.isEmpty else { return "<none>" }
    let isStructured = selector["matchLabels"] != nil || selector["matchExpressions"] != nil
    if isStructured {
      // What is stored has been validated: an unreadable selector cannot be there.
      return (try? LabelSelector(selectorObject: selector))?.description ?? "<error>"
    }
    return LabelSelector(labels: [String: String](value: selector) ?? [:]).description
  }

  private static func templateList(_ object: Document, _ member: String) -> Document {
    let spec =
      object[path: "spec", "template", "spec"]
      ?? object[path: "spec", "jobTemplate", "spec", "template", "spec"]
    let values = spec?["containers"]?.elements.compactMap { $0[member]?.string } ?? []
    return Document(values.joined(separator: ","))
  }

  private static func owner(_ object: Document) -> Document {
    let owner = ObjectMeta(object["metadata"] ?? .emptyObject).controllerReference
    guard let owner else { return "<none>" }
    let group = GroupVersionKind(apiVersion: owner.apiVersion, kind: owner.kind).group
    let kind = owner.kind.lowercased()
    return Document("\(group.isEmpty ? kind : "\(kind).\(group)")/\(owner.name)")
  }

  private static func subjects(_ binding: Document, _ kind: String) -> Document {
    let all: [Document] = binding["subjects"].map { Array($0.elements) } ?? []
    let names = all.filter { $0["kind"]?.string == kind }.map { subject -> String in
      let name = subject["name"]?.string ?? ""
      return kind == "ServiceAccount" ? "\(subject["namespace"]?.string ?? "")/\(name)" : name
    }
    return Document(names.joined(separator: ", "))
  }
}

/// Durations as people read them: `5s`, `3m20s`, `2d4h`.
/// Source: upstream's HumanDuration, which scripts have learnt to read.
package enum HumanDuration {
  package static func text(_ duration: Duration) -> String {
    let seconds = Int(duration.components.seconds)
    if seconds < -1 { return "<invalid>" }
    if seconds < 0 { return "0s" }
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86400)
    switch seconds {
    case ..<120: return "\(seconds)s"
    case ..<600: return joined(minutes, "m", seconds % 60, "s")
    case ..<(3 * 3600): return "\(minutes)m"
    case ..<(8 * 3600): return joined(hours, "h", minutes % 60, "m")
    case ..<(48 * 3600): return "\(hours)h"
    case ..<(8 * 86400): return joined(days, "d", hours % 24, "h")
    case ..<(2 * 365 * 86400): return "\(days)d"
    case ..<(8 * 365 * 86400): return joined(days / 365, "y", days % 365, "d")
    default: return "\(days / 365)y"
    }
  }

  private static func joined(_ large: Int, _ unit: String, _ small: Int, _ smaller: String)
    -> String
  {
    small == 0 ? "\(large)\(unit)" : "\(large)\(unit)\(small)\(smaller)"
  }
}
