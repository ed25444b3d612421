/// A semantic version. Source: semver.org, 2.0.0.
struct VersionValue: OpaqueValue, Equatable {
  let numbers: [UInt64]
  let prerelease: [Substring]

  var typeName: String { "kubernetes.Semver" }

  init?(_ text: String) {
    let build = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    if build.count == 2, !Self.areIdentifiers(build[1], forbidsZeros: false) { return nil }
    let parts = build[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(Self.number)
    guard numbers.count == 3, numbers.allSatisfy({ $0 != nil }) else { return nil }
    self.numbers = numbers.compactMap { $0 }
    if parts.count == 2 {
      guard Self.areIdentifiers(parts[1], forbidsZeros: true) else { return nil }
      prerelease = parts[1].split(separator: ".")
    } else {
      prerelease = []
    }
  }

  /// `v1.2`, `01.2.3`: forgiven where a lenient reading is asked for.
  static func normalized(_ text: String) -> String {
    let bare = text.hasPrefix("v") ? text.dropFirst() : text[...]
    let core = bare.prefix { $0 != "-" && $0 != "+" }
    var parts = core.split(separator: ".", omittingEmptySubsequences: false).map { part in
      let trimmed = part.drop { $0 == "0" }
      return trimmed.isEmpty && !part.isEmpty ? "0" : String(trimmed)
    }
    while parts.count < 3 { parts.append("0") }
    return parts.joined(separator: ".") + bare.dropFirst(core.count)
  }

  private static func number(_ text: Substring) -> UInt64? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      text.count == 1 || text.first != "0"
    else { return nil }
    return UInt64(text)
  }

  private static func areIdentifiers(_ text: Substring, forbidsZeros: Bool) -> Bool {
    text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
      let isNumber = part.utf8.allSatisfy { (0x30...0x39).contains($0) }
      return !part.isEmpty
        && part.unicodeScalars.allSatisfy {
          Lexer.isLetter($0) && $0 != "_" || Lexer.isDigit($0) || $0 == "-"
        } && !(forbidsZeros && isNumber && part.count > 1 && part.first == "0")
    }
  }

  static func compare(_ left: VersionValue, _ right: VersionValue) -> ValueOrder {
    for (one, other) in zip(left.numbers, right.numbers) where one != other {
      return .of(one, other)
    }
    if left.prerelease.isEmpty || right.prerelease.isEmpty {
      return .of(left.prerelease.isEmpty ? 1 : 0, right.prerelease.isEmpty ? 1 : 0)
    }
    for (one, other) in zip(left.prerelease, right.prerelease) where one != other {
      switch (number(one), number(other)) {
      case (let one?, let other?): return .of(one, other)
      case (nil, nil): return .of(String(one), String(other))
      case (let one, _): return one == nil ? .greater : .less
      }
    }
    return .of(left.prerelease.count, right.prerelease.count)
  }
}

/// Source: Kubernetes documentation, "CEL", semver library.
extension FunctionTable {
  mutating func addVersions() {
    let type = CELType.opaque("kubernetes.Semver")
    let read: @Sendable ([Value]) -> VersionValue? = { a in
      let text = Self.text(a[0])
      return VersionValue(a.count == 2 && a[1].isTrue ? VersionValue.normalized(text) : text)
    }
    for parameters in [[CELType.string], [.string, .bool]] {
      global("semver", parameters, type) { (a, _) throws(EvaluationError) in
        guard let version = read(a) else {
          throw EvaluationError("invalid semantic version \"\(Self.text(a[0]))\"")
        }
        return .opaque(version)
      }
      global("isSemver", parameters, .bool) { a, _ in .bool(read(a) != nil) }
    }
    let comparisons: [(String, CELType, @Sendable (ValueOrder) -> Value)] = [
      ("isGreaterThan", .bool, { .bool($0 == .greater) }),
      ("isLessThan", .bool, { .bool($0 == .less) }),
      ("compareTo", .int, { .int($0 == .less ? -1 : $0 == .same ? 0 : 1) }),
    ]
    for (name, result, verdict) in comparisons {
      member(name, [type, type], result) { (a, _) throws(EvaluationError) in
        verdict(
          VersionValue.compare(
            try a[0].asOpaque(VersionValue.self), try a[1].asOpaque(VersionValue.self)))
      }
    }
    for (position, name) in ["major", "minor", "patch"].enumerated() {
      member(name, [type], .int) { (a, _) throws(EvaluationError) in
        .int(Int(clamping: try a[0].asOpaque(VersionValue.self).numbers[position]))
      }
    }
  }
}
