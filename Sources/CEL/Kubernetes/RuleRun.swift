import Resources

/// One check of an object against the rules of its schema.
struct RuleRun {
  private(set) var problems: [FieldError] = []
  private var budget = CostBudget.object
  private var isOver = false

  /// - Parameter old: the value with which this one correlates; `nil` where there is none.
  mutating func check(_ new: Document, _ old: Document?, _ node: RuleNode, at path: String) {
    // Rules see values; what is null is seen by the rules around it.
    if isOver || new.isNull { return }
    let old = old?.isNull == true ? nil : old
    apply(node, new, old, at: path)
    if new.isObject {
      for (name, member) in new.members {
        if let node = node.members[name] {
          check(member, old?[name], node, at: path.isEmpty ? name : "\(path).\(name)")
        } else if let node = node.mapValue {
          check(member, old?[name], node, at: "\(path)[\(name)]")
        }
      }
    } else if new.isArray, let element = node.element {
      let others = Correlation(old, node.shape)
      for (position, item) in new.elements.enumerated() {
        check(item, others.match(of: item), element, at: "\(path)[\(position)]")
      }
    }
  }

  private mutating func apply(_ node: RuleNode, _ new: Document, _ old: Document?, at path: String)
  {
    if node.rules.isEmpty { return }
    let this = Value(new, node.shape)
    let before = old.map { Value($0, node.shape) }
    for rule in node.rules where !isOver {
      if rule.usesOldSelf, before == nil, !rule.hasOptionalOldSelf { continue }
      var variables = ["self": this]
      if rule.hasOptionalOldSelf {
        variables["oldSelf"] = .optional(before)
      } else if let before {
        variables["oldSelf"] = before
      }
      evaluate(rule, variables, node, new, at: path)
    }
  }

  private mutating func evaluate(
    _ rule: SchemaRule, _ variables: [String: Value], _ node: RuleNode, _ new: Document,
    at path: String
  ) {
    // What upstream shows as the value, where the rule has none.
    let shown = Document(node.shape.type ?? "")
    // As upstream names the object as a whole.
    let place = path.isEmpty ? "<nil>" : path
    let program: Program
    switch rule.compiled {
    case .success(let compiled): program = compiled
    case .failure(let error):
      problems.append(.invalid(place, shown, "rule compile error: \(error)"))
      return
    }
    let isTrue: Bool
    do throws(EvaluationError) {
      isTrue = try program.evaluate(variables, &budget).isTrue
    } catch {
      problems.append(.invalid(place, shown, spelling(of: error, rule)))
      isOver = isOver || error.isCostExceeded
      return
    }
    if !isTrue {
      problems.append(
        problem(
          rule, Self.place(path, rule.fieldPath), new, message(rule, variables)))
    }
  }

  private static func place(_ path: String, _ fieldPath: String) -> String {
    if fieldPath.isEmpty { return path.isEmpty ? "<nil>" : path }
    return path.isEmpty ? String(fieldPath.drop { $0 == "." }) : path + fieldPath
  }

  private func spelling(of error: EvaluationError, _ rule: SchemaRule) -> String {
    let name = rule.message.isEmpty ? rule.source : rule.message
    if error.isCostExceeded {
      return budget.remaining <= 0
        ? "validation failed due to running out of cost budget, no further validation rules will be run"
        : "'\(error)': no further validation rules will be run due to call cost exceeds limit for "
          + "rule: \(name)"
    }
    if error == .noSuchOverload {
      return "'\(error)': call arguments did not match a supported operator, function or macro "
        + "signature for rule: \(name)"
    }
    return "\(error) evaluating rule: \(name)"
  }

  private mutating func message(_ rule: SchemaRule, _ variables: [String: Value]) -> String {
    if let program = rule.messageProgram {
      do throws(EvaluationError) {
        if case .string(let text) = try program.evaluate(variables, &budget),
          let message = PolicyMessage.trimmed(text)
        {
          return message
        }
      } catch {
        // A message that cannot be made gives way to the fixed one, unless nothing more can be paid.
        if budget.remaining <= 0 { isOver = true }
      }
    }
    return rule.message.isEmpty ? "failed rule: \(rule.source)" : rule.message
  }

  private func problem(_ rule: SchemaRule, _ path: String, _ new: Document, _ detail: String)
    -> FieldError
  {
    let isScalar = !new.isObject && !new.isArray
    switch rule.reason {
    case "FieldValueForbidden": return .forbidden(path, detail)
    case "FieldValueRequired": return .required(path, detail)
    case "FieldValueDuplicate":
      return FieldError(path, .duplicate(value: isScalar ? new.jsonText : "null"), detail)
    default:
      return isScalar ? .invalid(path, new, detail) : .invalid(path, Document(detail: new), detail)
    }
  }
}

extension Document {
  /// What stands for an object or array in a message: its kind.
  fileprivate init(detail document: Document) {
    self.init(document.isArray ? "array" : "object")
  }
}

/// Finds the old element of a list for each new one: by its keys, or not at all.
private struct Correlation {
  private var byKey: [[String]: Document] = [:]
  private let keys: [String]

  init(_ old: Document?, _ shape: ValueShape) {
    keys = shape.listType == "map" ? shape.listMapKeys : []
    guard let old, old.isArray, !keys.isEmpty else { return }
    for element in old.elements { byKey[key(of: element)] = element }
  }

  func match(of element: Document) -> Document? { keys.isEmpty ? nil : byKey[key(of: element)] }

  private func key(of element: Document) -> [String] {
    keys.map { element[$0]?.jsonText ?? "" }
  }
}
