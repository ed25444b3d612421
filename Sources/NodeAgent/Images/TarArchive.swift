/// A tar archive in the making, in the ustar format of POSIX. Nothing in it depends on when or by
/// whom it is written: every time is 0, so the same entries give the same bytes.
struct TarArchive {
  private(set) var bytes: [UInt8] = []

  private static let blockBytes = 512

  enum Kind: UInt8 {
    case file = 0x30  // "0"
    case symbolicLink = 0x32  // "2"
    case directory = 0x35  // "5"
  }

  /// - Parameters:
  ///   - path: relative, without a leading "./"; a directory's ends in "/".
  ///   - link: where a symbolic link points, at most 100 bytes.
  /// - Throws: `.pathTooLong`: 255 bytes with a slash in the right place is the format's most.
  mutating func append(
    _ path: String, _ kind: Kind, mode: UInt16, owner: ImageFile.Owner = .root, link: String = "",
    content: [UInt8] = []
  ) throws(ImageError) {
    guard let (prefix, name) = Self.split(path) else { throw .pathTooLong(path) }
    guard link.utf8.count <= 100 else { throw .pathTooLong(link) }
    var header = [UInt8](repeating: 0, count: Self.blockBytes)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    // Numbers are octal digits. Source: POSIX.1-2017, pax, "ustar Interchange Format".
    func octal(_ number: some BinaryInteger, digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(name, at: 0)
    put(octal(mode, digits: 7), at: 100)
    put(octal(owner.user, digits: 7), at: 108)
    put(octal(owner.group, digits: 7), at: 116)
    put(octal(content.count, digits: 11), at: 124)
    put(octal(0, digits: 11), at: 136)
    put("        ", at: 148)  // the checksum counts itself as spaces
    header[156] = kind.rawValue
    put(link, at: 157)
    put("ustar\u{0}00", at: 257)
    put(prefix, at: 345)
    put(octal(header.reduce(0) { $0 + Int($1) }, digits: 6) + "\u{0} ", at: 148)
    bytes += header
    bytes += content
    pad(to: Self.blockBytes)
  }

  /// Two blocks of zeros end an archive.
  mutating func finish() {
    bytes += [UInt8](repeating: 0, count: 2 * Self.blockBytes)
  }

  private mutating func pad(to multiple: Int) {
    let excess = bytes.count % multiple
    if excess > 0 { bytes += [UInt8](repeating: 0, count: multiple - excess) }
  }

  /// At most 155 bytes, then a slash that is not written, then at most 100 bytes.
  private static func split(_ path: String) -> (prefix: String, name: String)? {
    if path.utf8.count <= 100 { return ("", path) }
    let candidates = path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") }
    for slash in candidates {
      let (prefix, name) = (path[..<slash], path[path.utf8.index(after: slash)...])
      if prefix.utf8.count <= 155, (1...100).contains(name.utf8.count) {
        return (String(prefix), String(name))
      }
    }
    return nil
  }
}
