import Resources

/// One check of an object against the rules of its schema.
struct RuleRun {
  private(set) var problems: [FieldError] = []
  private var budget = CostBudget.object
  private var isOver = false

  /// A place of the object, beside what stood there before.
  struct Place {
    let path: String
    let new: Document
    /// The value with which the new one correlates; `nil` where there is none.
    let old: Document?
    /// The innermost place around this one of which it is known what stood there.
    private let known: (new: Document, old: Document)?

    init(_ new: Document, _ old: Document?, at path: String, in outer: Place? = nil) {
      self.path = path
      self.new = new
      self.old = old?.isNull == true ? nil : old
      known = outer.flatMap { $0.ownPair ?? $0.known }
    }

    private var ownPair: (new: Document, old: Document)? { old.map { (new, $0) } }

    /// Whether nothing changed here, as far as that can be told: what was wrong before may stay.
    var isUnchanged: Bool { (ownPair ?? known).map { $0.new == $0.old } ?? false }
  }

  mutating func check(_ place: Place, _ node: RuleNode) {
    // Rules see values; what is null is seen by the rules around it.
    if isOver || place.new.isNull { return }
    apply(node, at: place)
    let (path, old) = (place.path, place.old)
    if place.new.isObject {
      for (name, member) in place.new.members {
        if let node = node.members[name] {
          let inner = path.isEmpty ? name : "\(path).\(name)"
          check(Place(member, old?[name], at: inner, in: place), node)
        } else if let node = node.mapValue {
          check(Place(member, old?[name], at: "\(path)[\(name)]", in: place), node)
        }
      }
    } else if place.new.isArray, let element = node.element {
      let others = Correlation(old, node.shape)
      for (position, item) in place.new.elements.enumerated() {
        check(
          Place(item, others.match(of: item), at: "\(path)[\(position)]", in: place), element)
      }
    }
  }

  private mutating func apply(_ node: RuleNode, at place: Place) {
    if node.rules.isEmpty { return }
    let (new, old) = (place.new, place.old)
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
      evaluate(rule, variables, node, at: place)
    }
  }

  private mutating func evaluate(
    _ rule: SchemaRule, _ variables: [String: Value], _ node: RuleNode, at position: Place
  ) {
    // What upstream shows as the value, where the rule has none.
    let shown = Document(node.shape.type ?? "")
    let path = position.path
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
    if isTrue || (!rule.usesOldSelf && position.isUnchanged) { return }
    let named = Self.place(path, rule.fieldPath)
    switch message(rule, variables) {
    case .success(let words): problems.append(problem(rule, named, position.new, words))
    case .failure(let error):
      problems.append(.invalid(named, shown, error.description))
      isOver = true
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

  private struct MessageTooCostly: Error, CustomStringConvertible {
    let description: String
  }

  private mutating func message(_ rule: SchemaRule, _ variables: [String: Value])
    -> Result<String, MessageTooCostly>
  {
    if let program = rule.messageProgram {
      do throws(EvaluationError) {
        if case .string(let text) = try program.evaluate(variables, &budget),
          let message = PolicyMessage.trimmed(text)
        {
          return .success(message)
        }
      } catch {
        // A message that cannot be made gives way to the fixed one, unless nothing more can be paid.
        if error.isCostExceeded {
          return .failure(
            MessageTooCostly(
              description: budget.remaining <= 0
                ? "messageExpression evaluation failed due to running out of cost budget, no further "
                  + "validation rules will be run"
                : "no further validation rules will be run due to call cost exceeds limit for "
                  + "messageExpression: \(Document(program.source).jsonText)"))
        }
      }
    }
    return .success(rule.message.isEmpty ? "failed rule: \(rule.source)" : rule.message)
  }

  private func problem(_ rule: SchemaRule, _ path: String, _ new: Document, _ detail: String)
    -> FieldError
  {
    let shown = new.isObject || new.isArray ? "" : new.jsonText
    switch rule.reason {
    case "FieldValueForbidden": return .forbidden(path, detail)
    case "FieldValueRequired": return .required(path, detail)
    case "FieldValueDuplicate": return FieldError(path, .duplicate(value: shown))
    default: return FieldError(path, .invalid(value: shown), detail)
    }
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
