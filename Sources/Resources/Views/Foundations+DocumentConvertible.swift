package import Foundations

extension Timestamp: DocumentConvertible {
  package init?(value document: Document) {
    guard let text = document.string else { return nil }
    self.init(text)
  }
  /// To the second. Fields of type MicroTime are written with `microDescription`.
  package var asDocument: Document { Document(description) }
}

extension Quantity: DocumentConvertible {
  package init?(value document: Document) {
    guard
      let text = document.string ?? document.integer.map(String.init)
        ?? document.double?.description,
      let quantity = try? Quantity(parsing: text)  // no quantity reads as absent
    else { return nil }
    self = quantity
  }
  package var asDocument: Document { Document(description) }
}

extension LabelSelector {
  /// Reads a selector object. Source: meta/v1 LabelSelector.
  package init(_ view: LabelSelectorView) throws(ParsingError) {
    self.init(labels: view.matchLabels)
    for expression in view.matchExpressions {
      let kind: Requirement.Operator
      switch expression.operator {
      case "In": kind = .in
      case "NotIn": kind = .notIn
      case "Exists": kind = .exists
      case "DoesNotExist": kind = .doesNotExist
      case let other:
        throw ParsingError(description: "\"\(other)\" is not a valid label selector operator")
      }
      requirements.append(
        Requirement(key: expression.key, operator: kind, values: expression.values))
    }
  }

  package init(selectorObject document: Document) throws(ParsingError) {
    try self.init(LabelSelectorView(document))
  }
}

extension ObjectMeta {
  package var key: ObjectKey { ObjectKey(namespace: namespace ?? "", name: name ?? "") }
  package var isTerminating: Bool { deletionTimestamp != nil }
  /// The owner that controls this object, of which there is at most one.
  package var controllerReference: OwnerReference? {
    ownerReferences.first { $0.controller == true }
  }
}
