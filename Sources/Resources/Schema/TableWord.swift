/// A piece of one of the committed tables. Refers to a literal of the program, which never goes
/// away, so it is free to pass around; comparing and splitting work on bytes. Reading the schema at
/// every start is why: as substrings, it took five times as long.
struct TableWord: Hashable, @unchecked Sendable {
  let bytes: UnsafeBufferPointer<UInt8>

  init(_ text: StaticString) {
    bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
  }

  private init(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
    self.bytes = UnsafeBufferPointer(rebasing: bytes)
  }

  static func == (left: Self, right: Self) -> Bool { left.bytes.elementsEqual(right.bytes) }

  func hash(into hasher: inout Hasher) {
    hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
  }

  static func ~= (pattern: StaticString, word: Self) -> Bool { word == Self(pattern) }

  var string: String { String(decoding: bytes, as: UTF8.self) }
  var first: UInt8? { bytes.first }
  var last: UInt8? { bytes.last }
  var isEmpty: Bool { bytes.isEmpty }

  /// A number of decimal digits.
  var number: Int { bytes.reduce(0) { $0 * 10 + Int($1 & 15) } }

  func hasPrefix(_ prefix: StaticString) -> Bool {
    bytes.starts(with: Self(prefix).bytes)
  }

  func dropFirst(_ count: Int = 1) -> TableWord { TableWord(bytes.dropFirst(count)) }
  func prefix(_ count: Int) -> TableWord { TableWord(bytes.prefix(count)) }
  func dropLast() -> TableWord { TableWord(bytes.dropLast()) }

  func split(_ separator: Unicode.Scalar) -> [TableWord] {
    var rest = self
    var words: [TableWord] = []
    while let word = rest.next(separator) { words.append(word) }
    return words
  }

  /// Takes off what stands before the next separator, and the separator; `nil` at the end.
  mutating func next(_ separator: Unicode.Scalar) -> TableWord? {
    if bytes.isEmpty { return nil }
    let end = bytes.firstIndex(of: UInt8(ascii: separator)) ?? bytes.endIndex
    let word = TableWord(bytes[..<end])
    self = TableWord(bytes[min(end + 1, bytes.endIndex)...])
    return word
  }

  /// Takes `name(a,b)` apart; `name` alone has no arguments.
  var call: (name: TableWord, arguments: [TableWord]) {
    guard let open = bytes.firstIndex(of: UInt8(ascii: "(")) else { return (self, []) }
    return (TableWord(bytes[..<open]), TableWord(bytes[(open + 1)...]).dropLast().split(","))
  }
}
