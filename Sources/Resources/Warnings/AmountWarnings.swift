import Foundations

/// What is told of amounts of bytes that are no whole number.
/// Source: upstream's wording.
enum AmountWarnings {
  /// - Parameter resources: `requests` or `limits`, by resource.
  static func ofBytes(_ names: [String], in resources: Document?, at path: String) -> [String] {
    names.compactMap { name in
      guard let amount = of(name, in: resources), amount.milliValue % 1000 != 0 else {
        return nil
      }
      return "\(path)[\(name)]: fractional byte value \"\(amount)\" is invalid, must be an integer"
    }
  }

  static func of(_ name: String, in resources: Document?) -> Quantity? {
    resources?[name].flatMap { Quantity(value: $0) }
  }
}
