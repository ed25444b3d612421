/// How a member of a map by qualified names is told of.
enum DeviceMemberPath {
  /// A domain, a slash and a name, each of the greatest length. Source: upstream's
  /// `attributeAndCapacityMaxKeyLength`.
  private static let nameByteCountMax = 63 + 1 + 32
  private static let gap = "..."

  /// `spec.devices[0].attributes[model]`; the middle of a name that is too long is left out.
  static func of(_ name: String, in path: String) -> String {
    let bytes = Array(name.utf8)
    guard bytes.count > nameByteCountMax else { return "\(path)[\(name)]" }
    let kept = nameByteCountMax - gap.utf8.count
    let head = String(decoding: bytes.prefix((kept + 1) / 2), as: UTF8.self)
    let tail = String(decoding: bytes.suffix(kept / 2), as: UTF8.self)
    return "\(path)[\(head)\(gap)\(tail)]"
  }
}
