import Foundations

/// The canonical spelling of resource quantities: no more digits than needed, the largest suffix
/// that leaves a whole number.
/// Source: Kubernetes API reference, "Quantity".
enum QuantityText {
  /// Numbers and suffixes as people write them are mostly canonical, and found so without
  /// arithmetic; the others take the slow way.
  static func canonical(_ text: UnsafeBufferPointer<UInt8>) -> CanonicalText {
    if isPlainlyCanonical(text) { return .asWritten }
    guard let quantity = try? Quantity(parsing: String(decoding: text, as: UTF8.self)) else {
      return .invalid
    }
    let spelling = quantity.description
    return spelling.utf8.elementsEqual(text) ? .asWritten : .rewritten(Array(spelling.utf8))
  }

  /// Digits without a leading zero, a suffix or none, and nothing a larger suffix could take over.
  private static func isPlainlyCanonical(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    var value: UInt64 = 0
    var offset = 0
    while offset < text.count, text[offset] &- UInt8(ascii: "0") < 10 {
      value = value &* 10 &+ UInt64(text[offset] - UInt8(ascii: "0"))
      offset += 1
    }
    // So few digits that 64 bits hold the value.
    let suffixCount = text.count - offset
    guard (1...(suffixCount == 0 ? 15 : 9)).contains(offset), text[0] != UInt8(ascii: "0") else {
      return false
    }
    switch suffixCount {
    case 0: return value % 1000 != 0
    case 1: return value % 1000 != 0 && "numkMGTPE".utf8.contains(text[offset])
    case 2:
      return value % 1024 != 0 && text[offset + 1] == UInt8(ascii: "i")
        && "KMGTPE".utf8.contains(text[offset])
    default: return false
    }
  }
}
