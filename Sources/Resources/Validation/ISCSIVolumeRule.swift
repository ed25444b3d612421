/// The rules of volumes behind iSCSI.
/// Source: RFC 3720, section 3.2.6.3 (names); upstream's messages.
enum ISCSIVolumeRule {
  /// The most that a node's initiator takes.
  private static let portalByteCountMax = 64

  static let lengthProblem =
    "Total length of <volume name>:<iscsi.targetPortal> must be under \(portalByteCountMax) characters "
    + "if iscsi.initiatorName is specified."

  /// Whether a volume's name and portal are too much for an initiator of its own.
  static func isTooLong(_ source: Document?, named name: String) -> Bool {
    guard let source, source["initiatorName"] != nil else { return false }
    let portal = source["targetPortal"]?.string ?? ""
    return name.utf8.count + 1 + portal.utf8.count > portalByteCountMax
  }

  /// - Parameter isPersistent: of a persistent volume, of which upstream says less.
  static func errors(_ source: Document, isPersistent: Bool, at path: String) -> [FieldError] {
    var errors = NetworkVolumeValidation.unitErrors(source["lun"], at: "\(path).lun")
    if let name = source["iqn"], name.string?.isEmpty == false {
      errors += nameErrors(name, isPersistent, at: "\(path).iqn")
    }
    if let initiator = source["initiatorName"] {
      errors += nameErrors(initiator, isPersistent, at: "\(path).initiatorname")
    }
    let asksSecret = ["chapAuthDiscovery", "chapAuthSession"].contains { source[$0]?.bool == true }
    if asksSecret, source["secretRef"] == nil { errors.append(.required("\(path).secretRef")) }
    if isPersistent, let secret = source["secretRef"], secret["name"]?.string?.isEmpty ?? true {
      errors.append(.required("\(path).secretRef.name"))
    }
    return errors
  }

  private static func nameErrors(_ name: Document, _ isPersistent: Bool, at path: String)
    -> [FieldError]
  {
    let text = name.string ?? ""
    switch text.prefix(3) {
    case "iqn" where isQualified(text): return []
    case "eui" where isNumber(text, count: 16): return []
    case "naa" where isNumber(text, count: 32): return []
    case "iqn", "eui", "naa": return [.invalid(path, name, "must be valid format")]
    default:
      return [
        .invalid(
          path, name,
          "must be valid format\(isPersistent ? "" : " starting with iqn, eui, or naa")")
      ]
    }
  }

  /// `iqn.2001-04.com.example:storage`: a month in which somebody had a domain, and what they say.
  private static func isQualified(_ text: String) -> Bool {
    let parts = text.dropFirst(3).split(
      separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[1].isEmpty, parts[0].first == "." else { return false }
    let authority = parts[0].dropFirst().split(
      separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard authority.count == 2, !authority[1].isEmpty else { return false }
    let date = authority[0].split(separator: "-", omittingEmptySubsequences: false)
    let isMonth =
      date.map(\.count) == [4, 2] && date.joined().allSatisfy { $0.isASCII && $0.isNumber }
    let isDomain = authority[1].allSatisfy {
      $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "."
    }
    return isMonth && isDomain && !parts[1].contains { ",;*&$|".contains($0) || $0.isWhitespace }
  }

  private static func isNumber(_ text: String, count: Int) -> Bool {
    let digits = text.dropFirst(4)
    return digits.count == count && digits.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
  }
}
