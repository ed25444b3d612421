import CEL
import Resources

/// How mappings and rules are read from the file, in upstream's words where they are wrong.
extension ClaimMappings {
  static func isUnset(_ mapping: Document?) -> Bool {
    (mapping?["claim"]?.string ?? "").isEmpty && (mapping?["expression"]?.string ?? "").isEmpty
  }

  static func prefixed(
    _ mapping: Document?, _ path: String, _ errors: inout [FieldError]
  ) -> Mapping? {
    let claim = mapping?["claim"]?.string ?? ""
    let expression = mapping?["expression"]?.string ?? ""
    let prefix = mapping?["prefix"]?.string
    switch (claim.isEmpty, expression.isEmpty) {
    case (false, false):
      errors.append(.invalid(path, "", "claim and expression can't both be set"))
      return nil
    case (true, true): return nil
    case (true, false):
      if let prefix {
        errors.append(
          .invalid(
            "\(path).prefix", Document(prefix), "may not be specified when expression is set"))
      }
      return ConfiguredExpression(
        expression, in: ConfiguredExpression.ofClaims, results: [], at: "\(path).expression",
        &errors
      ).map { .expression($0) }
    case (false, true):
      guard let prefix else {
        errors.append(
          .required(
            "\(path).prefix",
            "prefix is required when claim is set. It can be set to an empty string to disable "
              + "prefixing"))
        return nil
      }
      return .claim(claim, prefix: prefix)
    }
  }

  static func uid(
    _ mapping: Document?, _ path: String, _ errors: inout [FieldError]
  ) -> Mapping? {
    let claim = mapping?["claim"]?.string ?? ""
    let expression = mapping?["expression"]?.string ?? ""
    if !claim.isEmpty, !expression.isEmpty {
      errors.append(.invalid(path, "", "claim and expression can't both be set"))
      return nil
    }
    if !claim.isEmpty { return .claim(claim, prefix: "") }
    if expression.isEmpty { return nil }
    return ConfiguredExpression(
      expression, in: ConfiguredExpression.ofClaims, results: [], at: "\(path).expression", &errors
    ).map { .expression($0) }
  }

  static func extra(
    _ list: Document?, _ path: String, _ errors: inout [FieldError]
  ) -> [(key: String, expression: ConfiguredExpression)] {
    var found: [(String, ConfiguredExpression)] = []
    var keys: Set<String> = []
    for (index, mapping) in (list ?? .emptyArray).elements.enumerated() {
      let place = "\(path)[\(index)]"
      let key = mapping["key"]?.string ?? ""
      errors += keyProblems(key, "\(place).key")
      guard keys.insert(key).inserted else {
        errors.append(.duplicate("\(place).key", Document(key)))
        continue
      }
      let source = mapping["valueExpression"]?.string ?? ""
      guard !source.isEmpty else {
        errors.append(.required("\(place).valueExpression"))
        continue
      }
      if let expression = ConfiguredExpression(
        source, in: ConfiguredExpression.ofClaims, results: [], at: "\(place).valueExpression",
        &errors)
      {
        found.append((key, expression))
      }
    }
    return found
  }

  private static func keyProblems(_ key: String, _ path: String) -> [FieldError] {
    if key.isEmpty { return [.required(path)] }
    var problems: [FieldError] = []
    let parts = key.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count != 2 || parts.contains(where: \.isEmpty) {
      problems.append(
        .invalid(
          path, Document(key), "must be a domain-prefixed path (such as \"acme.io/foo\")"))
    }
    if key != key.lowercased() {
      problems.append(.invalid(path, Document(key), "must be lowercase"))
    }
    let reserved = ["kubernetes.io", "k8s.io"]
    if parts.count == 2,
      reserved.contains(where: { parts[0] == $0 || parts[0].hasSuffix(".\($0)") })
    {
      problems.append(
        .invalid(
          path, Document(key),
          "k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use"))
    }
    return problems
  }

  static func claimRules(
    _ list: Document?, _ path: String, _ required: inout [(String, String)],
    _ errors: inout [FieldError]
  ) -> [Rule] {
    var rules: [Rule] = []
    var claims: Set<String> = []
    var expressions: Set<String> = []
    for (index, rule) in (list ?? .emptyArray).elements.enumerated() {
      let place = "\(path)[\(index)]"
      let claim = rule["claim"]?.string ?? ""
      let source = rule["expression"]?.string ?? ""
      let message = rule["message"]?.string ?? ""
      switch (claim.isEmpty, source.isEmpty) {
      case (false, false):
        errors.append(.invalid(place, Document(claim), "claim and expression can't both be set"))
      case (true, true):
        errors.append(.required(place, "claim or expression is required"))
      case (false, true):
        if !message.isEmpty {
          errors.append(
            .invalid(
              "\(place).message", Document(message), "may not be specified when claim is set"))
        }
        if !claims.insert(claim).inserted {
          errors.append(.duplicate("\(place).claim", Document(claim)))
        }
        required.append((claim, rule["requiredValue"]?.string ?? ""))
      case (true, false):
        if let value = rule["requiredValue"]?.string, !value.isEmpty {
          errors.append(
            .invalid(
              "\(place).requiredValue", Document(value),
              "may not be specified when expression is set"))
        }
        guard expressions.insert(source).inserted else {
          errors.append(.duplicate("\(place).expression", Document(source)))
          continue
        }
        if let expression = ConfiguredExpression(
          source, in: ConfiguredExpression.ofClaims, results: [.bool], at: "\(place).expression",
          &errors)
        {
          rules.append(Rule(expression: expression, message: message))
        }
      }
    }
    return rules
  }

  static func userRules(
    _ list: Document?, _ path: String, _ errors: inout [FieldError]
  ) -> [Rule] {
    var rules: [Rule] = []
    var expressions: Set<String> = []
    for (index, rule) in (list ?? .emptyArray).elements.enumerated() {
      let place = "\(path)[\(index)].expression"
      let source = rule["expression"]?.string ?? ""
      guard !source.isEmpty else {
        errors.append(.required(place))
        continue
      }
      guard expressions.insert(source).inserted else {
        errors.append(.duplicate(place, Document(source)))
        continue
      }
      if let expression = ConfiguredExpression(
        source, in: ConfiguredExpression.ofUser, results: [.bool], at: place, &errors)
      {
        rules.append(Rule(expression: expression, message: rule["message"]?.string ?? ""))
      }
    }
    return rules
  }
}
