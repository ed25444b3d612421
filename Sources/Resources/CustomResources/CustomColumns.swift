package import Foundations

/// What `kubectl get` shows of a custom resource: its name, and the columns of its definition.
/// Source: Kubernetes documentation, "Extend the Kubernetes API with CustomResourceDefinitions",
/// "Additional printer columns".
package struct CustomColumns: Sendable {
  package let columns: [ResourceDefinition.Column]
  private let cells: [Cell]

  private enum Cell: Sendable {
    case name
    case value(JSONPath, type: String)
  }

  /// - Parameter version: an entry of `spec.versions`.
  package init(_ version: Document) {
    var columns = [
      ResourceDefinition.Column(name: "Name", type: "string", format: "name", priority: 0)
    ]
    var cells = [Cell.name]
    var given = version["additionalPrinterColumns"].map { Array($0.elements) } ?? []
    if given.isEmpty {
      given = [["name": "Age", "type": "date", "jsonPath": ".metadata.creationTimestamp"]]
    }
    for column in given {
      guard let path = column["jsonPath"]?.string.flatMap(JSONPath.init) else { continue }
      let type = column["type"]?.string ?? "string"
      columns.append(
        ResourceDefinition.Column(
          name: column["name"]?.string ?? "", type: type,
          format: column["format"]?.string ?? "", priority: column["priority"]?.integer ?? 0))
      cells.append(.value(path, type: type))
    }
    self.columns = columns
    self.cells = cells
  }

  package func row(_ object: Document, now: Timestamp) -> [Document] {
    cells.map { cell in
      switch cell {
      case .name: object[path: "metadata", "name"] ?? ""
      case .value(let path, let type): Self.shown(path.values(in: object), as: type, now)
      }
    }
  }

  /// Absent values and those of another type than the column's are null, which kubectl leaves out.
  private static func shown(_ values: [Document], as type: String, _ now: Timestamp) -> Document {
    guard let first = values.first, !first.isNull else { return .null }
    switch type {
    case "integer":
      let whole = first.integer ?? first.double.flatMap { Int(exactly: $0.rounded(.towardZero)) }
      return whole.map { Document($0) } ?? .null
    case "number": return first.double.map { Document($0) } ?? .null
    case "boolean": return first.bool.map { Document($0) } ?? .null
    case "date":
      guard let time = first.string.flatMap(Timestamp.init) else { return "<invalid>" }
      return Document(HumanDuration.text(time.distance(to: now)))
    default:
      let words = values.map { $0.string ?? $0.jsonText }
      return Document(words.joined(separator: " "))
    }
  }
}
