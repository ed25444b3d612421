import NIOCore

/// The name/value block of SYN_STREAM, SYN_REPLY and HEADERS, before it is packed.
///
/// 32 bits of count, then per pair 32 bits of length before the name and before the value. Several
/// values of one name are joined by NUL. Source: SPDY draft 3.1, section 2.6.10.
enum SPDYHeaderBlock {
  /// As spdystream has it: requests of Kubernetes hold three.
  static let fieldsMax = 256

  /// Names are written in lower case, as the draft asks; empty values are left away by nobody, so
  /// they are kept.
  static func encode(_ headers: HeaderFields) -> [UInt8] {
    var names: [String] = []
    for field in headers {
      let name = field.name.lowercased()
      if !names.contains(name) { names.append(name) }
    }
    var bytes: [UInt8] = []
    bytes.appendUInt32(UInt32(names.count))
    for name in names {
      bytes.appendText(name)
      bytes.appendText(headers.values(of: name).joined(separator: "\0"))
    }
    return bytes
  }

  static func decode(_ bytes: [UInt8]) throws(SPDYError) -> HeaderFields {
    var rest = ByteBuffer(bytes: bytes)
    guard let count = rest.readInteger(as: UInt32.self), count <= fieldsMax else {
      throw .malformedHeaders
    }
    var headers = HeaderFields(reservingCapacity: Int(count))
    for _ in 0..<count {
      guard let name = rest.readText(), let value = rest.readText(), !name.isEmpty else {
        throw .malformedHeaders
      }
      for part in value.split(separator: "\0", omittingEmptySubsequences: false) {
        headers.add(name, String(part))
      }
    }
    return headers
  }
}

extension ByteBuffer {
  /// Text behind 32 bits of length; `nil` where the bytes end before, or are no UTF-8.
  fileprivate mutating func readText() -> String? {
    guard let length = readInteger(as: UInt32.self), let bytes = readBytes(length: Int(length))
    else { return nil }
    return String(validating: bytes, as: UTF8.self)
  }
}

extension [UInt8] {
  fileprivate mutating func appendUInt32(_ value: UInt32) {
    for shift in [24, 16, 8, 0] as [UInt32] { append(UInt8(truncatingIfNeeded: value >> shift)) }
  }

  fileprivate mutating func appendText(_ text: String) {
    appendUInt32(UInt32(text.utf8.count))
    append(contentsOf: text.utf8)
  }
}
