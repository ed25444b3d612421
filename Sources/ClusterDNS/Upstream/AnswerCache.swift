/// Answers from outside, for as long as they allow and a little at most.
///
/// Holds two generations: when the young one is full it becomes the old one, and what was old and
/// unused is forgotten. Never holds more than `countMax` answers.
struct AnswerCache: Sendable {
  private struct Entry {
    let bytes: [UInt8]
    let timeToLiveOffsets: [Int]
    let from: ContinuousClock.Instant
    let until: ContinuousClock.Instant
  }

  private var young: [UpstreamQuestion: Entry] = [:]
  private var old: [UpstreamQuestion: Entry] = [:]
  private let countMax: Int

  /// Longer than a burst of connections, shorter than anybody's patience with a changed record.
  static let timeToLiveMaxSeconds: UInt32 = 30
  /// Larger answers are rare and asked for again.
  private static let byteCountMax = 4096

  init(countMax: Int) { self.countMax = countMax }

  var count: Int { young.count + old.count }

  /// An answer with its times to live counted down to `now`.
  mutating func find(_ question: UpstreamQuestion, now: ContinuousClock.Instant) -> [UInt8]? {
    let isYoung = young[question] != nil
    guard let entry = young[question] ?? old[question], now < entry.until else { return nil }
    if !isYoung { keep(entry, for: question) }
    let age = UInt32(clamping: (now - entry.from).components.seconds)
    guard age > 0 else { return entry.bytes }
    var bytes = entry.bytes
    for offset in entry.timeToLiveOffsets {
      var value: UInt32 = 0
      for index in 0..<4 { value = value << 8 | UInt32(bytes[offset + index]) }
      value = value > age ? value - age : 0
      for index in 0..<4 {
        bytes[offset + index] = UInt8(truncatingIfNeeded: value >> UInt32(24 - 8 * index))
      }
    }
    return bytes
  }

  /// Keeps an answer if it may be kept.
  mutating func add(
    _ bytes: [UInt8], _ message: Message, for question: UpstreamQuestion,
    now: ContinuousClock.Instant
  ) {
    guard bytes.count <= Self.byteCountMax, let seconds = Self.secondsToKeep(message) else {
      return
    }
    keep(
      Entry(
        bytes: bytes, timeToLiveOffsets: message.timeToLiveOffsets, from: now,
        until: now + .seconds(Int(seconds))), for: question)
  }

  private mutating func keep(_ entry: Entry, for question: UpstreamQuestion) {
    if young[question] == nil, young.count >= countMax / 2 {
      old = young
      young = [:]
    }
    young[question] = entry
    old[question] = nil
  }

  /// `nil` for what must not be kept: failures, cut answers, denials without a time.
  /// Source: RFC 2308, 5.
  static func secondsToKeep(_ message: Message) -> UInt32? {
    guard [.noError, .nameError].contains(message.header.code),
      !message.header.flags.contains(.truncated)
    else { return nil }
    var seconds = timeToLiveMaxSeconds
    for record in message.answers { seconds = min(seconds, record.timeToLiveSeconds) }
    if message.answers.isEmpty || message.header.code == .nameError {
      var denial: UInt32?
      for record in message.authorities {
        if case .authority(let authority) = record.data {
          denial = min(record.timeToLiveSeconds, authority.minimum)
        }
      }
      guard let denial else { return nil }
      seconds = min(seconds, denial)
    }
    return seconds > 0 ? seconds : nil
  }
}
