package import Resources

/// Whether the expressions by which claims and classes select devices may be written: they compile, give
/// true or false, and do not cost too much. Pure.
/// Source: Kubernetes documentation, "Dynamic Resource Allocation"; upstream's
/// `dynamic-resource-allocation/cel` and its messages.
package enum DeviceSelectorRules {
  private static let expressionByteCountMax = 10 * 1024
  /// In units of `CostBudget`. Source: upstream's `CELSelectorExpressionMaxCost`.
  private static let costMax: UInt64 = 1_000_000

  /// - Parameters:
  ///   - selectors: of a class or of a request.
  ///   - path: where they stand: `spec.selectors`.
  package static func problems(_ selectors: Document?, at path: String) -> [FieldError] {
    (selectors ?? .emptyArray).elements.enumerated().flatMap { position, selector in
      selector["cel"].map {
        problems(in: $0["expression"], at: "\(path)[\(position)].cel.expression")
      } ?? []
    }
  }

  /// What is wrong with the selectors of a claim's requests, and of their alternatives.
  /// - Parameter path: where its `spec` stands.
  package static func claimProblems(_ spec: Document?, at path: String) -> [FieldError] {
    let requests = spec?[path: "devices", "requests"] ?? .emptyArray
    return requests.elements.enumerated().flatMap { position, request in
      let place = "\(path).devices.requests[\(position)]"
      let choices = request["firstAvailable"] ?? .emptyArray
      if let exact = request["exactly"] {
        // Both at once are refused as such.
        return choices.isEmpty
          ? problems(exact["selectors"], at: "\(place).exactly.selectors") : []
      }
      return choices.elements.enumerated().flatMap { position, choice in
        problems(choice["selectors"], at: "\(place).firstAvailable[\(position)].selectors")
      }
    }
  }

  private static func problems(in expression: Document?, at path: String) -> [FieldError] {
    let source = expression?.string ?? ""
    if source.utf8.count > expressionByteCountMax {
      return [.tooLong(path, byteCountMax: expressionByteCountMax)]
    }
    let shown = Document(source)
    do throws(CompileError) {
      let program = try environment.compile(source, results: [.bool])
      if program.isResultWrong {
        return [
          .invalid(
            path, shown,
            "must evaluate to bool or the unknown type, not \(program.resultType)")
        ]
      }
      return cost(of: program) > costMax
        ? [.forbidden(path, "too complex, exceeds cost limit")] : []
    } catch {
      return [.invalid(path, shown, "compilation failed: \(error)")]
    }
  }

  // MARK: Devices

  static func cost(of program: Program) -> UInt64 {
    var estimator = CostEstimator(root: device, environment)
    return estimator.cost(of: program)
  }

  /// What expressions may name: `device`, whose attributes and capacities are found by domain and
  /// name.
  static let environment = Environment(variables: [
    "device": .object(
      CELType.ObjectType("kubernetes.DRADevice") { name in
        switch name {
        case "driver": .string
        case "allowMultipleAllocations": .bool
        case "attributes": .map(.string, .map(.string, .dyn))
        case "capacity": .map(.string, .map(.string, .opaque("kubernetes.Quantity")))
        default: nil
        }
      })
  ])

  /// How large what a device says of itself may be, in the bounds that its slice sets.
  private static let device = ValueShape([
    "type": "object",
    "properties": [
      "driver": text(63), "allowMultipleAllocations": ["type": "boolean"],
      "attributes": members(members(text(64))), "capacity": members(members(["type": "object"])),
    ],
  ])

  /// In bytes, which count as they are.
  private static func text(_ byteCountMax: Int) -> Document {
    ["type": "string", "format": "byte", "maxLength": Document(byteCountMax)]
  }

  /// A device has so many attributes and capacities.
  private static func members(_ value: Document) -> Document {
    ["type": "object", "maxProperties": 32, "additionalProperties": value]
  }
}
