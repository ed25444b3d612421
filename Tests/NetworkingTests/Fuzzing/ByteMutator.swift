/// Random numbers that a seed repeats. Source: Steele, Lea, Flood, "Fast Splittable Pseudorandom
/// Number Generators" (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// Damages good input in the ways in which input is bad: bits flipped, parts lost, doubled,
/// inserted, exchanged with those of other inputs.
struct ByteMutator {
  var random: SeededGenerator
  let corpus: [[UInt8]]

  /// Bytes that mean something to HTTP.
  private static let tellingBytes = Array("\r\n\0 :;,=%/?#*&+-0123456789afAFzZ\u{7F}".utf8) + [0xFF]

  mutating func next() -> [UInt8] {
    var bytes = corpus[Int.random(in: 0..<corpus.count, using: &random)]
    for _ in 0..<Int.random(in: 0...6, using: &random) where !bytes.isEmpty {
      mutate(&bytes)
    }
    return bytes
  }

  private mutating func mutate(_ bytes: inout [UInt8]) {
    let place = Int.random(in: 0..<bytes.count, using: &random)
    let end = min(bytes.count, place + Int.random(in: 1...16, using: &random))
    switch Int.random(in: 0..<8, using: &random) {
    case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
    case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
    case 2: bytes[place] = Self.tellingBytes.randomElement(using: &random) ?? 0
    case 3: bytes.removeSubrange(place..<end)
    case 4: bytes.insert(contentsOf: bytes[place..<end], at: place)
    case 5: bytes.removeSubrange(place...)
    case 6: bytes.insert(Self.tellingBytes.randomElement(using: &random) ?? 0, at: place)
    default:
      let other = corpus[Int.random(in: 0..<corpus.count, using: &random)]
      let start = Int.random(in: 0..<other.count, using: &random)
      bytes.replaceSubrange(place..., with: other[start...])
    }
  }

  /// Cuts `bytes` into the pieces in which they might come off a socket.
  mutating func pieces(of bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var pieces: [ArraySlice<UInt8>] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      let whole = Int.random(in: 0..<3, using: &random) == 0
      let count = whole ? rest.count : Int.random(in: 1...rest.count, using: &random)
      pieces.append(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return pieces
  }
}
