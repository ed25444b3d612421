/// Files of the kernel with a name and a number on each line: `memory.stat`, `/proc/meminfo`.
struct KeyedNumbers {
  private var numbers: [Substring: UInt64] = [:]

  /// Lines of another form are left out. A colon after the name and a unit after the number are
  /// not looked at.
  init(_ bytes: [UInt8]) {
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ", omittingEmptySubsequences: true)
      guard words.count >= 2, let number = UInt64(words[1]) else { continue }
      numbers[words[0].last == ":" ? words[0].dropLast() : words[0]] = number
    }
  }

  subscript(_ name: String) -> UInt64? { numbers[name[...]] }

  /// A file that holds one number; 0 where it is missing or holds none.
  static func single(_ bytes: [UInt8]?) -> UInt64 {
    guard let bytes else { return 0 }
    let digits = bytes.prefix { (0x30...0x39).contains($0) }
    return UInt64(String(decoding: digits, as: UTF8.self)) ?? 0
  }
}
