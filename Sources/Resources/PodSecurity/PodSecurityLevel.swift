/// How much a namespace lets its pods do, from everything to little.
/// Source: Kubernetes documentation, "Pod Security Standards".
package enum PodSecurityLevel: String, CaseIterable, Comparable, Sendable {
  case privileged, baseline, restricted

  package static func < (left: Self, right: Self) -> Bool { left.strictness < right.strictness }

  private var strictness: Int {
    switch self {
    case .privileged: 0
    case .baseline: 1
    case .restricted: 2
    }
  }
}

/// A level as some version of Kubernetes defined it.
package struct PodSecurityStandard: Hashable, Sendable, CustomStringConvertible {
  package var level: PodSecurityLevel
  /// The 36 of v1.36; `nil` for the latest.
  package var minorVersion: Int?

  package init(_ level: PodSecurityLevel, minorVersion: Int? = nil) {
    self.level = level
    self.minorVersion = minorVersion
  }

  /// `baseline:v1.30`, `restricted:latest`.
  package var description: String {
    "\(level.rawValue):\(minorVersion.map { "v1.\($0)" } ?? "latest")"
  }
}

/// What a namespace's labels say.
/// Source: Kubernetes documentation, "Enforce Pod Security Standards with Namespace Labels".
package struct PodSecurityPolicy: Equatable, Sendable {
  /// What pods are refused for.
  package var enforce = PodSecurityStandard(.privileged)
  /// What the audit log tells.
  package var audit = PodSecurityStandard(.privileged)
  /// What users are warned of.
  package var warn = PodSecurityStandard(.privileged)
  /// Labels that say nothing readable. Enforcement is strict then, the other modes silent.
  package var errors: [FieldError] = []

  private struct Labels {
    let level: String
    let version: String

    init(_ mode: String) {
      level = "pod-security.kubernetes.io/\(mode)"
      version = "\(level)-version"
    }

    static let enforce = Labels("enforce")
    static let audit = Labels("audit")
    static let warn = Labels("warn")
  }

  /// Everything is allowed, and nothing told.
  package var isPrivileged: Bool {
    errors.isEmpty && [enforce, audit, warn].allSatisfy { $0.level == .privileged }
  }

  package init(_ labels: Document?) {
    guard let labels else { return }
    let hasEnforcement = set(\.enforce, .enforce, labels, onError: .restricted)
    set(\.audit, .audit, labels, onError: .privileged)
    set(\.warn, .warn, labels, onError: .privileged)
    // Who is refused pods is warned of controllers that would make them.
    if labels[Labels.warn.level] == nil, hasEnforcement, enforce.level > warn.level {
      warn.level = enforce.level
      if labels[Labels.warn.version] == nil {
        warn.minorVersion = enforce.minorVersion
      }
    }
  }

  /// - Returns: whether the labels name a level.
  @discardableResult
  private mutating func set(
    _ path: WritableKeyPath<Self, PodSecurityStandard>, _ names: Labels, _ labels: Document,
    onError: PodSecurityLevel
  ) -> Bool {
    var hasLevel = false
    if let text = labels[names.level]?.string {
      let level = PodSecurityLevel(rawValue: text)
      hasLevel = level != nil
      self[keyPath: path].level = level ?? onError
      if level == nil {
        report(names.level, text, "must be one of privileged, baseline, restricted")
      }
    }
    if let text = labels[names.version]?.string, text != "latest" {
      let minor = Self.minorVersion(text)
      self[keyPath: path].minorVersion = minor
      if minor == nil { report(names.version, text, "must be \"latest\" or \"v1.x\"") }
    }
    return hasLevel
  }

  private mutating func report(_ label: String, _ value: String, _ rule: String) {
    errors.append(.invalid("metadata.labels[\(label)]", Document(value), rule))
  }

  /// Of `v1.36`; `nil` for other texts.
  private static func minorVersion(_ text: String) -> Int? {
    guard text.hasPrefix("v1.") else { return nil }
    let digits = text.dropFirst(3)
    guard let number = Int(digits), number >= 0, "\(number)" == digits else { return nil }
    return number
  }
}
