/// One line of a log file as container runtimes write it:
/// `2026-01-31T23:59:59.123456789Z stdout F the text`.
/// Source: Kubernetes, "CRI: Log format" (design proposals, kubelet-cri-logging).
struct LogEntry: Equatable {
  /// RFC 3339 with up to nine fraction digits, in the node's zone.
  let time: String
  let stream: LogStream
  /// The container's line goes on with the next entry of the stream: it was too long for one.
  let isPartial: Bool
  /// Without the newline that ends the entry.
  let text: ArraySlice<UInt8>

  /// `nil` for what no runtime writes.
  /// - Parameter line: without its newline.
  init?(_ line: ArraySlice<UInt8>) {
    var rest = line
    func word() -> Substring? {
      guard let space = rest.firstIndex(of: UInt8(ascii: " ")) else { return nil }
      let word = String(decoding: rest[..<space], as: UTF8.self)
      rest = rest[(space + 1)...]
      return word[...]
    }
    guard let time = word(), time.utf8.count >= 20,
      let stream = word().flatMap({ LogStream(rawValue: String($0)) }),
      // Tags are parted by colons; the first says whether the line is whole.
      let tag = word()?.split(separator: ":").first, tag == "F" || tag == "P"
    else { return nil }
    self.time = String(time)
    self.stream = stream
    isPartial = tag == "P"
    text = rest
  }

  /// With all nine digits, so that times line up: as kubectl shows them.
  var fullTime: String {
    let head = time.prefix(19)
    let tail = time.dropFirst(19)
    let fraction = tail.first == "." ? tail.dropFirst().prefix { $0.isNumber } : ""
    let zone = tail.first == "." ? tail.dropFirst(1 + fraction.count) : tail
    let digits = fraction.prefix(9)
    return "\(head).\(digits)\(String(repeating: "0", count: 9 - digits.count))\(zone)"
  }
}
