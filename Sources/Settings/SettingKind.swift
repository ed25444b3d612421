import Foundations

/// How one kind of value is written in flags, variables and files.
struct SettingKind<Value: Sendable>: Sendable {
  /// Completes "it has to be ...".
  let expectation: String
  let parse: @Sendable (String) -> Value?
  let text: @Sendable (Value) -> String
}

extension SettingKind {
  /// The same, or nothing where the text is empty.
  var optional: SettingKind<Value?> {
    SettingKind<Value?>(
      expectation: "empty or \(expectation)",
      parse: { $0.isEmpty ? .some(nil) : parse($0).map(Optional.some) },
      text: { $0.map(text) ?? "" })
  }
}

extension SettingKind where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  static var choice: Self {
    Self(
      expectation: "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))",
      parse: { Value(rawValue: $0) }, text: { $0.rawValue })
  }
}

extension SettingKind<UInt16> {
  static var port: Self {
    Self(
      expectation: "a port, 1 to 65535",
      parse: { text in number(text).flatMap { UInt16(exactly: $0) }.flatMap { $0 > 0 ? $0 : nil } },
      text: { "\($0)" })
  }
}

extension SettingKind<Int> {
  static func count(_ range: ClosedRange<Int>) -> Self {
    Self(
      expectation: "a number, \(range.lowerBound) to \(range.upperBound)",
      parse: { text in number(text).flatMap { range.contains($0) ? $0 : nil } },
      text: { "\($0)" })
  }
}

extension SettingKind<ClosedRange<UInt16>> {
  static var portRange: Self {
    Self(
      expectation: "two ports with a dash between, as 30000-32767",
      parse: { text in
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let low = SettingKind<UInt16>.port.parse(String(ends[0])),
          let high = SettingKind<UInt16>.port.parse(String(ends[1])), low <= high
        else { return nil }
        return low...high
      },
      text: { Setting.text($0) })
  }
}

extension SettingKind<IPAddress> {
  static var address: Self {
    Self(
      expectation: "an IP address, as 192.0.2.7", parse: { IPAddress($0) },
      text: \.description)
  }
}

extension SettingKind<CIDR> {
  static var block: Self {
    Self(
      expectation: "a block of addresses, as 10.42.0.0/16, with no bits behind its prefix",
      parse: { CIDR($0) }, text: \.description)
  }
}

extension SettingKind<[String]> {
  static var list: Self {
    Self(
      expectation: "names with commas between",
      parse: { $0.split(separator: ",").map { String($0) } },
      text: { $0.joined(separator: ",") })
  }
}

extension SettingKind<[EvictionThreshold]> {
  static var evictionThresholds: Self {
    Self(
      expectation: "none, or signals with what must be left of each, by amount or as a part: "
        + "memory.available<100Mi,nodefs.available<10%; signals are "
        + EvictionSignal.allCases.map(\.rawValue).joined(separator: ", "),
      parse: { EvictionThreshold.list(parsing: $0) }, text: { EvictionThreshold.text($0) })
  }
}

extension SettingKind<String> {
  /// Absolute, in one spelling: no `.`, no `..`, no doubled or closing slash. What is deleted by
  /// `purge` must be what was meant.
  static var path: Self {
    Self(
      expectation: "an absolute path without . or .. in it",
      parse: { text in
        let parts = text.split(separator: "/")
        guard text.hasPrefix("/"), !parts.isEmpty, !parts.contains("."), !parts.contains("..")
        else { return nil }
        return "/\(parts.joined(separator: "/"))"
      }, text: { $0 })
  }

  static var nodeName: Self {
    Self(
      expectation: "a host name in lower case: letters, digits, - and .",
      parse: { ObjectName.problems(subdomain: $0).isEmpty ? $0 : nil }, text: { $0 })
  }

  static var interface: Self {
    Self(
      expectation: "the name of an interface: a letter, then up to 14 letters, digits, - and _",
      parse: { text in
        let isGood = text.utf8.allSatisfy {
          (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
            || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_")
        }
        let startsWithLetter = text.utf8.first.map { (0x61...0x7A).contains($0 | 0x20) }
        return isGood && startsWithLetter == true && text.utf8.count <= 15 ? text : nil
      }, text: { $0 })
  }
}

/// Decimal digits and nothing else.
private func number(_ text: String) -> Int? {
  text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(text) : nil
}
